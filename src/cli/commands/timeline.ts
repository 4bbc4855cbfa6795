import type { Command } from "commander";
import { PatchbayError } from "../../core/errors.js";
import type { OpenContext } from "../context.js";
import type { TimelineQuery } from "../timeline/show-timeline.js";

/** `timeline`: everything that happened around one thing. */
export function registerTimeline(program: Command, open: OpenContext): void {
  program
    .command("timeline")
    .description(
      "show everything that happened around one order, phone number, e-mail address, message or run, oldest first",
    )
    .option("--order <key>", "a record's key, such as an order's number")
    .option("--type <Type>", "with --order: its data type, when several have such a key")
    .option("--phone <number>", "a recipient, +15005550010")
    .option("--email <address>", "a recipient of e-mails")
    .option("--sid <sid>", "a message, by the vendor's id or ours")
    .option("--run <id>", "a run")
    .action(async (query: TimelineQuery) => {
      if (query.phone !== undefined && !/^\s*\+/.test(query.phone)) {
        const message = `${query.phone} has no + and country code: write it as in --phone +15005550010`;
        throw new PatchbayError("COMMAND_INVALID", message);
      }
      const context = await open();
      const { showTimeline } = await import("../timeline/show-timeline.js");
      await showTimeline(query, context);
    });
}
