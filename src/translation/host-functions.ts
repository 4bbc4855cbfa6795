import { createHash, randomUUID } from "node:crypto";
import { PatchbayError } from "../core/errors.js";
import { countSegments } from "../core/segments.js";
import { toE164 } from "../phone/phone.js";

/** A function that expressions may call as `$name(…)`. */
interface HostFunction {
  readonly implementation: (...values: never[]) => unknown;
  /** Source: https://docs.jsonata.org/embedding-extending#function-signature-syntax */
  readonly signature: string;
}

const moneyFormats = new Map<string, Intl.NumberFormat>();

/** Every host function. Each gives nothing for a missing first argument, as jsonata's own do. */
export const hostFunctions: Readonly<Record<string, HostFunction>> = {
  /** `$phone(text, country?)`: the number in E.164. @throws PHONE_INVALID */
  phone: {
    signature: "<(sn)?s?:s>",
    implementation: (number?: string | number, country?: string) => {
      const text = number === undefined ? "" : String(number).trim();
      return text === "" ? undefined : toE164(text, country ?? null);
    },
  },
  /** `$segments(text)`: how many SMS segments the text takes. */
  segments: {
    signature: "<s?:n>",
    implementation: (text?: string) => (text === undefined ? undefined : countSegments(text).count),
  },
  /** `$hash(text)`: SHA-256 in hex. */
  hash: {
    signature: "<s?:s>",
    implementation: (text?: string) =>
      text === undefined ? undefined : createHash("sha256").update(text).digest("hex"),
  },
  /** `$base64(text)`: base 64 of the UTF-8 text. */
  base64: {
    signature: "<s?:s>",
    implementation: (text?: string) => (text === undefined ? undefined : Buffer.from(text).toString("base64")),
  },
  /** `$uuid()`: a random UUID. */
  uuid: { signature: "<:s>", implementation: () => randomUUID() },
  /** `$money(amount, currency, locale?)`: an amount as people write it, `$1,234.50`. */
  money: {
    signature: "<(sn)?ss?:s>",
    implementation: (amount: string | number | undefined, currency: string, locale?: string) =>
      amount === undefined ? undefined : formatMoney(Number(amount), { currency, locale: locale ?? "en-US" }),
  },
  /** `$fail(message)`: refuses the record. @throws TRANSLATOR_REFUSED */
  fail: {
    signature: "<s?:x>",
    implementation: (message?: string) => {
      throw new PatchbayError("TRANSLATOR_REFUSED", message ?? "The translator refused the record without saying why");
    },
  },
  /** jsonata's own `$eval` would run text that came with the data. */
  eval: {
    signature: "<x*:x>",
    implementation: () => {
      throw new PatchbayError(
        "TRANSLATOR_FAILED",
        "$eval is not available: expressions come from definitions, never from data",
      );
    },
  },
};

function formatMoney(amount: number, { currency, locale }: { currency: string; locale: string }): string {
  const key = `${locale} ${currency}`;
  let format = moneyFormats.get(key);
  if (format === undefined) {
    try {
      format = new Intl.NumberFormat(locale, { style: "currency", currency });
    } catch (cause) {
      throw new PatchbayError(
        "TRANSLATOR_FAILED",
        `$money: "${currency}" or "${locale}" is not a currency or a locale`,
        { cause },
      );
    }
    moneyFormats.set(key, format);
  }
  return format.format(amount);
}
