import { PatchbayError } from "../core/errors.js";
import { fromSent, type ThreadTask, toScopeText } from "./task.js";
import type { ChainResult, ChainStep, Scope } from "./translation.js";
import type { ChainPlan, SentOutcome } from "./worker-protocol.js";

/** Deaths of a thread, with nobody to blame, that a chain survives. */
const MAX_DEATHS = 3;

/**
 * Steps to evaluate one after the other in one trip. When the thread dies of one of them, that step has failed; the
 * values of the steps before it died with the thread and are evaluated again.
 */
export class ChainTask implements ThreadTask {
  readonly templates: readonly string[];
  readonly scope: string;
  readonly #plans: readonly ChainPlan[];
  readonly #settle: (results: readonly ChainResult[]) => void;
  /** How many steps may still be evaluated, and what the one behind them failed with. */
  #limit: number;
  #end: PatchbayError | null = null;
  #deaths = 0;
  #settled = false;

  constructor(steps: readonly ChainStep[], scope: Scope, settle: (results: readonly ChainResult[]) => void) {
    const templates: string[] = [];
    const place = (text: string): number => templates.push(text) - 1;
    this.#plans = steps.map(({ when, template, binds, ends }) => ({
      when: when === null ? null : place(JSON.stringify(truthOf(when))),
      template: place(JSON.stringify(template)),
      binds,
      ends,
    }));
    this.templates = templates;
    this.scope = toScopeText(scope);
    this.#limit = steps.length;
    this.#settle = settle;
  }

  get chain(): readonly ChainPlan[] {
    return this.#plans.slice(0, this.#limit);
  }

  get open(): readonly number[] {
    if (this.#settled) return [];
    return this.chain.flatMap(({ when, template }) => (when === null ? [template] : [when, template]));
  }

  take(_indexes: readonly number[], outcomes: readonly SentOutcome[]): void {
    const results: ChainResult[] = outcomes.map((sent) =>
      "skipped" in sent ? { ok: true, skipped: true } : fromSent(sent),
    );
    if (this.#end !== null && results.length === this.#limit) results.push({ ok: false, error: this.#end });
    this.#finish(results);
  }

  fail(index: number, error: PatchbayError): void {
    this.#limit = this.#plans.findIndex(({ when, template }) => when === index || template === index);
    this.#end = error;
    if (this.#limit <= 0) this.failAll(error);
  }

  failAll(error: PatchbayError): void {
    this.#finish([{ ok: false, error }]);
  }

  countDeath(reason: string): void {
    this.#deaths += 1;
    if (this.#deaths < MAX_DEATHS) return;
    this.failAll(new PatchbayError("INTERNAL_ERROR", `The translation thread ended ${MAX_DEATHS} times: ${reason}`));
  }

  #finish(results: readonly ChainResult[]): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#settle(results);
  }
}

/** Gives an expression's truth in JSONata's own sense: an absent path, an empty string and 0 are not true. */
export function truthOf(expression: string): string {
  return `=$boolean(${expression}\n)`;
}
