import type { RecordView } from "../../api/contract/record.js";
import type { StartedFlowView } from "../../api/contract/replay.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";
import { readOne } from "../read-one.js";

/** What a flow started by hand gets in the record's place: at most one of the two. */
export interface PayloadChoice {
  /** A file, or `-` for standard input. */
  readonly payload?: string;
  /** A record as it is now, `namespace/Type/key`. */
  readonly record?: string;
}

/** Starts a flow by hand. */
export async function runFlow(name: string, choice: PayloadChoice, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const path = `${namedPath("flows", name)}/run`;
  const payload = await readPayload(choice, context);
  const body = payload === null ? {} : { payload };
  const started = await client.post<StartedFlowView>(path, body);
  terminal.printJson(started);
  terminal.print(`${name} is started. See its run: patchbay runs show ${started.runId}`);
}

async function readPayload({ payload, record }: PayloadChoice, context: CommandContext): Promise<JsonObject | null> {
  if (payload !== undefined && record !== undefined) {
    throw new PatchbayError("COMMAND_INVALID", "Give either --payload or --record, not both");
  }
  if (record === undefined) return payload === undefined ? null : readOne(payload, context);
  const [, dataType, key] = /^([^/]+\/[^/]+)\/(.+)$/.exec(record) ?? [];
  if (dataType === undefined || key === undefined) {
    throw new PatchbayError("COMMAND_INVALID", `${record} does not name a record: write namespace/Type/key`);
  }
  const stored = await context.client.get<RecordView>(`${namedPath("records", dataType)}/${encodeURIComponent(key)}`);
  return stored.document;
}
