import { deliveryCodes } from "./error-codes-delivery.js";
import { requestCodes } from "./error-codes-request.js";
import { codeRanges, voiceCodes } from "./error-codes-voice.js";
import type { ErrorMeaning } from "./error-meaning.js";

/** Gives what one of Twilio's error codes means, or null for a code that this version does not know. */
export function errorMeaning(code: number): ErrorMeaning | null {
  const own = requestCodes[code] ?? deliveryCodes[code] ?? voiceCodes[code];
  if (own) return own;
  return codeRanges.find(([first, last]) => first <= code && code <= last)?.[2] ?? null;
}

/** US and Canadian numbers that the called party pays for; their carriers block by themselves after STOP. */
export const tollFree = /^\+1(800|833|844|855|866|877|888)\d{7}$/;

/**
 * Tells whether a report with this code says that the recipient has opted out.
 *
 * 30004 means it only for toll-free senders: elsewhere it is a block of another kind.
 */
export function meansOptedOut(code: number, from: string): boolean {
  return errorMeaning(code)?.class === "opted-out" || (code === 30004 && tollFree.test(from));
}
