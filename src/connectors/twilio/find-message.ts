import type { MessageInstance } from "twilio/lib/rest/api/v2010/account/message.js";
import type { Search } from "../../core/connector.js";
import type { JsonObject } from "../../core/json.js";
import { countSegments } from "../../core/segments.js";
import type { TwilioClient } from "./client.js";

const PAGE_SIZE = 50;
const MAX_PAGES = 5;

/** How far Twilio's clock and ours may be apart. */
const CLOCK_DIFFERENCE_MS = 120_000;

/** What Twilio puts before every text of a trial account. */
const TRIAL_PREFIX = "Sent from your Twilio trial account - ";

/**
 * Looks for the message that a request made: to the same recipient, since the first attempt, from the same sender, with
 * the same text and as many media, and not known to belong to another effect.
 *
 * It never guesses, since whoever gets `absent` may send again. `unclear` is: several messages that could be it, a list
 * too long to read back to the first attempt, and a message that fits but for what may have been rewritten on the way.
 * `absent` is what Twilio's list says now; a message appears there a moment after it was created.
 *
 * Source: https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
 */
export async function findMessage(
  client: TwilioClient,
  request: JsonObject,
  search: Search,
): Promise<MessageInstance | "absent" | "unclear"> {
  const recent = await readSince(client, String(request.to), search.since.getTime() - CLOCK_DIFFERENCE_MS);
  if (recent === null) return "unclear";
  const possible = recent.filter((message) => isFromSender(message, request) && isTo(message, request));
  const same = await untaken(
    possible.filter((message) => hasContent(message, request)),
    search,
  );
  if (same.length > 0) return theOne(same, search.since) ?? "unclear";
  if (isHidden(request)) return "unclear";
  const rewritten = mayBeRewritten(request) ? possible : possible.filter((message) => holdsText(message, request));
  return (await untaken(rewritten, search)).length > 0 ? "unclear" : "absent";
}

/**
 * Gives what was sent to a recipient since an instant; null when the list goes on too long before it.
 *
 * The list ends for us with a page whose last message was created and sent before the instant: that holds whether Twilio
 * orders by the one date or, as its documents say, by the other.
 */
async function readSince(client: TwilioClient, to: string, sinceMs: number): Promise<MessageInstance[] | null> {
  const recent: MessageInstance[] = [];
  let pages = 0;
  for await (const page of client.listMessages(to, PAGE_SIZE)) {
    pages += 1;
    recent.push(...page.filter(({ dateCreated, direction }) => isOutbound(direction) && isSince(dateCreated, sinceMs)));
    const last = page.at(-1);
    if (last && !isSince(last.dateCreated, sinceMs) && !isSince(last.dateSent, sinceMs)) return recent;
    if (pages === MAX_PAGES) return null;
  }
  return recent;
}

function isOutbound(direction: string): boolean {
  return direction.startsWith("outbound");
}

/** Nothing, which an unsent message has for a date, is not since anything. */
function isSince(date: Date | null, sinceMs: number): boolean {
  return date !== null && date.getTime() >= sinceMs;
}

function isTo({ to }: MessageInstance, request: JsonObject): boolean {
  return to === request.to;
}

/** A messaging service has chosen a sender by now, or not yet; the service is what was asked for. */
function isFromSender({ from, messagingServiceSid }: MessageInstance, request: JsonObject): boolean {
  if (typeof request.messagingServiceSid === "string") return messagingServiceSid === request.messagingServiceSid;
  return String(from).toLowerCase() === String(request.from).toLowerCase();
}

function hasContent({ body, numMedia }: MessageInstance, request: JsonObject): boolean {
  if (typeof request.contentSid === "string") return false; // its text is Twilio's
  const sent = toComparable(request.body);
  const shown = toComparable(body);
  return (shown === sent || shown === TRIAL_PREFIX + sent) && Number(numMedia) === countMedia(request);
}

/** Tells whether a message says what was sent and more: something on the way may have added to it. */
function holdsText({ body }: MessageInstance, request: JsonObject): boolean {
  const sent = toComparable(request.body);
  return sent !== "" && toComparable(body).includes(sent);
}

/** Spaces at the end and the form of line ends do not survive every way a text takes. */
function toComparable(text: unknown): string {
  return typeof text === "string" ? text.replaceAll("\r\n", "\n").trimEnd() : "";
}

function countMedia({ mediaUrl }: JsonObject): number {
  return Array.isArray(mediaUrl) ? mediaUrl.length : 0;
}

/** Tells whether Twilio may show other content than was sent: templates, short links, look-alike characters, MMS. */
function mayBeRewritten(request: JsonObject): boolean {
  const { contentSid, shortenUrls, contentRetention, sendAsMms, smartEncoded, messagingServiceSid, body } = request;
  if (typeof contentSid === "string" || shortenUrls === true || sendAsMms === true) return true;
  if (contentRetention === "discard") return true;
  const byService = typeof messagingServiceSid === "string"; // a service may encode and convert by its own settings
  if (byService && countMedia(request) > 0) return true;
  const encoded = smartEncoded === true || byService;
  return encoded && typeof body === "string" && countSegments(body).encoding === "UCS-2";
}

/** Tells whether Twilio was asked not to keep the recipient, by whom the list is asked. */
function isHidden({ addressRetention }: JsonObject): boolean {
  return addressRetention === "obfuscate";
}

async function untaken(messages: readonly MessageInstance[], { isTaken }: Search): Promise<MessageInstance[]> {
  const taken = await Promise.all(messages.map(({ sid }) => isTaken(sid)));
  return messages.filter((_, index) => taken[index] !== true);
}

/** One message is the one; of several, it is the only one that was not there before the first attempt. */
function theOne(messages: readonly MessageInstance[], since: Date): MessageInstance | null {
  const wholeSecondMs = Math.floor(since.getTime() / 1_000) * 1_000; // Twilio's dates have no smaller unit
  const candidates = messages.length > 1 ? messages.filter((one) => isSince(one.dateCreated, wholeSecondMs)) : messages;
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}
