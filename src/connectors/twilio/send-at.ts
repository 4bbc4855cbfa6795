import { invalidMember } from "./refusal.js";

/** Twilio takes a scheduled message only with more time than this ahead. */
const SOONEST_MS = 300_000;
const LATEST_MS = 35 * 24 * 3_600_000;

/** A time to send at that Twilio would take. */
export interface SendAt {
  /** UTC, to the second, as Twilio reads it. */
  readonly text: string;
  /** For how long from now Twilio would still take it, in milliseconds. */
  readonly takenForMs: number;
}

/**
 * Reads when Twilio shall send a message: more than five minutes and at most 35 days ahead.
 *
 * Source: https://www.twilio.com/docs/api/errors/35115 (older copies say 15 minutes and 7 days)
 *
 * @throws PAYLOAD_INVALID
 */
export function toSendAt(written: string, now: number): SendAt {
  const text = written.replace(/\.\d+Z$/, "Z");
  const at = Date.parse(text);
  // 31 February is read as 3 March.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== text.slice(0, 19)) {
    throw invalidMember("/sendAt", 35114, `is ${written}, which is no time`);
  }
  const aheadMs = at - now;
  if (aheadMs > SOONEST_MS && aheadMs <= LATEST_MS) return { text, takenForMs: aheadMs - SOONEST_MS };
  const where = aheadMs <= 0 ? "has passed" : aheadMs <= SOONEST_MS ? "is too soon" : "is too far away";
  throw invalidMember("/sendAt", 35115, `${text} ${where}: more than 5 minutes and at most 35 days ahead`);
}
