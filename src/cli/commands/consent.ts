import { type Command, Option } from "commander";
import { consentStates, consentWays } from "../../core/consent.js";
import { conversationChannels } from "../../core/received-message.js";
import type { ListFlags, RecordFlags } from "../consent/consent.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

const scopeHelp = "everything, connection:<name>, service:<id> or sender:<number>";

/** `consent list|show|opt-out|opt-in|import|export`: who wants messages, who does not, and how that is known. */
export function registerConsent(program: Command, open: OpenContext): void {
  const consent = program.command("consent").description("look up and record who wants messages, and who does not");
  registerReading(consent, open);
  registerRecording(consent, open, { verb: "opt-out", description: "record that somebody wants no messages" });
  registerRecording(consent, open, {
    verb: "opt-in",
    description: "record that somebody wants messages; --reason says how they have agreed",
  });
  consent
    .command("import")
    .description("take a list: CSV with a first line that names the columns, NDJSON or a JSON array")
    .argument("<file>", "- for standard input (JSON or NDJSON)")
    .action(async (file: string) => {
      const context = await open();
      const { importConsents } = await import("../consent/import-consents.js");
      await importConsents(file, context);
    });
  consent
    .command("export")
    .description("print everything that was ever said, newest first")
    .addOption(new Option("--format <format>", "what to print").choices(["ndjson", "csv"]).default("ndjson"))
    .action(async ({ format }: { format: "ndjson" | "csv" }) => {
      const context = await open();
      const { exportConsents } = await import("../consent/export-consents.js");
      await exportConsents(format, context);
    });
}

function registerReading(consent: Command, open: OpenContext): void {
  consent
    .command("list")
    .description("list what is on record, last changed first")
    .addOption(limitOption())
    .addOption(new Option("--state <state>", "in this state only").choices(consentStates))
    .addOption(new Option("--how <how>", "known in this way only").choices(consentWays))
    .addOption(new Option("--channel <channel>", "on this channel only").choices(conversationChannels))
    .option("--contact <number>", "of this contact only, such as +15005550010")
    .option("--scope <scope>", `about this only: ${scopeHelp}`)
    .action(async (flags: ListFlags) => {
      const context = await open();
      const { listConsent } = await import("../consent/consent.js");
      await listConsent(flags, context);
    });
  consent
    .command("show")
    .description("show what holds for one contact, and everything that was ever said")
    .argument("<number>", "such as +15005550010")
    .action(async (number: string) => {
      const context = await open();
      const { showConsent } = await import("../consent/consent.js");
      await showConsent(number, context);
    });
}

function registerRecording(
  consent: Command,
  open: OpenContext,
  { verb, description }: { verb: "opt-out" | "opt-in"; description: string },
): void {
  const command = consent
    .command(verb)
    .description(description)
    .argument("<number>", "such as +15005550010")
    .addOption(new Option("--channel <channel>", "on this channel only").choices(conversationChannels))
    .option("--scope <scope>", `about this only: ${scopeHelp}`)
    .option("--reason <text>", "how and where the person has said so")
    .option("--by <name>", "who records it");
  if (verb === "opt-in") command.option("--force", "also when the person has texted STOP: the reason documents why");
  command.action(async (number: string, flags: RecordFlags) => {
    const context = await open();
    const { recordConsent } = await import("../consent/consent.js");
    await recordConsent(number, { ...flags, state: verb === "opt-out" ? "opted-out" : "opted-in" }, context);
  });
}
