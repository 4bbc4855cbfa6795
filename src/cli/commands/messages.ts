import { type Command, Option } from "commander";
import { messageStatuses } from "../../core/message.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface MessageFlags {
  readonly limit: number;
  readonly status?: string;
  readonly to?: string;
}

interface EstimateFlags {
  readonly to: string;
  readonly body: string;
  readonly from?: string;
  readonly connection?: string;
  readonly flow?: string;
}

/** `messages list|show|estimate|cancel`: the texts that were sent, or are scheduled. */
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
    .command("show")
    .description("show one text, with what has become of it and what it has cost")
    .argument("<id>", "as the list shows it, or the vendor's (Twilio's SID)")
    .action(async (id: string) => {
      const context = await open();
      const { showMessage } = await import("../history/messages.js");
      await showMessage(id, context);
    });
  messages
    .command("estimate")
    .description("check a text and count its segments and price; nothing is kept and nothing is sent")
    .requiredOption("--to <number>", "recipient, with whatsapp: before it for WhatsApp")
    .requiredOption("--body <text>", "the text")
    .option("--from <sender>", "another sender than the connection's")
    .option("--connection <name>", "namespace/name; needed when several could be meant")
    .option("--flow <name>", "namespace/name: by the connection that this flow sends by")
    .action(async ({ connection, flow, ...payload }: EstimateFlags) => {
      const context = await open();
      const { estimateMessage } = await import("../history/estimate.js");
      await estimateMessage(payload, { connection, flow }, context);
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
