import type { Change } from "../core/change.js";
import { toPatchbayError } from "../core/errors.js";
import { addCounts, type Counts, HOUR_MS, hourOf, noCounts } from "../core/hourly-counts.js";
import type { RetentionPolicy } from "../core/retention.js";
import { type Counted, createPieces, type Span } from "./count-pieces.js";
import type { EngineParts } from "./engine-parts.js";

const DAY_MS = 24 * HOUR_MS;

/** The present hour and the one before are counted in parts: one in which nothing moves any more is seldom gone through again. */
const PART_MS = HOUR_MS / 12;

/** What is counted again waits at least so long, in milliseconds; and so many times as long as counting it took, up to a limit. */
const AGAIN_MS = 2_000;
const AGAIN_TIMES = 50;
const LATEST_AGAIN_MS = 8_000;

/** Older hours are counted again, the older the more seldom, up to this age: messages are delivered late, runs wait. */
const SETTLED_MS = 8 * DAY_MS;

/** Hours that nobody has counted are counted up to this age; what was counted is kept for longer. */
const BACKWARDS_MS = 62 * DAY_MS;
const KEEP_MS = 400 * DAY_MS;

/** How long it counts at a time, in milliseconds, and for how many times as long it then leaves the store alone. */
const SLICE_MS = 20;
const REST_TIMES = 10;
const LONGEST_REST_MS = 2_000;

/** How soon it tries again after it could not count, in milliseconds. */
const RETRY_MS = 30_000;

const nothing = JSON.stringify(noCounts);

/** Keeps how much was made in each hour, for those who ask how things are. See ADR 0029. */
export interface HourCounter {
  /** Begins with what is due, unless it is at work already. */
  look(): void;
  /** Resolves when it is not at work. */
  idle(): Promise<void>;
}

type CounterParts = Pick<EngineParts, "store" | "now" | "log" | "retention">;

/** Makes the counter of one process; of several processes one counts at a time. One that takes over counts the present anew. */
export function createHourCounter(parts: CounterParts, stopping: () => boolean): HourCounter {
  const { now, log } = parts;
  let round: Round | null = null;
  let work: Promise<void> | null = null;
  let restUntil = Number.NEGATIVE_INFINITY;
  const run = async (): Promise<void> => {
    const began = now();
    try {
      round ??= await beginRound(parts);
      while (!stopping() && now() - began < SLICE_MS && (await round.step())) {}
      await round.write();
    } catch (thrown) {
      // What is known of what was counted may not be what is kept.
      round = null;
      const { code, message } = toPatchbayError(thrown);
      log.warn({ code, problem: message }, "hours could not be counted; trying again");
      restUntil = now() + RETRY_MS;
      return;
    }
    restUntil = now() + Math.min(LONGEST_REST_MS, Math.max(AGAIN_MS / 4, (now() - began) * REST_TIMES));
  };
  return {
    look: () => {
      // A clock that is put back is no reason to rest for longer.
      if (work !== null || (now() < restUntil && restUntil - now() < HOUR_MS)) return;
      work = run().finally(() => {
        work = null;
      });
    },
    idle: async () => {
      await work;
    },
  };
}

/** An hour, and when its parts begin that have begun. */
interface PresentHour {
  readonly hour: number;
  readonly parts: readonly number[];
}

interface Round {
  /** Counts what is due. @returns Whether anything was. */
  step(): Promise<boolean>;
  /** Keeps what has changed of the present. */
  write(): Promise<void>;
}

