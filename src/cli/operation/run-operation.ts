import type { OperationPreviewView, OperationRequest, OperationView } from "../../api/contract/operation.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import { confirm } from "../confirm.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import type { SpanFlags } from "../span-options.js";
import { describePartial, describePreview } from "./preview-words.js";
import { watchOperation } from "./watch-operation.js";

const path = "/api/v1/operations";

/** Which events or runs; members that are undefined are not said. */
export type OperationFilter = Pick<OperationRequest, "kind"> & {
  readonly [Name in Exclude<keyof OperationRequest, "kind">]?: OperationRequest[Name] | undefined;
};

/** Shows what an operation would do, asks, starts it and watches it to its end. */
export async function runOperation(
  filter: OperationFilter,
  { from, until = new Date().toISOString(), perSecond, yes }: SpanFlags,
  context: CommandContext,
): Promise<void> {
  const { client, terminal } = context;
  if (from === undefined) throw new PatchbayError("COMMAND_INVALID", "Say from when on: --from 2026-01-31");
  const order = toBody({ ...filter, from, until, perSecond });
  const preview = await client.post<OperationPreviewView>(path, { ...order, dryRun: true });
  terminal.printJson({ preview });
  const noun = filter.kind === "replay" ? "event" : "failed run";
  terminal.print(...describePreview(preview, noun));
  if (preview.runs === 0 && !preview.more) {
    terminal.print("There is nothing to do.");
    return;
  }
  if (!yes && !(await confirm("Do it?", terminal))) {
    terminal.print("Nothing was done.");
    return;
  }
  const warning = yes ? describePartial(preview, noun) : null;
  if (warning !== null) terminal.note(warning);
  const ended = await watchOperation(await start(order, context), { preview, context });
  terminal.printJson({ operation: ended });
  const how = ended.state === "done" ? "is done" : "was stopped";
  terminal.print(`Operation ${ended.id} ${how}: ${count(ended.started, "run")} started, ${ended.examined} looked at.`);
  if (ended.state !== "done") context.reportFailures();
}

async function start(order: JsonObject, { client, terminal, stop }: CommandContext): Promise<OperationView> {
  try {
    return await client.post<OperationView>(path, order);
  } catch (thrown) {
    if (stop.aborted) terminal.note("It may have been started before you stopped: patchbay operations list");
    throw thrown;
  }
}

function toBody(members: Readonly<Record<string, string | number | boolean | undefined>>): JsonObject {
  const given = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(given);
}
