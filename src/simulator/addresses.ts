import { toE164 } from "../phone/phone.js";
import { Refusal } from "./twilio-errors.js";

/** Where a message goes to or comes from. */
export interface Address {
  /** The prefix before the number; `sms` has none. */
  readonly channel: "sms" | "whatsapp" | "rcs" | "messenger";
  /** The number in E.164, or the name or id that stands for one. */
  readonly number: string;
  /** As Twilio writes it: with the channel's prefix. */
  readonly text: string;
}

/** Splits `whatsapp:+1…` into channel and rest; says nothing about whether the rest is valid. */
export function splitAddress(text: string): Address {
  const trimmed = text.trim();
  const match = /^(whatsapp|rcs|messenger):(.*)$/.exec(trimmed);
  const channel = match?.[1];
  if (channel === "whatsapp" || channel === "rcs" || channel === "messenger") {
    return { channel, number: match?.[2]?.trim() ?? "", text: trimmed };
  }
  return { channel: "sms", number: trimmed, text: trimmed };
}

/**
 * Reads a recipient: E.164, written with spaces or not, behind a channel's prefix or not. National numbers are refused,
 * though Twilio guesses some of them: a client that relies on the guess should be found out.
 *
 * @throws Refusal 21211
 */
export function parseRecipient(text: string): Address {
  const address = splitAddress(text);
  if (address.channel === "messenger" && address.number !== "") return address;
  if (!address.number.startsWith("+")) throw new Refusal(21211, text);
  const number = e164(address.number);
  if (number === null) throw new Refusal(21211, text);
  return { ...address, number, text: address.channel === "sms" ? number : `${address.channel}:${number}` };
}

function e164(written: string): string | null {
  try {
    return toE164(written, null);
  } catch {
    return null;
  }
}
