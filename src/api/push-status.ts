import type { RecordVerdict } from "../core/record.js";

/** Gives the HTTP status that tells what became of one record: 202 means kept, but not as a record yet. */
export function pushStatus(verdict: RecordVerdict): 200 | 201 | 202 {
  if (verdict === "created") return 201;
  return verdict === "quarantined" ? 202 : 200;
}
