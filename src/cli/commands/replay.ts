import type { Command } from "commander";
import { PatchbayError } from "../../core/errors.js";
import type { OpenContext } from "../context.js";
import { type SpanFlags, spanOptions } from "../span-options.js";

interface ReplayFlags extends SpanFlags {
  readonly type?: string;
  readonly kind?: string;
}

/** `replay`: has flows deal with events again, one or all of a span. */
export function registerReplay(program: Command, open: OpenContext): void {
  const replay = program
    .command("replay")
    .description("decide again which flows an event starts, with what is installed now, and run them")
    .argument("[event-id]", "the event's id, evt_…; or all events of a span with --from")
    .option("--type <Type>", "with --from: of this data type's records only, such as ecommerce/Order")
    .option("--kind <kind>", "with --from: of this kind only, such as record.created")
    .addHelpText("after", "\nWhat was sent for an event is never sent again. What would be sent is shown first.");
  for (const option of spanOptions()) replay.addOption(option);
  replay.action(async (id: string | undefined, flags: ReplayFlags) => {
    const { from, until, type, kind } = flags;
    if ((id === undefined) === (from === undefined)) {
      throw new PatchbayError("COMMAND_INVALID", "Give either the id of an event, or --from for all of a span");
    }
    if (id !== undefined && (until ?? type ?? kind) !== undefined) {
      throw new PatchbayError("COMMAND_INVALID", "--until, --type and --kind go with --from, not with an id");
    }
    const context = await open();
    if (id !== undefined) {
      const { replayEvent } = await import("../event/replay-event.js");
      await replayEvent(id, flags, context);
      return;
    }
    const { runOperation } = await import("../operation/run-operation.js");
    await runOperation({ kind: "replay", dataType: type, eventKind: kind }, flags, context);
  });
}
