import type { DataTypeView } from "../../api/contract/definitions.js";
import type { BatchView } from "../../api/contract/record.js";
import { type ErrorCode, errorCatalogue } from "../../core/error-catalogue.js";
import { describeProblems, PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";
import { count } from "../plain.js";
import { openProgressBar } from "../progress-bar.js";
import type { ReadRecord } from "../read-records.js";
import { type InputChoice, openInput } from "../record-input.js";
import { chunksOf } from "./chunks.js";
import { createPatience } from "./patience.js";
import { newTally, printTally, type Tally } from "./tally.js";

interface Sendable {
  readonly place: string;
  readonly record: JsonObject;
}

/**
 * Sends records in chunks, in their order, and reports what became of them. A record that cannot be read or is
 * refused does not stop the others; when the server goes away, the report says how far it came.
 */
export async function pushRecords(dataType: string, choice: InputChoice, context: CommandContext): Promise<void> {
  const path = namedPath("records", dataType);
  const input = await openInput(choice, context);
  const tally = newTally(dataType);
  const bar = openProgressBar(context.terminal);
  try {
    for await (const chunk of chunksOf(input.records)) {
      await sendChunk(chunk, { path, tally, context });
      bar.update(input.part(), `${tally.sent} records sent, ${tally.failures.length} failed`);
    }
  } catch (thrown) {
    bar.close();
    if (tally.sent > 0 || isAway(thrown)) context.terminal.note(howFar(tally, thrown));
    throw thrown;
  }
  bar.close();
  printTally(tally, context.terminal);
  if (tally.failures.length > 0 || tally.held.length > 0) context.reportFailures();
}

function isAway(error: unknown): boolean {
  return error instanceof PatchbayError && error.code === "SERVER_UNREACHABLE";
}

async function sendChunk(
  chunk: readonly ReadRecord[],
  { path, tally, context }: { path: string; tally: Tally; context: CommandContext },
): Promise<void> {
  const sendable: Sendable[] = [];
  for (const { place, record } of chunk) {
    if (!(record instanceof PatchbayError)) sendable.push({ place, record });
    else tally.failures.push({ place, key: null, code: record.code, message: record.message });
  }
  await sendAll(sendable, { path, tally, context });
}

/** Sends until each record is taken or refused for good; the server may ask for time, for some or for all of them. */
async function sendAll(
  sendable: readonly Sendable[],
  { path, tally, context }: { path: string; tally: Tally; context: CommandContext },
): Promise<void> {
  let patience = createPatience(context);
  let waiting = sendable;
  while (waiting.length > 0) {
    const sending = waiting;
    const body = sending.map(({ record }) => record);
    const batch = await patience.send(
      () => context.client.post<BatchView>(path, body),
      () => requireKeys(tally.dataType, sending, context),
    );
    const passing = patience.isOver() ? [] : batch.items.filter(({ error }) => error && isPassing(error.code));
    const again = new Set(passing.map(({ index }) => index));
    addBatch(batch, { sendable: waiting, again, tally });
    // A server that takes some deserves more patience than one that takes none.
    if (again.size < waiting.length) patience = createPatience(context);
    waiting = waiting.filter((_, index) => again.has(index));
    const why = passing[0]?.error;
    if (why !== undefined) await patience.wait(why.title, askedMs(why.retryAfterSeconds));
  }
  tally.last = sendable.at(-1)?.place ?? tally.last;
}

/**
 * Where the server makes keys up, a record without one that is sent twice would become two.
 * @throws SERVER_UNREACHABLE when there is such a record; and as `Client.get` does
 */
async function requireKeys(dataType: string, sent: readonly Sendable[], { client }: CommandContext): Promise<void> {
  const { key, keyAuto } = await client.get<DataTypeView>(namedPath("data-types", dataType));
  const [field] = key;
  if (!keyAuto || field === undefined) return;
  const keyless = sent.find(({ record }) => (record[field] ?? "") === "");
  if (keyless === undefined) return;
  const message = `The connection broke, and ${keyless.place} is without a key: it may have been stored already`;
  throw new PatchbayError("SERVER_UNREACHABLE", message, {
    remedy: `Look whether it is there (patchbay events list --type ${dataType}); push again only what is not.`,
    mayDouble: true,
  });
}

function askedMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

function isPassing(code: string): boolean {
  return Object.hasOwn(errorCatalogue, code) && errorCatalogue[code as ErrorCode].retryable;
}

function addBatch(
  batch: BatchView,
  { sendable, again, tally }: { sendable: readonly Sendable[]; again: ReadonlySet<number>; tally: Tally },
): void {
  tally.sent += sendable.length - again.size;
  tally.created += batch.created;
  tally.updated += batch.updated;
  tally.unchanged += batch.unchanged;
  tally.quarantined += batch.quarantined;
  for (const { index, key, error, quarantineId, problems } of batch.items) {
    if (again.has(index)) continue;
    const place = sendable[index]?.place ?? `record ${index + 1}`;
    if (quarantineId !== undefined) {
      tally.held.push({ place, key: key ?? null, quarantineId, message: describeProblems(problems ?? []) });
    }
    if (error === undefined) continue;
    tally.failures.push({ place, key: key ?? null, code: error.code, message: error.detail });
  }
}

function howFar({ last, sent }: Tally, thrown: unknown): string {
  const place = last === "" ? "" : ` after ${last}`;
  const mayDouble = thrown instanceof PatchbayError && thrown.details.mayDouble === true;
  const safe = " Pushing the same file again is safe: records that are there stay as they are (by their key).";
  return `Stopped${place}: ${count(sent, "record")} sent and answered.${mayDouble ? "" : safe}`;
}
