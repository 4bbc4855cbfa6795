import type { JsonObject } from "../../core/json.js";
import { type MessageReport, toMessageStatus } from "../../core/message.js";
import type { Price } from "../../core/price.js";
import { errorMeaning, meansOptedOut } from "./error-dictionary.js";

/** What Twilio says about a message, in a callback or in its list; empty texts for what it does not say. */
export interface MessageFacts {
  readonly sid: string;
  readonly status: string;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly from: string;
  readonly effectId: string | null;
  /** As Twilio writes it, `-0.00790`, in this currency; absent where it says none. */
  readonly price?: string | null;
  readonly priceUnit?: string | null;
  /** As it came. */
  readonly raw: JsonObject;
}

/** Gives Twilio's word about a message as a report, or null when it has a status that we do not follow. */
export function toMessageReport({
  sid,
  status: word,
  from,
  effectId,
  raw,
  ...facts
}: MessageFacts): MessageReport | null {
  const status = toMessageStatus(word);
  if (sid === "" || status === null) return null;
  const errorCode = facts.errorCode === "" || facts.errorCode === "0" ? null : facts.errorCode;
  const meaning = errorCode === null ? null : errorMeaning(Number(errorCode));
  return {
    effectId,
    vendorId: sid,
    status,
    errorCode,
    cause: errorCode === null ? null : (meaning?.cause ?? (facts.errorMessage || null)),
    remedy: meaning?.remedy ?? null,
    price: toPrice(facts),
    optedOut: errorCode !== null && meansOptedOut(Number(errorCode), from),
    // Not I-Twilio-Idempotency-Token: it is not signed, and the same report may come again under another token.
    dedupeKey: `twilio:${[sid, status, errorCode].filter((part) => part !== null).join(":")}`,
    raw,
  };
}

/** Twilio writes what it takes from the account: less than nothing. */
function toPrice({ price = null, priceUnit = null }: Pick<MessageFacts, "price" | "priceUnit">): Price | null {
  const amount = price === null || price === "" ? Number.NaN : Math.abs(Number(price));
  if (!Number.isFinite(amount) || priceUnit === null || !/^[A-Za-z]{3}$/.test(priceUnit)) return null;
  return { amount, currency: priceUnit.toUpperCase() };
}
