import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import { splitAddress } from "./addresses.js";

/** A file of a text; `url` is empty where there is `content`. */
export interface VirtualFile {
  readonly url: string;
  readonly contentType: string;
  readonly content?: string;
}

/** What a virtual phone writes. */
export interface VirtualText {
  /** E.164, with the channel's prefix (`whatsapp:`) where there is one. */
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** Files: by an address, or with their content in base64, which the simulator then keeps as Twilio does. */
  readonly media: readonly VirtualFile[];
  readonly messagingServiceSid: string | null;
  /** As a Messaging Service with Advanced Opt-Out says it. */
  readonly optOutType: "STOP" | "START" | "HELP" | null;
  /** SID of the message that it quotes; WhatsApp has that. */
  readonly repliesTo: string | null;
  /** Further parameters, for what Twilio adds without notice. */
  readonly parameters: Readonly<Record<string, string>>;
  /** How often Twilio hands it over. */
  readonly times: number;
}

const MOST_TIMES = 10;
const members = "from, to, body, media, messagingServiceSid, optOutType, repliesTo, parameters, times";

/**
 * Reads what a virtual phone is to write; only `from` must be there.
 *
 * @param ownNumber Whom it writes to when nothing is said.
 * @throws REQUEST_INVALID naming the member and what it should be.
 */
export function parseVirtualText(value: unknown, ownNumber: string): VirtualText {
  if (!isJsonObject(value)) throw invalid("A text must be a JSON object");
  const other = Object.keys(value).find((name) => !members.split(", ").includes(name));
  if (other !== undefined) throw invalid(`A text has no member ${other}; it has ${members}`);
  const from = textOf(value, "from") ?? "";
  if (!/^([a-z]+:)?\S+$/.test(from))
    throw invalid("from must be a number such as +15005550010 or whatsapp:+15005550010");
  const { channel } = splitAddress(from);
  const times = value.times ?? 1;
  if (typeof times !== "number" || !Number.isInteger(times) || times < 1 || times > MOST_TIMES) {
    throw invalid(`times must be a whole number from 1 to ${MOST_TIMES}`);
  }
  return {
    from,
    to: textOf(value, "to") ?? (channel === "sms" ? ownNumber : `${channel}:${ownNumber}`),
    body: textOf(value, "body") ?? "",
    media: mediaOf(value),
    messagingServiceSid: textOf(value, "messagingServiceSid"),
    optOutType: optOutOf(value),
    repliesTo: textOf(value, "repliesTo"),
    parameters: parametersOf(value),
    times,
  };
}

/** Where Twilio hands messages over that come in. */
export interface InboundUrls {
  readonly url: string;
  /** Asked when `url` fails; null for none. */
  readonly fallbackUrl: string | null;
}

/** Reads `{ "url": …, "fallbackUrl": … }`. @throws REQUEST_INVALID */
export function parseInboundUrls(value: unknown): InboundUrls {
  if (!isJsonObject(value)) throw invalid("The inbound URL must be a JSON object with url");
  const url = textOf(value, "url");
  if (url === null) throw invalid("url must be the address of the webhook");
  return { url, fallbackUrl: textOf(value, "fallbackUrl") };
}

function textOf(value: JsonObject, name: string): string | null {
  const member = value[name] ?? null;
  if (member === null || typeof member === "string") return member;
  throw invalid(`${name} must be a text`);
}

function mediaOf({ media = [] }: JsonObject): VirtualText["media"] {
  const members = "media must be a list of { url, contentType } or { content, contentType }, content in base64";
  if (!Array.isArray(media)) throw invalid(members);
  return media.map((file) => {
    const { url, content, contentType = "image/jpeg" } = isJsonObject(file) ? file : {};
    if (typeof contentType === "string" && typeof content === "string") return { url: "", contentType, content };
    if (typeof contentType === "string" && typeof url === "string") return { url, contentType };
    throw invalid(members);
  });
}

function optOutOf(value: JsonObject): VirtualText["optOutType"] {
  const said = textOf(value, "optOutType");
  if (said === null || said === "STOP" || said === "START" || said === "HELP") return said;
  throw invalid("optOutType must be STOP, START or HELP");
}

function parametersOf({ parameters = {} }: JsonObject): Record<string, string> {
  if (!isJsonObject(parameters)) throw invalid("parameters must be an object of texts");
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      if (typeof value === "string") return [name, value];
      throw invalid(`parameters/${name} must be a text`);
    }),
  );
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
