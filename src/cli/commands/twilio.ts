import type { Command } from "commander";
import type { OpenContext } from "../context.js";
import { registerTwilioTemplates } from "./twilio-templates.js";

/** `twilio templates`: what a Twilio account has. */
export function registerTwilio(program: Command, open: OpenContext): void {
  const twilio = program.command("twilio").description("look at a Twilio account");
  registerTwilioTemplates(twilio, open);
}
