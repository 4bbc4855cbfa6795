import { isJsonObject, type Json } from "../../core/json.js";

/** Shorter ones are in so many texts that hiding them would spoil answers. */
const SHORTEST = 6;

/** Takes secrets out of texts that are shown or kept. */
export type Hide = (text: string) => string;

/** Makes what takes secrets out: as they are, escaped for an address, and as a login encodes them. */
export function createHide(secrets: readonly string[]): Hide {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]);
  const distinct = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => distinct.reduce((hidden, secret) => hidden.replaceAll(secret, "[hidden]"), text);
}

/** Gives a JSON value with every text cleaned: of secrets, and of what PostgreSQL takes in no text. */
export function cleaned(value: Json, hide: Hide): Json {
  if (typeof value === "string") return cleanText(value, hide);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, hide));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [cleanText(name, hide), cleaned(member, hide)]),
  );
}

/** Cleans one text. */
export function cleanText(text: string, hide: Hide): string {
  return wellFormed(hide(text).replaceAll("\u0000", "\ufffd"));
}

/** Replaces halves of characters, which cannot be written as UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
