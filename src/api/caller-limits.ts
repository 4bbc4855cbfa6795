import type { IncomingMessage } from "node:http";
import type { Caller } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import { type ClientAddress, isLoopback, networkOf } from "./client-address.js";
import { createRateLimit, type RateLimit } from "./rate-limit.js";

/** What callers may do; 0 for as much as they like. */
export interface CallerLimitOptions {
  /** Requests a second of one key or user. */
  readonly requestsPerSecond: number;
  /** Refused requests a minute of one address. */
  readonly refusalsPerMinute: number;
  /** Whether the limits hold for this machine, too. */
  readonly loopback: boolean;
}

/** Watches over how much each caller asks for. */
export interface CallerLimits {
  /** Counts a request of somebody who was let in. @throws RATE_LIMITED */
  admit(request: IncomingMessage, caller: Caller): void;
  /** Counts a request that was refused to its caller, and gives what it is answered with: RATE_LIMITED, once there were too many. */
  refuse(request: IncomingMessage, error: PatchbayError): PatchbayError;
}

/** What a caller may do at once, in seconds of what it may do all the time. */
const BURST_SECONDS = 10;

/** What says that a caller is not who it should be. */
const refusals: ReadonlySet<string> = new Set([
  ...[
    "API_KEY_INVALID",
    "SIGN_IN_NEEDED",
    "HOST_NOT_ALLOWED",
    "ORIGIN_NOT_ALLOWED",
    "SIGNATURE_INVALID",
    "WEBHOOK_UNKNOWN",
    "SIGN_IN_FAILED",
    "SETUP_TOKEN_INVALID",
  ],
]);

/**
 * Makes the limits of callers.
 *
 * Who is let in is counted by key, not by address: stores behind one proxy are not each other's burden. Who is refused is counted
 * by address, and right keys from there go through all the same: guessing locks nobody out. What vendors report to webhooks is not
 * limited while its proof is right: Twilio reports once.
 */
export function createCallerLimits(
  { requestsPerSecond, refusalsPerMinute, loopback }: CallerLimitOptions,
  { addressOf, now }: { addressOf: ClientAddress; now: () => number },
): CallerLimits {
  const requests =
    requestsPerSecond === 0
      ? null
      : createRateLimit({ perSecond: requestsPerSecond, burst: requestsPerSecond * BURST_SECONDS }, now);
  const refused =
    refusalsPerMinute === 0
      ? null
      : createRateLimit({ perSecond: refusalsPerMinute / 60, burst: refusalsPerMinute }, now);
  const isFree = (address: string): boolean => !loopback && isLoopback(address);
  return {
    admit(request, { kind, id }) {
      if (requests === null || kind === "nobody" || isFree(addressOf(request))) return;
      const error = limited(requests, id, "This key or user has");
      if (error !== null) throw error;
    },
    refuse(request, error) {
      if (refused === null || !refusals.has(error.code)) return error;
      const address = addressOf(request);
      return isFree(address) ? error : (limited(refused, networkOf(address), "Your address has") ?? error);
    },
  };
}

function limited(limit: RateLimit, name: string, who: string): PatchbayError | null {
  const retryAfterMs = limit.take(name);
  if (retryAfterMs === 0) return null;
  return new PatchbayError("RATE_LIMITED", `${who} sent too many requests`, { retryAfterMs });
}
