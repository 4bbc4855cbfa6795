import { createReadStream } from "node:fs";
import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import { readRecords } from "../read-records.js";

/** More would not make the schema better. */
const MAX_SAMPLES = 200;

/**
 * Reads sample records: an object, a list, NDJSON, or a file of a collection's `samples/`.
 * @throws BODY_EMPTY, BODY_NOT_JSON, FILE_UNREADABLE
 */
export async function readSamples(paths: readonly string[]): Promise<readonly JsonObject[]> {
  const samples: JsonObject[] = [];
  for (const path of paths) samples.push(...(await readFileOf(path)));
  return samples.slice(0, MAX_SAMPLES);
}

async function readFileOf(path: string): Promise<readonly JsonObject[]> {
  const samples: JsonObject[] = [];
  try {
    for await (const { record, place } of readRecords(createReadStream(path), { ndjson: false })) {
      if (record instanceof PatchbayError) throw new PatchbayError(record.code, `${place}: ${record.message}`);
      samples.push(...documentsOf(record));
      if (samples.length >= MAX_SAMPLES) break;
    }
    return samples;
  } catch (cause) {
    if (cause instanceof PatchbayError) throw new PatchbayError(cause.code, `${path}: ${cause.message}`, { cause });
    const message = `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new PatchbayError("FILE_UNREADABLE", message, { cause });
  }
}

function documentsOf(record: JsonObject): readonly JsonObject[] {
  const { dataType, documents } = record;
  if (typeof dataType !== "string" || !Array.isArray(documents)) return [record];
  return documents.filter(isJsonObject);
}
