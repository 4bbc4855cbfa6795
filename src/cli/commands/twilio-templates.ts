import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `twilio templates [connection]`: content templates, and whether WhatsApp has approved them. */
export function registerTwilioTemplates(twilio: Command, open: OpenContext): void {
  twilio
    .command("templates")
    .description("list content templates, with their placeholders and WhatsApp's approval")
    .argument("[connection]", "namespace/name of a connection; all that have templates when absent")
    .option("--sync", "fetch them from Twilio first", false)
    .action(async (name: string | undefined, { sync }: { sync: boolean }) => {
      const context = await open();
      const { showTemplates } = await import("../template/show-templates.js");
      await showTemplates({ connection: name ?? null, sync }, context);
    });
}
