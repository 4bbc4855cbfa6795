import type { Command } from "commander";
import type { OpenContext } from "../context.js";
import { registerTwilioTemplates } from "./twilio-templates.js";

/** `twilio check|numbers|connect|templates`: a Twilio account as it is, and this server's addresses in it. */
export function registerTwilio(program: Command, open: OpenContext): void {
  const twilio = program.command("twilio").description("look at a Twilio account, and connect it to this server");
  registerCheck(twilio, open);
  registerNumbers(twilio, open);
  registerConnect(twilio, open);
  registerTwilioTemplates(twilio, open);
}

const connectionText = "namespace/name of a connection; may be left out where there is only one to Twilio";

function registerCheck(twilio: Command, open: OpenContext): void {
  twilio
    .command("check")
    .description("look at the account: what is wrong with it, and what to do; fails when something is")
    .argument("[connection]", "namespace/name of a connection; all to Twilio when absent")
    .action(async (name: string | undefined) => {
      const context = await open();
      const { checkConnections } = await import("../twilio/check-connections.js");
      await checkConnections(name ?? null, context);
    });
}

function registerNumbers(twilio: Command, open: OpenContext): void {
  twilio
    .command("numbers")
    .description("list numbers, Messaging Services and WhatsApp senders, and where their messages go")
    .argument("[connection]", connectionText)
    .action(async (name: string | undefined) => {
      const context = await open();
      const { listSenders } = await import("../twilio/list-senders.js");
      await listSenders(name ?? null, context);
    });
}

function registerConnect(twilio: Command, open: OpenContext): void {
  const gather = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  twilio
    .command("connect")
    .description("enter this server's addresses in the account, after showing what would be entered")
    .argument("[connection]", connectionText)
    .option(
      "--sender <sender>",
      "this one, whatever is entered there; may be repeated. Without it: those that the connection sends from",
      gather,
      [],
    )
    .option("--dry-run", "only show what would be entered", false)
    .option("--yes", "do not ask", false)
    .action(async (name: string | undefined, flags: { sender: readonly string[]; dryRun: boolean; yes: boolean }) => {
      const context = await open();
      const { connectSenders } = await import("../twilio/connect-senders.js");
      await connectSenders(name ?? null, flags, context);
    });
}
