import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Json } from "../core/json.js";
import { parseExpression } from "./expression.js";
import type { Reply, Task } from "./protocol.js";
import type { Evaluated, Scope, Translation, TranslationLimits } from "./translation.js";
import { TranslatorThread } from "./translator-thread.js";

/** Starts the translator threads. */
export function startTranslation(limits: TranslationLimits): Translation {
  const threads = Array.from({ length: limits.threads }, () => new TranslatorThread(limits));
  const texts = new WeakMap<object, string>();
  let lastId = 0;

  /** A definition's template is the same object each time, so its text is written once. */
  function textOf(template: Json): string {
    if (typeof template !== "object" || template === null) return JSON.stringify(template);
    const text = texts.get(template) ?? JSON.stringify(template);
    texts.set(template, text);
    return text;
  }

  function nextId(): number {
    lastId = (lastId % 0x3fffffff) + 1;
    return lastId;
  }

  async function evaluateEach(templates: readonly Json[], scope: Scope): Promise<readonly Evaluated[]> {
    const task: Task = { id: nextId(), templates: templates.map(textOf), ...toTravel(scope) };
    try {
      const replies = await leastLoaded(threads).run(task);
      return replies.map(toEvaluated);
    } catch (thrown) {
      const error = toPatchbayError(thrown);
      return templates.map(() => ({ ok: false, error }));
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
    stop: async () => {
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}

function leastLoaded(threads: readonly TranslatorThread[]): TranslatorThread {
  const [first, ...others] = threads;
  if (first === undefined) throw new Error("no translator threads");
  return others.reduce((least, thread) => (thread.load < least.load ? thread : least), first);
}

function toTravel({ input, bindings }: Scope): Pick<Task, "scope" | "same"> {
  const same = Object.keys(bindings).filter((name) => bindings[name] === input && typeof input === "object");
  if (same.length === 0) return { scope: JSON.stringify({ input, bindings }), same };
  const others = { ...bindings };
  for (const name of same) delete others[name];
  return { scope: JSON.stringify({ input, bindings: others }), same };
}

function toEvaluated(reply: Reply): Evaluated {
  if ("value" in reply) return { ok: true, value: JSON.parse(reply.value) as Json };
  if ("none" in reply) return { ok: true, value: undefined };
  const { code, message, details } = reply.error;
  return { ok: false, error: new PatchbayError(code, message, details) };
}
