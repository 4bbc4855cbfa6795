import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Json } from "../core/json.js";
import { parseExpression } from "./expression.js";
import type { Trip, TripStep } from "./pack-trip.js";
import type { Reply } from "./protocol.js";
import type { ChainResult, ChainStep, Evaluated, Scope, Translation, TranslationLimits } from "./translation.js";
import { TranslatorThread } from "./translator-thread.js";

/** Starts the translator threads. */
export function startTranslation(limits: TranslationLimits): Translation {
  const threads = Array.from({ length: limits.threads }, () => new TranslatorThread(limits));
  const textOf = createTexts();
  let lastId = 0;

  async function travel(mode: Trip["mode"], steps: readonly TripStep[], scope: Scope): Promise<readonly Reply[]> {
    lastId = (lastId % 0x3fffffff) + 1;
    return leastLoaded(threads).run({ id: lastId, mode, steps, scope });
  }

  async function evaluateEach(templates: readonly Json[], scope: Scope): Promise<readonly Evaluated[]> {
    const steps = templates.map((template) => ({ when: null, template: textOf(template), binds: null, ends: false }));
    try {
      return (await travel("each", steps, scope)).map(toEvaluated);
    } catch (thrown) {
      const error = toPatchbayError(thrown);
      return templates.map(() => ({ ok: false, error }));
    }
  }

  async function evaluateChain(chain: readonly ChainStep[], scope: Scope): Promise<readonly ChainResult[]> {
    const steps = chain.map(({ when, template, binds, ends }) => ({
      when: when === null ? null : textOf(truthOf(when)),
      template: textOf(template),
      binds,
      ends,
    }));
    try {
      return (await travel("chain", steps, scope)).map(toChainResult);
    } catch (thrown) {
      return [{ ok: false, error: toPatchbayError(thrown) }];
    }
  }

  return {
    check: (expression) => {
      try {
        parseExpression(expression, limits.timeoutMs);
        return [];
      } catch (thrown) {
        return [{ path: "", message: toPatchbayError(thrown).message }];
      }
    },
    evaluate: async (template, scope) => {
      const [evaluated] = await evaluateEach([template], scope);
      if (evaluated === undefined) throw new Error("an evaluation without an answer");
      if (!evaluated.ok) throw evaluated.error;
      return evaluated.value;
    },
    evaluateEach,
    evaluateChain,
    stop: async () => {
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}

/** Gives an expression's truth in JSONata's own sense: an absent path, an empty string and 0 are not true. */
export function truthOf(expression: string): string {
  return `=$boolean(${expression}\n)`;
}

/** Writes templates as JSON texts; a definition's template is the same object each time, so it is written once. */
function createTexts(): (template: Json) => string {
  const ofObjects = new WeakMap<object, string>();
  const ofTexts = new Map<string, string>();
  return (template) => {
    if (typeof template === "string") {
      const known = ofTexts.get(template) ?? JSON.stringify(template);
      if (ofTexts.size < 2_000) ofTexts.set(template, known);
      return known;
    }
    if (typeof template !== "object" || template === null) return JSON.stringify(template);
    const text = ofObjects.get(template) ?? JSON.stringify(template);
    ofObjects.set(template, text);
    return text;
  };
}

function leastLoaded(threads: readonly TranslatorThread[]): TranslatorThread {
  const [first, ...others] = threads;
  if (first === undefined) throw new Error("no translator threads");
  return others.reduce((least, thread) => (thread.load < least.load ? thread : least), first);
}

function toEvaluated(reply: Reply): Evaluated {
  if ("value" in reply) return { ok: true, value: reply.value };
  if ("error" in reply)
    return { ok: false, error: new PatchbayError(reply.error.code, reply.error.message, reply.error.details) };
  return { ok: true, value: undefined };
}

function toChainResult(reply: Reply): ChainResult {
  return "skipped" in reply ? { ok: true, skipped: true } : toEvaluated(reply);
}
