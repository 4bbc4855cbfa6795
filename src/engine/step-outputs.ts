import type { JsonObject } from "../core/json.js";
import type { Run } from "../core/run.js";

/** What later steps read as `$steps`. */
export function stepOutputs(run: Run): JsonObject {
  const outputs: JsonObject = {};
  for (const { id, output, failure } of run.steps) {
    outputs[id] = failure === null ? output : { error: { code: failure.code, message: failure.message } };
  }
  return outputs;
}
