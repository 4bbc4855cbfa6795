import type jsonata from "jsonata";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Json } from "../core/json.js";
import { clockAt } from "./clock-at.js";
import type { Guards } from "./expression.js";
import { freezeBuiltIns } from "./freeze-built-ins.js";
import { createHostFunctions } from "./host-functions.js";
import { createSizeGuards } from "./size-guards.js";
import { type CompiledTemplate, compileTemplate, type Data, type Workshop } from "./template.js";
import {
  type ChainPlan,
  monotonicMs,
  type SentOutcome,
  type SentScope,
  slot,
  type ThreadSetup,
  type Trip,
} from "./worker-protocol.js";

const MAX_DEPTH = 5_000;
const MAX_ITEMS = 100_000;

/** A template that this thread knows: its text until it is first used, then compiled, or why it does not compile. */
type Known = { readonly text: string } | { readonly template: CompiledTemplate } | { readonly error: PatchbayError };

/** Evaluates trips, one after the other, and keeps `state` telling which template is under way. */
export interface Evaluator {
  run(trip: Trip): Promise<readonly SentOutcome[]>;
}

/** Makes what a thread evaluates with: the functions that expressions have, and the templates it has learnt. */
export async function createEvaluator({ state, timeoutMs, maxOutputBytes }: ThreadSetup): Promise<Evaluator> {
  const guards: Guards = { timeoutMs, maxDepth: MAX_DEPTH, maxItems: MAX_ITEMS };
  const workshop: Workshop = { guards, maxOutputBytes, equip: await createEquip() };
  const known = new Map<number, Known>();
  const slots = new Int32Array(state);

  async function evaluate(trip: Trip, index: number, scope: TripScope): Promise<SentOutcome> {
    Atomics.store(slots, slot.startedAt, monotonicMs());
    Atomics.store(slots, slot.template, index);
    Atomics.store(slots, slot.trip, trip.id);
    const id = trip.templates[index] ?? 0;
    const template = requireCompiled(known.get(id), workshop);
    known.set(id, template);
    return outcomeOf(template, scope);
  }

  async function evaluateEach(trip: Trip, scope: TripScope): Promise<readonly SentOutcome[]> {
    const outcomes: SentOutcome[] = [];
    for (const index of trip.templates.keys()) outcomes.push(await evaluate(trip, index, scope));
    return outcomes;
  }

  async function evaluateStep({ when, template }: ChainPlan, trip: Trip, scope: TripScope): Promise<SentOutcome> {
    const condition = when === null ? { text: "true" } : await evaluate(trip, when, scope);
    if ("code" in condition) return condition;
    if (!("text" in condition) || condition.text !== "true") return { skipped: true };
    return evaluate(trip, template, scope);
  }

  async function evaluateChain(
    chain: readonly ChainPlan[],
    trip: Trip,
    scope: TripScope,
  ): Promise<readonly SentOutcome[]> {
    const outcomes: SentOutcome[] = [];
    for (const plan of chain) {
      const outcome = await evaluateStep(plan, trip, scope);
      outcomes.push(outcome);
      if ("code" in outcome || ("text" in outcome && plan.ends)) break;
      if (plan.binds !== null) scope.bind(plan.binds, "text" in outcome ? outcome.text : "null");
    }
    return outcomes;
  }

  return {
    run: async (trip) => {
      const scope = new TripScope(trip.scope);
      for (const id of trip.forget) known.delete(id);
      for (const [id, text] of trip.learn) known.set(id, { text });
      const outcomes = await (trip.chain === null ? evaluateEach(trip, scope) : evaluateChain(trip.chain, trip, scope));
      Atomics.store(slots, slot.trip, 0);
      return outcomes;
    },
  };
}

async function createEquip(): Promise<(expression: jsonata.Expression) => void> {
  await freezeBuiltIns();
  const guard = await createSizeGuards(MAX_ITEMS);
  const functions = Object.entries(createHostFunctions());
  return (expression) => {
    guard(expression);
    for (const [name, implementation] of functions) expression.registerFunction(name, implementation);
  };
}

function requireCompiled(known: Known | undefined, workshop: Workshop): Exclude<Known, { readonly text: string }> {
  if (known === undefined) throw new Error("A template was not sent before its use");
  if (!("text" in known)) return known;
  try {
    return { template: compileTemplate(JSON.parse(known.text) as Json, workshop) };
  } catch (thrown) {
    return { error: toPatchbayError(thrown) };
  }
}

async function outcomeOf(known: Exclude<Known, { readonly text: string }>, scope: TripScope): Promise<SentOutcome> {
  if ("error" in known) return toSent(known.error);
  try {
    const text = await known.template.evaluate(scope.data());
    if (known.template.changesInput) scope.renew();
    return { text };
  } catch (thrown) {
    scope.renew();
    return toSent(toPatchbayError(thrown));
  }
}

function toSent({ code, message, details }: PatchbayError): SentOutcome {
  return { code, message, details };
}

/** The scope of a trip, read anew after an evaluation that may have written into it. */
class TripScope {
  readonly #text: string;
  readonly #bound: (readonly [string, string])[] = [];
  #data: Data | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  data(): Data {
    if (this.#data === null) {
      this.#data = readScope(this.#text);
      for (const [name, text] of this.#bound) addStep(this.#data, name, text);
    }
    return this.#data;
  }

  renew(): void {
    this.#data = null;
  }

  /** Makes a step's value, as JSON text, a member of `$steps`; null text is no value. */
  bind(name: string, text: string | null): void {
    if (text === null) return;
    this.#bound.push([name, text]);
    if (this.#data !== null) addStep(this.#data, name, text);
  }
}

function addStep({ bindings }: Data, name: string, text: string): void {
  bindings.steps = { ...(bindings.steps as object), [name]: JSON.parse(text) };
}

function readScope(text: string): Data {
  const { input, bindings, same, now } = JSON.parse(text) as SentScope;
  if (text.includes('"_jsonata_')) refuseReservedNames([input, bindings]);
  const clock = now === undefined ? {} : clockAt(now);
  return { input, bindings: Object.assign(bindings, Object.fromEntries(same.map((name) => [name, input])), clock) };
}

/** JSONata takes an object with such a member for a function: data must never become code. */
function refuseReservedNames(root: unknown): void {
  const rest: unknown[] = [root];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (typeof value !== "object" || value === null) continue;
    for (const [name, member] of Object.entries(value)) {
      if (name.startsWith("_jsonata_")) {
        throw new PatchbayError(
          "TRANSLATOR_FAILED",
          `The data has a member called ${name}; names that begin with _jsonata_ are reserved`,
        );
      }
      if (member !== null) rest.push(member);
    }
  }
}
