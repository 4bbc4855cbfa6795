import type { OptOut } from "../../../core/received-message.js";

/**
 * What Twilio takes a whole message for, in any case. YES, which Twilio takes for START after a STOP, is left out: here it is
 * what people answer to questions.
 *
 * Source: https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering-
 */
const keywords: Readonly<Record<OptOut, readonly string[]>> = Object.freeze({
  stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
  start: ["START", "UNSTOP"],
  help: ["HELP", "INFO"],
});

const types: readonly OptOut[] = ["stop", "start", "help"];

/**
 * Tells whether a message asks for no more messages, for messages again or for help: as Twilio says, which knows the
 * keywords that a Messaging Service has of its own, else by the keywords that every number has.
 *
 * @param type Twilio's OptOutType, or an empty text.
 */
export function toOptOut(type: string, body: string): OptOut | null {
  const said = types.find((one) => one === type.toLowerCase());
  if (said !== undefined) return said;
  const word = body.trim().toUpperCase();
  return types.find((one) => keywords[one].includes(word)) ?? null;
}
