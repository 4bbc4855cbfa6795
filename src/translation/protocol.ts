import type { ErrorCode } from "../core/error-catalogue.js";

/** What a translator thread is started with. */
export interface ThreadData {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** `[task under way or 0, low bits of its start in milliseconds]`, written by the thread. */
  readonly progress: SharedArrayBuffer;
}

/**
 * One trip to the thread, sent as JSON text: parsing it is cheaper than a structured clone, and nothing but JSON can
 * pass. `same` names the bindings that are the input itself, so that it travels once.
 */
export interface Task {
  readonly id: number;
  /** Templates as JSON texts; equal texts are compiled once. */
  readonly templates: readonly string[];
  readonly scope: string;
  readonly same: readonly string[];
}

/** What one template gave: JSON text, nothing, or an error. */
export type Reply =
  | { readonly value: string }
  | { readonly none: true }
  | {
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly details: { readonly [name: string]: unknown };
      };
    };

/** The thread's answer to one task. */
export interface Answer {
  readonly id: number;
  readonly replies: readonly Reply[];
}
