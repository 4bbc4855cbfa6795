import type { PatchbayError, Problem } from "../core/errors.js";
import type { Eventual } from "../core/eventual.js";
import type { Json, JsonObject } from "../core/json.js";

/** What an expression can see. */
export interface Scope {
  /** The document that paths start from. */
  readonly input: Json;
  /** `$name` values; absent members are undefined in the expression. */
  readonly bindings: JsonObject;
  /** What `$now()` and `$millis()` give, in milliseconds since 1970; this machine's clock when absent. */
  readonly now?: number;
}

/** The result of one template: `value` is undefined when the expression gave nothing. */
export type Evaluated =
  | { readonly ok: true; readonly value: Json | undefined }
  | { readonly ok: false; readonly error: PatchbayError };

/** One step of a chain. */
export interface ChainStep {
  /** Expression without `=`; the step is skipped unless it is true in JSONata's sense. Null for always. */
  readonly when: string | null;
  readonly template: Json;
  /** The `$steps` member that its value becomes for the steps behind it (null when skipped); null for none. */
  readonly binds: string | null;
  /** Whether the chain ends here when the step is not skipped. */
  readonly ends: boolean;
}

/** The result of one step of a chain. */
export type ChainResult = Evaluated | { readonly ok: true; readonly skipped: true };

/**
 * Evaluates JSONata inside limits: what is plain at once, everything else off the main thread.
 *
 * A template is any JSON value in which every string that begins with `=` is an expression and is replaced by its
 * result (an object member whose expression gives nothing is left out, such a list item is null); `"=…"` alone is one
 * expression, and `"==…"` is the text `=…`.
 */
export interface Translation {
  /** Lists what is wrong with an expression's syntax; `path` says where (`at 2:17`, line and column). Pure, never evaluates. */
  check(expression: string): Problem[];
  /**
   * Evaluates one template in one trip to a worker thread.
   *
   * @throws TRANSLATOR_INVALID, TRANSLATOR_FAILED, TRANSLATOR_REFUSED, TRANSLATOR_TIMED_OUT,
   *   TRANSLATOR_OUT_OF_MEMORY, TRANSLATOR_OUTPUT_TOO_LARGE, PHONE_INVALID, SERVER_STOPPING
   */
  evaluate(template: Json, scope: Scope): Promise<Json | undefined>;
  /** Evaluates several templates over one scope in one trip, or at once; each fails alone. */
  evaluateEach(templates: readonly Json[], scope: Scope): Eventual<readonly Evaluated[]>;
  /**
   * Evaluates steps one after the other in one trip, or at once, each seeing the values before it in `$steps`.
   *
   * @returns One result for each step up to the first failure or the first step that ended the chain.
   */
  evaluateChain(steps: readonly ChainStep[], scope: Scope): Eventual<readonly ChainResult[]>;
  /** Ends the worker threads; evaluations under way fail with SERVER_STOPPING. */
  stop(): Promise<void>;
}

/** The limits of one evaluation. */
export interface TranslationLimits {
  /** Wall clock of one template, in milliseconds; past it the evaluation fails, by terminating the thread if need be. */
  readonly timeoutMs: number;
  /** Heap of one worker thread, in mebibytes. */
  readonly memoryMb: number;
  /** Size of one result as JSON, in bytes. */
  readonly maxOutputBytes: number;
  /** Worker threads. */
  readonly threads: number;
}
