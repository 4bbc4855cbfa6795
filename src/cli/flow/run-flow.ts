import type { StartedFlowView } from "../../api/contract/replay.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";
import { readOne } from "../read-one.js";

/** What a flow started by hand gets in the record's place. */
export interface PayloadChoice {
  /** A file, or `-` for standard input. */
  readonly payload?: string;
  /** The record that it is about, `namespace/Type/key`; as it is now when there is no payload. */
  readonly record?: string;
}

/** Starts a flow by hand. */
export async function runFlow(name: string, choice: PayloadChoice, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const path = `${namedPath("flows", name)}/run`;
  const started = await client.post<StartedFlowView>(path, await bodyOf(choice, context));
  terminal.printJson(started);
  terminal.print(`${name} is started. See its run: patchbay runs show ${started.runId}`);
}

async function bodyOf({ payload, record }: PayloadChoice, context: CommandContext): Promise<JsonObject> {
  const given = payload === undefined ? {} : { payload: await readOne(payload, context) };
  if (record === undefined) return given;
  const [, dataType, key] = /^([^/]+\/[^/]+)\/(.+)$/.exec(record) ?? [];
  if (dataType === undefined || key === undefined) {
    throw new PatchbayError("COMMAND_INVALID", `${record} does not name a record: write namespace/Type/key`);
  }
  return { ...given, record: { dataType, key } };
}
