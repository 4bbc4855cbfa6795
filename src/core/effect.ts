import type { JsonObject } from "./json.js";
import type { Failure } from "./run.js";
import type { KeptSession } from "./session.js";

/**
 * `intended`: durable, certainly not performed. `started`: may have been performed. `done`: the vendor took it.
 * `refused`: it certainly took no effect. `unknown`: nobody can tell yet; never repeated by itself.
 */
export type EffectState = "intended" | "started" | "done" | "refused" | "unknown";

/**
 * What happens when the same call is made twice. `none`: nothing more. `same`: the vendor recognises it.
 * `duplicate`: it happens twice, so an unknown outcome must not be repeated.
 */
export type OnRepeat = "none" | "same" | "duplicate";

/** A row of the ledger: one call that changes the world outside, durable before it is made. */
export interface Effect {
  /** Travels in the vendor's callback URL. */
  readonly id: string;
  readonly shard: number;
  /** Names the effect whoever asks and whenever: the same key is never performed twice. See `effectKey`. */
  readonly key: string;
  readonly runId: string;
  readonly stepId: string;
  readonly connection: string;
  /** `connector/endpoint`. */
  readonly endpoint: string;
  readonly onRepeat: OnRepeat;
  /** Who receives it (a phone number, an address), or null. */
  readonly recipient: string | null;
  /** The prepared request, without credentials: the same bytes go out on every attempt. */
  readonly request: JsonObject;
  /** The condition of the request, with what is sent when it does not hold. */
  readonly session?: KeptSession;
  readonly state: EffectState;
  /** The vendor's id of what was made (a message SID), once known. */
  readonly vendorId: string | null;
  /** The vendor's answer, redacted and capped. */
  readonly response: JsonObject | null;
  readonly failure: Failure | null;
  readonly attempts: number;
  readonly intendedAt: Date;
  /** After this it is not sent any more: the message would come too late. Null for no such time. */
  readonly expiresAt: Date | null;
  /** When the first of the attempts began that belong together: their deadline counts from it. Null before any. */
  readonly firstAttemptAt: Date | null;
  /** When the newest attempt began. */
  readonly startedAt: Date | null;
  readonly settledAt: Date | null;
}

/**
 * Gives the key of an effect. It does not depend on the flow's version or on the run, so a retry, a replay, a
 * bulk re-run or a second worker arrives at the same key and is stopped by the ledger.
 */
export function effectKey({ flow, eventId, path }: EffectPlace, stepId: string): string {
  return `${flow}:${eventId}:${path === "" ? "" : `${path}.`}${stepId}`;
}

/** The part of a run that names its effects. */
export interface EffectPlace {
  readonly flow: string;
  readonly eventId: string;
  /** Which item of which `each` step; empty outside of any. */
  readonly path: string;
}
