import type { ReadRecord } from "../read-records.js";

const recordsPerChunk = 200;
const charactersPerChunk = 512 * 1024;

/** Gathers records into requests of a handy size. */
export async function* chunksOf(
  records: AsyncIterable<ReadRecord> | Iterable<ReadRecord>,
): AsyncGenerator<readonly ReadRecord[]> {
  let chunk: ReadRecord[] = [];
  let characters = 0;
  for await (const read of records) {
    chunk.push(read);
    characters += read.record instanceof Error ? 0 : JSON.stringify(read.record).length;
    if (chunk.length < recordsPerChunk && characters < charactersPerChunk) continue;
    yield chunk;
    chunk = [];
    characters = 0;
  }
  if (chunk.length > 0) yield chunk;
}
