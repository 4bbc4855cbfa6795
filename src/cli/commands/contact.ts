import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `contact erase`: takes a person out of everything that is kept. */
export function registerContact(program: Command, open: OpenContext): void {
  program
    .command("contact")
    .description("erase people from what is kept")
    .command("erase")
    .description("erase a person: shows what names the contact, then asks")
    .argument("<contact>", "a number such as +15005550010, or an e-mail address")
    .option("--dry-run", "only show what names the contact")
    .option("--yes", "do not ask")
    .action(async (contact: string, flags: { yes?: boolean; dryRun?: boolean }) => {
      const context = await open();
      const { eraseContact } = await import("../contact/erase-contact.js");
      await eraseContact(contact, flags, context);
    });
}