async function beginRound({ store, now, retention }: CounterParts): Promise<Round> {
  const oldest = Math.max((await store.hourlyCounts.since())?.getTime() ?? now(), now() - BACKWARDS_MS);
  const kept = await store.hourlyCounts.list(new Date(oldest - HOUR_MS), new Date(now()));
  const parts = new Map<number, Counted>();
  /** Hours of the past, and when they were counted. */
  const hours = new Map(kept.map(({ hour, countedAt }) => [hour.getTime(), countedAt.getTime()]));
  const written = new Map<number, string>();

  const pieces = createPieces({ store, now }, SLICE_MS);
  let part: Span | null = null;
  let past: Span | null = null;

  async function keep(hour: number, counts: Counts, at: number): Promise<void> {
    const change = { hour: new Date(hour), countedAt: new Date(at), counts };
    const forget: Change[] = hours.has(hour) ? [] : [{ kind: "hours-forgotten", before: new Date(hour - KEEP_MS) }];
    await store.commit([{ kind: "hour-counted", counted: change }, ...forget]);
    hours.set(hour, at);
  }

  /** The present hour and the one before, each with its parts as far as they have begun. */
  function present(): readonly PresentHour[] {
    const newest = hourOf(new Date(now())).getTime();
    return [newest, newest - HOUR_MS].map((hour) => ({
      hour,
      parts: Array.from({ length: HOUR_MS / PART_MS }, (_, index) => hour + index * PART_MS).filter(
        (at) => at <= now(),
      ),
    }));
  }

  async function writeHour({ hour, parts: begun }: PresentHour): Promise<void> {
    const counted = begun.flatMap((from) => parts.get(from) ?? []);
    // A part that is not counted yet would be missing in what is kept.
    if (counted.length < begun.length) return;
    const counts = counted.reduce((sum, one) => addCounts(sum, one.counts), noCounts);
    const text = JSON.stringify(counts);
    if ((written.get(hour) ?? (hours.has(hour) ? null : nothing)) === text) return;
    await keep(hour, counts, Math.max(...counted.map(({ at }) => at)));
    written.set(hour, text);
  }

  /** Of the present, the newest part that is due. */
  function duePart(): Span | null {
    const begun = present().flatMap((each) => [...each.parts].reverse());
    const due = begun.find((from) => isDue(parts.get(from), from, now()));
    return due === undefined ? null : pieces.begin(due, PART_MS, async (whole) => void parts.set(due, whole));
  }

  function dueHour(): Span | null {
    const first = Math.max(oldest, now() - keptFor(retention));
    const newest = hourOf(new Date(now())).getTime() - 2 * HOUR_MS;
    for (let hour = newest; hour + HOUR_MS > first; hour -= HOUR_MS) {
      if (!isHourDue(hours.get(hour), hour, now())) continue;
      return pieces.begin(hour, HOUR_MS, ({ counts, at }) => keep(hour, counts, at));
    }
    return null;
  }

  return {
    step: async () => {
      // A part that was begun is ended first: on a busy store the newest would be due again before any other is through.
      part ??= duePart();
      if (part === null) past ??= dueHour();
      if (part !== null) part = await pieces.next(part);
      else if (past !== null) past = await pieces.next(past);
      else return false;
      return true;
    },
    write: async () => {
      const shown = present();
      for (const each of shown) await writeHour(each);
      const oldestShown = shown.at(-1)?.hour ?? 0;
      for (const kept of [parts, written]) {
        for (const at of kept.keys()) if (at < oldestShown) kept.delete(at);
      }
    },
  };
}

/** What has ended is counted again after half of its age, so that it is counted often while much of it moves. */
function isDue(counted: Counted | undefined, from: number, now: number): boolean {
  if (counted === undefined || now < counted.at) return true;
  const age = counted.at - from - PART_MS;
  const waitMs = Math.min(LATEST_AGAIN_MS, counted.costMs * AGAIN_TIMES);
  return now >= counted.at + Math.max(AGAIN_MS, waitMs, age / 2);
}

function isHourDue(countedAt: number | undefined, hour: number, now: number): boolean {
  if (countedAt === undefined) return true;
  const age = countedAt - hour - HOUR_MS;
  return age < SETTLED_MS && now >= countedAt + Math.max(HOUR_MS, age / 2);
}

/** How long everything is kept: what was dropped since must not be missing in what is counted. */
function keptFor({ succeededDays, failedDays }: RetentionPolicy): number {
  return Math.min(succeededDays ?? Number.POSITIVE_INFINITY, failedDays ?? Number.POSITIVE_INFINITY) * DAY_MS - HOUR_MS;
}
