import { type PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Accepted } from "../engine/engine.js";
import type { BatchItemView, BatchView } from "./contract/record.js";
import { detailOf, headersFor, problemsOf, retryAfterSeconds } from "./problem.js";
import { pushStatus } from "./push-status.js";
import type { Answer } from "./route.js";

/** What became of one record of many. */
export interface Outcome {
  readonly item: BatchItemView;
  /** Null when it was taken. */
  readonly error: PatchbayError | null;
}

/** Waits for one push and gives its outcome; never rejects. */
export async function toOutcome(index: number, push: () => Promise<Accepted>): Promise<Outcome> {
  try {
    const { verdict, key, eventId, quarantineId, problems } = await push();
    const held = quarantineId === null ? {} : { quarantineId, problems };
    return { item: { index, status: pushStatus(verdict), verdict, key, eventId, ...held }, error: null };
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    const { code, title, remedy, status } = error;
    const detail = code === "INTERNAL_ERROR" ? "The log says more" : detailOf(error);
    const again = isPassing(error) ? { retryAfterSeconds: retryAfterSeconds(error) } : {};
    return { item: { index, status, error: { code, title, detail, remedy, ...problemsOf(error), ...again } }, error };
  }
}

/** Tells whether a record was not taken only because the server cannot take any now. */
function isPassing({ status }: PatchbayError): boolean {
  return status === 503;
}

/**
 * Makes a push give up for good once the server cannot take records: what comes later in the same request is not tried
 * any more, each record with the same error. So an older version of a record that is sent again never overtakes a newer
 * one that was taken meanwhile.
 */
export function untilTurnedAway<T>(push: (thing: T) => Promise<Accepted>): (thing: T) => Promise<Accepted> {
  let turnedAway: PatchbayError | null = null;
  return async (thing) => {
    if (turnedAway !== null) throw turnedAway;
    try {
      return await push(thing);
    } catch (thrown) {
      const error = toPatchbayError(thrown);
      if (isPassing(error)) turnedAway ??= error;
      throw error;
    }
  };
}

/** Collects outcomes into one answer. */
export interface Tally {
  add(outcome: Outcome): void;
  counts(): Omit<BatchView, "items" | "omitted">;
  /** 201: all created. 200: all fine. 207: some failed or quarantined. 422: all failed; 503: all to be sent again. */
  answer(): Answer<BatchView>;
}

/**
 * Opens a tally that remembers every outcome until there are more than `limit`, and from then on failures and
 * quarantined records only, at most `limit` of them: the rest is counted.
 */
export function openTally(limit: number): Tally {
  const count = { created: 0, updated: 0, unchanged: 0, quarantined: 0, failed: 0 };
  let items: BatchItemView[] = [];
  let total = 0;
  let passing: PatchbayError | null = null;
  let permanent = false;
  let sendAgainFrom: number | undefined;
  return {
    add({ item, error }) {
      total += 1;
      count[verdictOf(item)] += 1;
      if (error !== null && isPassing(error)) {
        passing ??= error;
        sendAgainFrom ??= item.index;
      } else if (error !== null) permanent = true;
      if (total === limit + 1) items = items.filter(needsSomebody);
      if (total <= limit || (needsSomebody(item) && items.length < limit)) items.push(item);
    },
    counts: () => ({ ...count }),
    answer() {
      const again = sendAgainFrom === undefined ? {} : { sendAgainFrom };
      const body: BatchView = { items, ...count, omitted: total - items.length, ...again };
      const headers = passing === null ? {} : headersFor(passing);
      if (count.failed + count.quarantined === 0) {
        return { status: total > 0 && count.created === total ? 201 : 200, body };
      }
      if (count.failed < total) return { status: 207, body, headers };
      return permanent || passing === null ? { status: 422, body } : { status: 503, body, headers };
    },
  };
}

function needsSomebody({ error, verdict }: BatchItemView): boolean {
  return error !== undefined || verdict === "quarantined";
}

function verdictOf({ verdict }: BatchItemView): "created" | "updated" | "unchanged" | "quarantined" | "failed" {
  if (verdict === undefined) return "failed";
  return verdict === "deleted" ? "updated" : verdict;
}

/**
 * Does work on many things with a bounded number under way, and gives the results in the order of the things.
 * Work begins in that order too, so two pushes of one record are taken as they came.
 */
export async function inOrder<T, R>(
  things: AsyncIterable<T> | Iterable<T>,
  work: (thing: T) => Promise<R>,
  { width, give }: { width: number; give: (result: R) => void | Promise<void> },
): Promise<void> {
  const underWay: Promise<R>[] = [];
  const giveFirst = async (): Promise<void> => {
    const first = underWay.shift();
    if (first !== undefined) await give(await first);
  };
  for await (const thing of things) {
    underWay.push(work(thing));
    if (underWay.length >= width) await giveFirst();
  }
  while (underWay.length > 0) await giveFirst();
}
