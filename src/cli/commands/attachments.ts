import { type Command, Option } from "commander";
import { attachmentStates } from "../../core/attachment.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

/** `attachments list|save|fetch`: files that came with messages. */
export function registerAttachments(program: Command, open: OpenContext): void {
  const attachments = program.command("attachments").description("list, save and fetch files that came with messages");
  attachments
    .command("list")
    .description("list files, newest first")
    .addOption(limitOption())
    .addOption(new Option("--state <state>", "in this state only").choices(attachmentStates))
    .action(async ({ limit, state }: { limit: number; state?: string }) => {
      const context = await open();
      const { listAttachments } = await import("../conversation/attachments.js");
      await listAttachments({ limit, state }, context);
    });
  attachments
    .command("save")
    .description("save a file")
    .argument("<id>", "as the list and the conversation show it")
    .option("--to <path>", "file, or folder (made when it ends in a slash); never over a file that is there", ".")
    .action(async (id: string, { to }: { to: string }) => {
      const context = await open();
      const { saveAttachment } = await import("../conversation/attachments.js");
      await saveAttachment(id, to, context);
    });
  attachments
    .command("fetch")
    .description("have a file fetched that could not be")
    .argument("<id>", "as the list shows it")
    .action(async (id: string) => {
      const context = await open();
      const { fetchAttachment } = await import("../conversation/attachments.js");
      await fetchAttachment(id, context);
    });
}
