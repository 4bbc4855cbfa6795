import type { ConversationChannel, OptOut } from "../../../core/received-message.js";

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

/**
 * On WhatsApp nobody but us goes by the word, and people write whole sentences to shops: what they also answer to a question
 * (CANCEL, END, QUIT) is no opt-out there.
 *
 * Source: https://www.twilio.com/docs/whatsapp/api (opt-outs are the sender's own to keep)
 */
const whatsappKeywords: typeof keywords = Object.freeze({
  ...keywords,
  stop: ["STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT"],
});

const types: readonly OptOut[] = ["stop", "start", "help"];

/**
 * Tells whether a message asks for no more messages, for messages again or for help: as Twilio says, which knows the
 * keywords that a Messaging Service has of its own, else by the keywords that every number has.
 *
 * @param type Twilio's OptOutType, or an empty text.
 */
export function toOptOut(
  type: string,
  { body, channel }: { readonly body: string; readonly channel: ConversationChannel },
): OptOut | null {
  const said = types.find((one) => one === type.toLowerCase());
  if (said !== undefined) return said;
  const word = body.trim().toUpperCase();
  const known = channel === "whatsapp" ? whatsappKeywords : keywords;
  return types.find((one) => known[one].includes(word)) ?? null;
}
