import { PatchbayError } from "../core/errors.js";
import type { Json } from "../core/json.js";
import type { Evaluated, Scope } from "./translation.js";
import type { ChainPlan, SentOutcome, SentScope } from "./worker-protocol.js";

/** Deaths of a thread, with nobody to blame, that a task survives. */
const MAX_DEATHS = 3;

/** What a thread needs to know of work it is given. */
export interface ThreadTask {
  /** JSON text of each template, which is also its identity. */
  readonly templates: readonly string[];
  /** JSON text of the scope, taken when the task was made: later changes of the documents do not show. */
  readonly scope: string;
  /** How the templates follow each other; null when each stands alone. */
  readonly chain: readonly ChainPlan[] | null;
  /** Indexes of the templates without outcome. */
  readonly open: readonly number[];
  /** Takes a thread's outcomes for the templates at these indexes. */
  take(indexes: readonly number[], outcomes: readonly SentOutcome[]): void;
  /** Fails one template; the others stay open. */
  fail(index: number, error: PatchbayError): void;
  failAll(error: PatchbayError): void;
  /** Counts a death of the thread that cannot be blamed on any evaluation; too many of them end the task. */
  countDeath(reason: string): void;
}

/** Templates to evaluate over one scope, and what has become of each. */
export class Task implements ThreadTask {
  readonly templates: readonly string[];
  readonly scope: string;
  readonly chain = null;
  readonly #outcomes: (Evaluated | undefined)[];
  readonly #settle: (outcomes: readonly Evaluated[]) => void;
  #deaths = 0;

  constructor(templates: readonly Json[], scope: Scope, settle: (outcomes: readonly Evaluated[]) => void) {
    this.templates = templates.map((template) => JSON.stringify(template));
    this.scope = toScopeText(scope);
    this.#outcomes = templates.map(() => undefined);
    this.#settle = settle;
  }

  get open(): readonly number[] {
    return this.#outcomes.flatMap((outcome, index) => (outcome === undefined ? [index] : []));
  }

  take(indexes: readonly number[], outcomes: readonly SentOutcome[]): void {
    for (const [position, index] of indexes.entries()) {
      const outcome = outcomes[position];
      if (outcome !== undefined && !("skipped" in outcome)) this.#outcomes[index] = fromSent(outcome);
    }
    this.#settleWhenDone();
  }

  fail(index: number, error: PatchbayError): void {
    this.#outcomes[index] = { ok: false, error };
    this.#settleWhenDone();
  }

  failAll(error: PatchbayError): void {
    for (const index of this.open) this.#outcomes[index] = { ok: false, error };
    this.#settleWhenDone();
  }

  countDeath(reason: string): void {
    this.#deaths += 1;
    if (this.#deaths >= MAX_DEATHS) {
      this.failAll(new PatchbayError("INTERNAL_ERROR", `The translation thread ended ${MAX_DEATHS} times: ${reason}`));
    }
  }

  #settleWhenDone(): void {
    const outcomes = this.#outcomes.filter((outcome) => outcome !== undefined);
    if (outcomes.length === this.#outcomes.length) this.#settle(outcomes);
  }
}

/** Names the bindings that are the input itself instead of writing the record twice. */
function toSent({ input, bindings, now }: Scope): SentScope {
  const clock = now === undefined ? {} : { now };
  const names = Object.keys(bindings);
  const isInput = (name: string): boolean => typeof input === "object" && input !== null && bindings[name] === input;
  const same = names.filter(isInput);
  if (same.length === 0) return { input, bindings, same, ...clock };
  const sent = Object.fromEntries(Object.entries(bindings).filter(([name]) => !isInput(name)));
  return { input, bindings: sent, same, ...clock };
}

/** Writes a scope for the thread. */
export function toScopeText(scope: Scope): string {
  return JSON.stringify(toSent(scope));
}

/** Reads what became of one template. */
export function fromSent(outcome: Exclude<SentOutcome, { readonly skipped: true }>): Evaluated {
  if ("text" in outcome) {
    return { ok: true, value: outcome.text === null ? undefined : (JSON.parse(outcome.text) as Json) };
  }
  return { ok: false, error: new PatchbayError(outcome.code, outcome.message, outcome.details) };
}
