import type { Command } from "commander";
import { PatchbayError } from "../../core/errors.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface EventFlags {
  readonly limit: number;
  readonly type?: string;
  readonly key?: string;
  readonly kind?: string;
}

/** `events list|show`: what happened, and which flows it started. */
export function registerEvents(program: Command, open: OpenContext): void {
  const events = program.command("events").description("look at what happened, and why flows did or did not start");
  events
    .command("list")
    .description("list events, newest first")
    .addOption(limitOption())
    .option("--type <Type>", "about records of this data type only, such as ecommerce/Order")
    .option("--key <key>", "with --type: about the record with this key only")
    .option("--kind <kind>", "of this kind only, such as record.created")
    .action(async ({ limit, type, key, kind }: EventFlags) => {
      if (key !== undefined && type === undefined) {
        throw new PatchbayError("COMMAND_INVALID", "--key needs --type beside it, such as ecommerce/Order");
      }
      const context = await open();
      const { listEvents } = await import("../event/events.js");
      await listEvents({ limit, dataType: type, key, kind }, context);
    });
  events
    .command("show")
    .description("show one event, with the decision about every flow")
    .argument("<id>", "the event's id, evt_…")
    .action(async (id: string) => {
      const context = await open();
      const { showEvent } = await import("../event/events.js");
      await showEvent(id, context);
    });
}
