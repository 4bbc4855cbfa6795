import type { BatchView } from "../../api/contract/record.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";
import { count } from "../plain.js";
import { openProgressBar } from "../progress-bar.js";
import { type ReadRecord, readRecords } from "../read-records.js";
import { chunksOf } from "./chunks.js";

import { openRecordSource } from "./record-source.js";
import { sendPatiently } from "./send-patiently.js";
import { newTally, printTally, type Tally } from "./tally.js";

interface Sendable {
  readonly place: string;
  readonly record: JsonObject;
}

/**
 * Sends records in chunks, in their order, and reports what became of them. A record that cannot be read or is
 * refused does not stop the others; when the server goes away, the report says how far it came.
 */
export async function pushRecords(
  { dataType, file }: { dataType: string; file: string },
  context: CommandContext,
): Promise<void> {
  const path = namedPath("records", dataType);
  const source = await openRecordSource(file, context);
  const tally = newTally(dataType);
  const bar = openProgressBar(context.terminal);
  try {
    for await (const chunk of chunksOf(readRecords(source.chunks, source))) {
      await sendChunk(chunk, { path, tally, context });
      bar.update(source.part(), `${tally.sent} records sent, ${tally.failures.length} failed`);
    }
  } catch (thrown) {
    bar.close();
    if (tally.sent > 0) context.terminal.note(howFar(tally));
    throw thrown;
  }
  bar.close();
  printTally(tally, context.terminal);
  if (tally.failures.length > 0) context.reportFailures();
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
  if (sendable.length === 0) return;
  const body = sendable.map(({ record }) => record);
  const batch = await sendPatiently(() => context.client.post<BatchView>(path, body), context);
  addBatch(batch, sendable, tally);
}

function addBatch(batch: BatchView, sendable: readonly Sendable[], tally: Tally): void {
  tally.sent += sendable.length;
  tally.created += batch.created;
  tally.updated += batch.updated;
  tally.unchanged += batch.unchanged;
  tally.last = sendable.at(-1)?.place ?? tally.last;
  for (const { index, key, error } of batch.items) {
    if (error === undefined) continue;
    const place = sendable[index]?.place ?? `record ${index + 1}`;
    tally.failures.push({ place, key: key ?? null, code: error.code, message: error.detail });
  }
}

function howFar({ last, sent }: Tally): string {
  return `Stopped after ${last}: ${count(sent, "record")} sent. Push the file again: what is stored stays as it is.`;
}
