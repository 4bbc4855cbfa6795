import type { ServiceSetup } from "./account/account-setup.js";
import { splitAddress } from "./addresses.js";
import type { MessageDraft } from "./simulated-message.js";
import type { VirtualText } from "./virtual-text.js";

/** What Twilio makes of a text that came in. */
export interface Heard {
  /** The service that the number is in. */
  readonly messagingServiceSid: string | null;
  readonly optOutType: VirtualText["optOutType"];
  /** What Twilio answers by itself; null for nothing. */
  readonly autoReply: string | null;
}

/** Who has texted STOP to whom. */
export interface OptOuts {
  hear(text: VirtualText): Heard;
  /** Whether Twilio refuses a message with 21610. */
  isBlocked(draft: Pick<MessageDraft, "to" | "toNumber" | "from" | "messagingServiceSid">): boolean;
}

type Word = NonNullable<VirtualText["optOutType"]>;

/** Source: https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering- */
const words: Readonly<Record<Word, readonly string[]>> = {
  STOP: ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"],
  START: ["START", "UNSTOP", "YES"],
  HELP: ["HELP", "INFO"],
};

const replies: Readonly<Record<Word, string>> = {
  STOP: "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.",
  START:
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
  HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
};

/**
 * Opens the memory of opt-outs. A STOP blocks what is sent to the phone by the number it was sent to, or by the whole service that
 * the number is in; WhatsApp knows no such thing.
 *
 * @param services The account's, as they are now.
 * @param ownNumber The number that a service sends by of which nothing else is known.
 */
export function openOptOuts(services: () => readonly ServiceSetup[], ownNumber: string): OptOuts {
  const blocked = new Set<string>();
  const serviceOf = (number: string): ServiceSetup | null =>
    services().find(({ numbers }) => numbers.includes(number)) ?? null;
  const senderOf = (number: string): string => serviceOf(number)?.sid ?? number;
  const poolOf = (sid: string): readonly string[] =>
    services().some((one) => one.sid === sid) ? [sid] : [sid, ownNumber];
  return {
    hear(text) {
      const to = splitAddress(text.to).number;
      const service = serviceOf(to);
      const messagingServiceSid = text.messagingServiceSid ?? service?.sid ?? null;
      const from = splitAddress(text.from);
      if (from.channel !== "sms") return { messagingServiceSid, optOutType: text.optOutType, autoReply: null };
      const word = text.optOutType ?? wordOf(text.body, service);
      const pair = pairOf(from.number, messagingServiceSid ?? to);
      if (word === "STOP") blocked.add(pair);
      if (word === "START" && !blocked.delete(pair) && isPlainYes(text.body)) return quiet(messagingServiceSid);
      const optOutType = text.optOutType ?? (service?.advancedOptOut === true ? word : null);
      return { messagingServiceSid, optOutType, autoReply: word === null ? null : replies[word] };
    },
    isBlocked({ to, toNumber, from, messagingServiceSid }) {
      if (splitAddress(to).channel !== "sms") return false;
      const senders = [
        ...(from === null ? [] : [senderOf(splitAddress(from).number)]),
        ...(messagingServiceSid === null ? [] : poolOf(messagingServiceSid)),
      ];
      return senders.some((sender) => blocked.has(pairOf(toNumber, sender)));
    },
  };
}

/** YES opts in only who has opted out; from everybody else it is a word like others. */
function isPlainYes(body: string): boolean {
  return body.trim().toUpperCase() === "YES";
}

function quiet(messagingServiceSid: string | null): Heard {
  return { messagingServiceSid, optOutType: null, autoReply: null };
}

function pairOf(phone: string, sender: string): string {
  return `${phone} ${sender}`;
}

function wordOf(body: string, service: ServiceSetup | null): Word | null {
  const said = body.trim().toUpperCase();
  const own = service?.advancedOptOut === true ? service.stopWords : [];
  if (own.some((word) => word.toUpperCase() === said)) return "STOP";
  return (["STOP", "START", "HELP"] as const).find((word) => words[word].includes(said)) ?? null;
}
