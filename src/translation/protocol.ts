import type { ErrorCode } from "../core/error-catalogue.js";
import type { Json, JsonObject } from "../core/json.js";

/** What a translator thread is started with. */
export interface ThreadData {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** `[task under way or 0, low bits of its start in milliseconds]`, written by the thread. */
  readonly progress: SharedArrayBuffer;
}

/** One template of a task, by the number of its text. */
export interface TaskStep {
  /** Template of the condition; null for always. */
  readonly when: number | null;
  readonly template: number;
  /** The `$steps` member that the value becomes for the steps behind it; null for none. */
  readonly binds: string | null;
  /** Nothing behind this step is evaluated when it was. */
  readonly ends: boolean;
}

/**
 * One trip to a thread. Trips travel as JSON text: writing and reading it costs less than a structured clone, nothing but
 * JSON can pass, and the scope is written only once.
 */
export interface Task {
  readonly id: number;
  /** `each`: every step fails alone. `chain`: steps see the values before them, and the first failure is the last result. */
  readonly mode: "each" | "chain";
  /** Texts of templates that the thread has not seen, by number. */
  readonly learn: readonly (readonly [number, string])[];
  readonly steps: readonly TaskStep[];
  /** Bindings that are the input itself, so that it travels once. */
  readonly same: readonly string[];
  readonly scope: { readonly input: Json; readonly bindings: JsonObject };
}

/** What one step gave: a value, nothing, nothing because its condition was not true, or an error. */
export type Reply =
  | { readonly value: Json }
  | { readonly none: true }
  | { readonly skipped: true }
  | {
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly details: { readonly [name: string]: unknown };
      };
    };

/** The thread's answer to one task, also as JSON text. */
export interface Answer {
  readonly id: number;
  readonly replies: readonly Reply[];
}
