import { createHash, randomUUID } from "node:crypto";
import { PatchbayError } from "../core/errors.js";
import { countSegments } from "../core/segments.js";
import { toE164 } from "../phone/phone.js";

/** A function that expressions can call as `$name(…)`. Given nothing, each gives nothing. */
export type HostFunction = (...args: unknown[]) => unknown;

const MAX_FORMATS = 200;

/**
 * Makes what Patchbay adds to JSONata's own functions.
 *
 * | Call | Gives |
 * |---|---|
 * | `$phone(number, country?)` | E.164; nothing for an empty number, so that the output check names the missing field |
 * | `$segments(text)` | how many SMS segments the text takes |
 * | `$hash(text)` | SHA-256 of the text's UTF-8, hex |
 * | `$base64(text)` | Base64 of the text's UTF-8 |
 * | `$uuid()` | a random UUID; another one each time the translator runs |
 * | `$money(amount, currency, locale?)` | the amount as people write it, in `en-US` unless a locale is given |
 * | `$fail(message)` | never returns: the record is refused with this message |
 */
export function createHostFunctions(): Readonly<Record<string, HostFunction>> {
  const formatMoney = createMoneyFormat();
  return {
    phone: passedOnAs(1, (number, country) => {
      const written = textOrNothing("$phone", number)?.trim();
      return written ? toE164(written, textOrNothing("$phone", country) || null) : undefined;
    }),
    segments: (text) => mapText("$segments", text, (value) => countSegments(value).count),
    hash: (text) => mapText("$hash", text, (value) => createHash("sha256").update(value, "utf8").digest("hex")),
    base64: (text) => mapText("$base64", text, (value) => Buffer.from(value, "utf8").toString("base64")),
    uuid: () => randomUUID(),
    money: (amount, currency, locale) => (isNothing(amount) ? undefined : formatMoney(amount, currency, locale)),
    fail: (message) => {
      throw new PatchbayError("TRANSLATOR_REFUSED", textOrNothing("$fail", message) || "The translator gave no reason");
    },
  };
}

/** Says how many arguments `$map` and its like pass: not their index as an optional argument. */
function passedOnAs(count: number, implementation: HostFunction): HostFunction {
  return Object.defineProperty(implementation, "length", { value: count });
}

function createMoneyFormat(): (amount: unknown, currency: unknown, locale: unknown) => string {
  const formats = new Map<string, Intl.NumberFormat>();
  return (amount, currency, locale) => {
    const code = textOrNothing("$money", currency)?.toUpperCase();
    if (!code) throw refuseArgument('$money needs a currency such as "USD" as its second argument');
    const language = textOrNothing("$money", locale) || "en-US";
    const key = `${language} ${code}`;
    const format = formats.get(key) ?? openFormat(language, code);
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(key, format);
    return format.format(toAmount(amount));
  };
}

function openFormat(language: string, currency: string): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency });
  } catch {
    throw refuseArgument(`$money knows no currency "${currency}" in the locale "${language}"; write USD and en-US`);
  }
}

function toAmount(amount: unknown): number {
  const number = typeof amount === "string" && amount.trim() !== "" ? Number(amount) : amount;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw refuseArgument("$money needs a number as its first argument");
}

function mapText(name: string, value: unknown, convert: (text: string) => unknown): unknown {
  const text = textOrNothing(name, value);
  return text === undefined ? undefined : convert(text);
}

/** Reads a text argument; numbers are taken as they are written, since stores send phone numbers and ids as both. */
function textOrNothing(name: string, value: unknown): string | undefined {
  if (isNothing(value)) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw refuseArgument(
    `${name} needs a text, not ${Array.isArray(value) ? "a list" : `a value of type ${typeof value}`}`,
  );
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function refuseArgument(message: string): PatchbayError {
  return new PatchbayError("TRANSLATOR_FAILED", message);
}
