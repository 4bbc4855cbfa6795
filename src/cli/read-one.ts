import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { CommandContext } from "./context.js";
import { openInput } from "./record-input.js";

/**
 * Reads one JSON object from a file, or from standard input for `-`.
 * @throws FILE_UNREADABLE, BODY_EMPTY, BODY_NOT_JSON, COMMAND_INVALID when there is more than one.
 */
export async function readOne(file: string, context: Pick<CommandContext, "terminal" | "stop">): Promise<JsonObject> {
  const { records } = await openInput({ file, sample: undefined }, context);
  let only: JsonObject | null = null;
  for await (const { record } of records) {
    if (record instanceof PatchbayError) throw record;
    if (only !== null) throw new PatchbayError("COMMAND_INVALID", `${file} has more than one JSON object`);
    only = record;
  }
  if (only === null) throw new PatchbayError("BODY_EMPTY", `${file} has no JSON object`);
  return only;
}
