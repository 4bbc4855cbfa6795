import { type Command, Option } from "commander";
import { messageStatuses } from "../../core/message.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface MessageFlags {
  readonly limit: number;
  readonly status?: string;
  readonly to?: string;
}

/** `messages list|cancel`: the texts that were sent, or are scheduled. */
export function registerMessages(program: Command, open: OpenContext): void {
  const messages = program.command("messages").description("look at the texts that were sent");
  messages
    .command("list")
    .description("list messages, newest first")
    .addOption(limitOption())
    .addOption(new Option("--status <status>", "in this status only").choices(messageStatuses))
    .option("--to <number>", "to this number only, +15005550010")
    .action(async (flags: MessageFlags) => {
      const context = await open();
      const { listMessages } = await import("../history/messages.js");
      await listMessages({ limit: flags.limit, status: flags.status, to: flags.to }, context);
    });
  messages
    .command("cancel")
    .description("have the vendor take a scheduled message back")
    .argument("<id>", "as the list shows it, or the vendor's (Twilio's SID)")
    .action(async (id: string) => {
      const context = await open();
      const { cancelMessage } = await import("../history/messages.js");
      await cancelMessage(id, context);
    });
}
