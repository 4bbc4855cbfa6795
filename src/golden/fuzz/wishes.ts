import type { RecordTrigger } from "../../core/flow.js";
import type { JsonObject } from "../../core/json.js";

/** What a record must have for a flow to start, as far as its condition says so plainly. */
export interface Wishes {
  /** Merged into each record. */
  readonly after: JsonObject;
  /** Merged into the version before, so that the flow sees a change. */
  readonly before: JsonObject;
}

/** Reads `status = "shipped"` and `status in ["a", …]` off a condition; anything else is left to chance. */
export function wishesOf({ when, changed }: RecordTrigger): Wishes {
  const found = [...(when ?? "").matchAll(/(?<![\w.$])([A-Za-z_][\w.]*)\s*(?:=|\bin\s*\[)\s*"([^"]*)"/g)];
  const after: JsonObject = {};
  const before: JsonObject = {};
  for (const [, path = "", value = ""] of found) {
    put(after, path, value);
    put(before, path, "before");
  }
  for (const field of changed) before[field] ??= "before";
  return { after, before };
}

function put(target: JsonObject, path: string, value: string): void {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = (target[name] ?? {}) as JsonObject; // only this function puts anything there
  target[name] = inner;
  put(inner, rest.join("."), value);
}
