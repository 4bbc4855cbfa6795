import { PatchbayError } from "../../core/errors.js";
import type { MessageDraft } from "../../core/message.js";
import type { Price } from "../../core/price.js";
import { callingCodeOf, countryOf } from "../../phone/phone.js";
import type { TwilioSettings } from "./settings.js";

/**
 * Estimates what a message costs by the connection's own prices: so much a segment for SMS, so much a message for anything
 * else. Null when there is no price for the recipient's country: Twilio's list is not ours to know.
 */
export function estimatePrice(message: MessageDraft, { prices, currency }: TwilioSettings): Price | null {
  if (prices === undefined) return null;
  const suffix = message.channel === "sms" ? "" : `/${message.channel}`;
  const each = priceOf(message.to, suffix, prices);
  if (each === null) return null;
  // A price has more digits than a number adds without error.
  return { amount: Number((each * message.segments).toFixed(6)), currency };
}

/** Refuses a message that costs more than it may. @throws PAYLOAD_INVALID */
export function refuseDear(price: Price | null, maxPrice: number | undefined): void {
  if (price === null || maxPrice === undefined || price.amount <= maxPrice) return;
  const message = `is ${maxPrice} ${price.currency}, and the message costs about ${price.amount}`;
  throw new PatchbayError("PAYLOAD_INVALID", `/maxPrice ${message}`, { problems: [{ path: "/maxPrice", message }] });
}

/**
 * A number's first digits do not always tell countries apart that share a calling code (the United Kingdom and Guernsey): then
 * the price of the one of them that has one counts.
 */
function priceOf(to: string, suffix: string, prices: Readonly<Record<string, number>>): number | null {
  const country = countryOf(to);
  if (country === null) return null;
  const own = prices[country + suffix];
  if (own !== undefined) return own;
  const code = callingCodeOf(country);
  const sharing = Object.keys(prices).filter(
    (key) => key.slice(2) === suffix && callingCodeOf(key.slice(0, 2)) === code,
  );
  const [only] = sharing;
  return code !== "1" && only !== undefined && sharing.length === 1 ? (prices[only] ?? null) : null;
}
