import type { ErrorCode } from "../core/error-catalogue.js";
import type { ErrorDetails } from "../core/errors.js";
import type { Json } from "../core/json.js";

/** What a thread is started with. */
export interface ThreadSetup {
  /** Shared `Int32Array` in which the thread writes what it does; see `slot`. */
  readonly state: SharedArrayBuffer;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

/** One step of a chain, by indexes into the trip's templates. */
export interface ChainPlan {
  readonly when: number | null;
  readonly template: number;
  /** The `$steps` member that the value becomes for the steps behind it; null for none. */
  readonly binds: string | null;
  /** Nothing behind this step is evaluated when it was. */
  readonly ends: boolean;
}

/** One trip: templates over one scope. Compiled templates are known by number, so their text travels once. */
export interface Trip {
  /** Ascending, from 1. */
  readonly id: number;
  readonly templates: readonly number[];
  /** How they follow each other: then there is one outcome for each step that was reached. Null: each stands alone. */
  readonly chain: readonly ChainPlan[] | null;
  /** Templates the thread does not know yet, as JSON text. */
  readonly learn: readonly (readonly [id: number, text: string])[];
  /** Templates that are not used any more. */
  readonly forget: readonly number[];
  /** JSON of `SentScope`: text is cheaper to move and to read than a structured clone. */
  readonly scope: string;
}

/** A scope on its way. */
export interface SentScope {
  readonly input: Json;
  readonly bindings: { readonly [name: string]: Json };
  /** Bindings that are the input itself. */
  readonly same: readonly string[];
  /** Milliseconds since 1970; absent for the machine's clock. */
  readonly now?: number;
}

/** The result of one template: JSON text (null for nothing), or an error in parts. */
export type SentOutcome =
  | { readonly text: string | null }
  | { readonly skipped: true }
  | { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };

/** What a thread answers. `ready` comes once, before all trips. */
export type ThreadMessage = "ready" | readonly TripAnswer[];

/** What one trip came to. */
export interface TripAnswer {
  readonly id: number;
  readonly outcomes: readonly SentOutcome[];
}

/** Where a thread writes what it does, so that its death can be blamed on one template of one trip. */
export const slot = Object.freeze({
  /** The trip under way, 0 for none. */
  trip: 0,
  /** Index of the template under way in the trip. */
  template: 1,
  /** When that template began, in milliseconds of `monotonicMs`. */
  startedAt: 2,
});

/** Room for all slots, in bytes. */
export const STATE_BYTES = 3 * Int32Array.BYTES_PER_ELEMENT;

/** Milliseconds on a clock that all threads share and nobody sets, cut to 32 bits: only differences mean something. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n) | 0;
}
