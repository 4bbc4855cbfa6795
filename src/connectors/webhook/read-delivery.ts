import { createHash } from "node:crypto";
import type { WebhookRequest } from "../../core/connector.js";
import { isJsonObject, type Json } from "../../core/json.js";
import { ANY_TOPIC, TOPIC_SHAPE, type WebhookDelivery } from "../../core/webhook-delivery.js";
import type { WebhookSettings } from "./settings.js";
import { headerOf } from "./verify.js";

/** Nested deeper than this, a document is not read: as with pushed records. */
const MAX_DEPTH = 64;
const MAX_ID = 200;
/** So many characters of what cannot be read are kept. */
const MAX_TEXT = 100_000;

/**
 * Reads what a verified request hands over. What cannot be read (a body that is neither JSON nor a form, no topic) is handed
 * over as text, with the reason: a sender that is refused only sends the same again.
 */
export function readDelivery(request: WebhookRequest, settings: WebhookSettings): WebhookDelivery {
  const read = readBody(request);
  const topic = topicOf(request, read, settings);
  const id = idOf(request, { read, topic: topic ?? ANY_TOPIC }, settings);
  if (topic !== null) return { topic, id, ...read };
  const where = settings.topicHeader ?? `${settings.topicPath} of the body`;
  const unreadable = read.unreadable ?? `there is no topic in ${where}`;
  return { topic: ANY_TOPIC, id, body: (textOf(request.body) ?? "").slice(0, MAX_TEXT), unreadable };
}

type Read = Pick<WebhookDelivery, "body" | "unreadable">;

/** Whether it is the sender's trial of the address: a form with this one field, and nothing to be believed. */
export function isPing(request: WebhookRequest, { ping }: WebhookSettings): boolean {
  if (ping === undefined || request.body.length > 1_000) return false;
  const fields = [...new URLSearchParams(textOf(request.body) ?? "").entries()];
  return isForm(request) && fields.length === 1 && fields[0]?.[0] === ping;
}

function readBody(request: WebhookRequest): Read {
  const text = textOf(request.body);
  if (text === null)
    return { body: Buffer.from(request.body).toString("base64").slice(0, MAX_TEXT), unreadable: "it is not UTF-8" };
  if (isForm(request)) return { body: toFields(text), unreadable: null };
  try {
    const body: Json = JSON.parse(text);
    const problem = problemOf(body, 1);
    return problem === null ? { body, unreadable: null } : { body: text.slice(0, MAX_TEXT), unreadable: problem };
  } catch (error) {
    const why =
      text === "" ? "it is empty" : `it is not JSON (${error instanceof Error ? withoutText(error.message) : ""})`;
    return { body: text.slice(0, MAX_TEXT), unreadable: why };
  }
}

/** Node quotes the document in its message; the event has it anyway, where it belongs. */
function withoutText(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*$/s, "").slice(0, 200);
}

function problemOf(value: Json, depth: number): string | null {
  if (typeof value !== "object" || value === null) return null;
  if (depth > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep`;
  if (!Array.isArray(value) && Object.hasOwn(value, "__proto__")) return "it has a member called __proto__";
  for (const member of Object.values(value)) {
    const problem = problemOf(member as Json, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function isForm({ headers }: WebhookRequest): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers["content-type"] ?? "");
}

/** A field that came several times has a list. */
function toFields(text: string): Json {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (name === "__proto__") continue;
    const before = fields.get(name);
    if (Array.isArray(before)) before.push(value);
    else fields.set(name, before === undefined ? value : [before, value]);
  }
  return Object.fromEntries(fields);
}

/** Null when it is not where the connection says it is. */
function topicOf(request: WebhookRequest, read: Read, settings: WebhookSettings): string | null {
  const { topic, topicHeader, topicPath } = settings;
  if (topic !== undefined) return topic;
  if (topicHeader === undefined && topicPath === undefined) return ANY_TOPIC;
  const found = topicHeader === undefined ? at(read, topicPath ?? "") : headerOf(request, topicHeader);
  return found !== null && new RegExp(TOPIC_SHAPE).test(found) ? found : null;
}

/** A sender that names no delivery, or not this one, is known by what it hands over, and about what. */
function idOf(
  request: WebhookRequest,
  { read, topic }: { read: Read; topic: string },
  { idHeader, idPath }: WebhookSettings,
): string {
  const found = idHeader === undefined ? at(read, idPath ?? "") : headerOf(request, idHeader);
  if (found !== null && found !== "" && found.length <= MAX_ID) return found;
  return `sha256:${createHash("sha256").update(`${topic}\n`).update(request.body).digest("hex")}`;
}

/** The text or number at a JSON pointer; null when nothing like it is there. */
function at({ body, unreadable }: Read, path: string): string | null {
  if (unreadable !== null || path === "") return null;
  let value: Json | undefined = body;
  for (const part of path.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = value[Number(name)];
    else if (isJsonObject(value) && Object.hasOwn(value, name)) value = value[name];
    else return null;
  }
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : null;
}
