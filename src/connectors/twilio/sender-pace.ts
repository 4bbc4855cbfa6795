import type { JsonObject } from "../../core/json.js";
import type { DailyCap, SenderPace } from "../../core/sending.js";
import type { SenderRule, TwilioSettings } from "./settings.js";

/** Segments a second that Twilio lets a sender of a kind send; null where no carrier is behind it. */
const usual = {
  "test number": null,
  "long code": 1,
  "long code abroad": 10,
  "toll-free": 3,
  "short code": 100,
  "alphanumeric name": 10,
  whatsapp: 80,
  "whatsapp sandbox": 1 / 3,
  "messaging service": 1,
} as const;

type SenderKind = keyof typeof usual;

const SANDBOX = "whatsapp:+14155238886";

/** Accounts that are in use at once are few, their senders too; more are worked out anew. */
const MAX_KNOWN = 1_000;
const known = new WeakMap<TwilioSettings, Map<string, SenderPace>>();

/**
 * Says who sends a message, and how fast. A message that Twilio is to send at a time of its own is not paced here.
 *
 * Twilio queues what comes faster, up to ten hours' worth, and refuses more; but in its queue nothing goes before anything.
 *
 * Source: https://www.twilio.com/docs/messaging/compliance/throughput-limits-message-queues
 */
export function senderPaceOf(request: JsonObject, settings: TwilioSettings): SenderPace | null {
  const { from, messagingServiceSid, sendAt } = request;
  const sender = typeof from === "string" ? from : messagingServiceSid;
  if (typeof sender !== "string" || sendAt !== undefined) return null;
  const paces = known.get(settings) ?? new Map<string, SenderPace>();
  known.set(settings, paces);
  const found = paces.get(sender);
  if (found !== undefined) return found;
  const pace = toPace(sender, settings);
  if (paces.size >= MAX_KNOWN) paces.clear();
  paces.set(sender, pace);
  return pace;
}

function toPace(sender: string, settings: TwilioSettings): SenderPace {
  const kind = kindOf(sender);
  const rule = settings.senders?.find(({ match }) => matches(match, sender));
  const each = rule?.segmentsPerSecond ?? usual[kind];
  const numbers = kind === "messaging service" ? (rule?.numbers ?? 1) : 1;
  return {
    sender,
    unit: kind.startsWith("whatsapp") ? "messages" : "segments",
    perSecond: each === null || rule?.paced === false ? null : each * numbers,
    dailyCap: toCap(rule ?? {}, settings),
    connectionCap: toCap(settings, settings),
  };
}

function toCap(
  { dailyCap, timeZone }: Pick<SenderRule, "dailyCap" | "timeZone">,
  settings: TwilioSettings,
): DailyCap | null {
  return dailyCap === undefined ? null : { most: dailyCap, timeZone: timeZone ?? settings.timeZone ?? "UTC" };
}

/** Source: https://www.twilio.com/docs/iam/test-credentials for the test numbers. */
function kindOf(sender: string): SenderKind {
  if (sender.startsWith("MG")) return "messaging service";
  if (sender === SANDBOX) return "whatsapp sandbox";
  if (sender.startsWith("whatsapp:")) return "whatsapp";
  if (/^\d{3,8}$/.test(sender)) return "short code";
  if (!sender.startsWith("+")) return "alphanumeric name";
  if (sender.startsWith("+1500555")) return "test number";
  if (/^\+18(00|33|44|55|66|77|88)/.test(sender)) return "toll-free";
  return sender.startsWith("+1") ? "long code" : "long code abroad";
}

/** `*` stands for any characters, or none. */
function matches(pattern: string, sender: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === sender;
  if (!sender.startsWith(first) || !sender.slice(first.length).endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = sender.indexOf(part, at);
    if (found === -1 || found + part.length > sender.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
