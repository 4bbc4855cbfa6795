import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { CommandContext } from "./context.js";
import { type ReadRecord, readRecords } from "./read-records.js";
import { openRecordSource } from "./record-source.js";
import { readSample } from "./samples.js";

/** Where a command's records come from: a file (`-` for standard input) or a sample of a shipped collection. */
export interface InputChoice {
  readonly file: string | undefined;
  readonly sample: string | undefined;
}

/** Records, and how much of them has been read, from 0 to 1; null when their number is not known. */
export interface RecordInput {
  readonly records: AsyncIterable<ReadRecord> | Iterable<ReadRecord>;
  part(): number | null;
}

/**
 * Opens the chosen input; standard input when nothing was chosen.
 * @throws COMMAND_INVALID when both were, or there is no such sample; FILE_UNREADABLE
 */
export async function openInput(
  { file, sample }: InputChoice,
  context: Pick<CommandContext, "terminal" | "stop">,
): Promise<RecordInput> {
  if (file !== undefined && sample !== undefined) {
    throw new PatchbayError("COMMAND_INVALID", "Give either a file or --sample, not both");
  }
  if (sample !== undefined) return { records: toRecords((await readSample(sample)).documents), part: () => null };
  const source = await openRecordSource(file ?? "-", context);
  return { records: readRecords(source.chunks, source), part: () => source.part() };
}

function* toRecords(documents: readonly JsonObject[]): Generator<ReadRecord> {
  for (const [index, record] of documents.entries()) yield { place: `item ${index + 1}`, record };
}
