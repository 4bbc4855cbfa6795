import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";

/** One record as it was read, or why it could not be. */
export interface ReadRecord {
  /** Where it stands: `line 7` of NDJSON, `item 7` of an array; both count from 1. */
  readonly place: string;
  readonly record: JsonObject | PatchbayError;
}

/** Largest JSON document that is read as a whole; NDJSON is read line by line and may be of any size. */
const maxDocumentCharacters = 256 * 1024 * 1024;

/**
 * Reads a JSON object, a JSON array of objects, or NDJSON (one object in each line).
 *
 * Unless told so, it is NDJSON when the first line alone is an object. Only NDJSON is read as a stream, and only
 * there a bad line does not stop the rest.
 *
 * @throws BODY_EMPTY, BODY_NOT_JSON, BODY_TOO_LARGE
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array | string>,
  { ndjson }: { ndjson: boolean },
): AsyncGenerator<ReadRecord> {
  const lines = numberedLines(chunks);
  const first = await lines.next();
  if (first.done) throw new PatchbayError("BODY_EMPTY", "There is nothing in the input");
  if (ndjson || isJsonObject(parseOrNull(first.value.text))) {
    yield toRecord(first.value);
    for await (const line of lines) yield toRecord(line);
    return;
  }
  yield* recordsOf(await restOf(first.value, lines));
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Gives the lines that are not blank. */
async function* numberedLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  let number = 0;
  for await (const text of linesOf(chunks)) {
    number += 1;
    if (text.trim() !== "") yield { number, text };
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let open: string[] = [];
  for await (const chunk of chunks) {
    const parts = (typeof chunk === "string" ? chunk : decode(decoder, chunk)).split("\n");
    const last = parts.pop() ?? "";
    for (const part of parts) {
      yield [...open, part].join("");
      open = [];
    }
    open.push(last);
  }
  yield [...open, decode(decoder)].join("");
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new PatchbayError("BODY_NOT_JSON", "The input is not UTF-8 text", { cause });
  }
}

/** Puts a document together again, blank lines before its beginning included, so that error positions are right. */
async function restOf(first: Line, lines: AsyncGenerator<Line>): Promise<string> {
  const parts = [first.text];
  let last = first.number;
  let characters = first.text.length;
  for await (const { number, text } of lines) {
    parts.push("\n".repeat(number - last), text);
    last = number;
    characters += text.length;
    if (characters > maxDocumentCharacters) {
      throw new PatchbayError("BODY_TOO_LARGE", "The JSON document is larger than 256 MiB", {
        remedy: "Write the records as NDJSON, one in each line: that is read as a stream.",
      });
    }
  }
  return "\n".repeat(first.number - 1) + parts.join("");
}

function* recordsOf(text: string): Generator<ReadRecord> {
  const value = parse(text);
  const items = Array.isArray(value) ? value : [value];
  for (const [index, item] of items.entries()) yield { place: `item ${index + 1}`, record: requireObject(item) };
}

function toRecord({ number, text }: Line): ReadRecord {
  const place = `line ${number}`;
  try {
    return { place, record: requireObject(parse(text)) };
  } catch (thrown) {
    if (thrown instanceof PatchbayError) return { place, record: thrown };
    throw thrown;
  }
}

function requireObject(value: Json): JsonObject | PatchbayError {
  if (isJsonObject(value)) return value;
  const kind = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
  return new PatchbayError("RECORD_INVALID", `A record is a JSON object; this is ${kind}`);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PatchbayError("BODY_NOT_JSON", `This is not JSON: ${reason}`, { cause });
  }
}

function parseOrNull(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
