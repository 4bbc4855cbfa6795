import type { JsonObject } from "../core/json.js";
import type { Run } from "../core/run.js";

/** What later steps read as `$steps`. */
export function stepOutputs(run: Run): JsonObject {
  const outputs: JsonObject = {};
  for (const { id, output, outcome, failure } of run.steps) {
    if (failure === null) outputs[id] = output;
    else {
      const error = { code: failure.code, message: failure.message };
      outputs[id] = outcome === "suppressed" ? { suppressed: true, error } : { error };
    }
  }
  return outputs;
}
