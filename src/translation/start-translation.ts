import { PatchbayError } from "../core/errors.js";
import type { Json } from "../core/json.js";
import { ChainTask } from "./chain-task.js";
import { compileExpression } from "./expression.js";
import { createPlainEvaluator } from "./plain-template.js";
import { Task, type ThreadTask } from "./task.js";
import type { ChainResult, ChainStep, Evaluated, Scope, Translation, TranslationLimits } from "./translation.js";
import { type ThreadEvents, TranslationThread } from "./translation-thread.js";

/** Threads that ended before they were ready, one after the other, before the tasks waiting for them fail. */
const MAX_FAILED_STARTS = 3;

/**
 * Makes the worker threads that evaluate expressions. They are started with the first expression that needs one, because many
 * installations have none: a thread takes 20 MB, and a fifth of a second of processor time to start.
 *
 * An evaluation that hangs or needs too much memory costs its thread; a new one takes over at once, and whatever else
 * the old one had been given is evaluated again. Idle threads do not keep the process alive.
 */
export function startTranslation(limits: TranslationLimits): Translation {
  const pool = new ThreadPool(limits);
  const plain = createPlainEvaluator(limits);
  return {
    check: checkSyntax,
    evaluate: async (template, scope) => {
      const known = pool.stopped ? null : plain.evaluate(template, scope);
      if (known !== null) return known.value;
      const [evaluated] = await pool.evaluate([template], scope);
      if (evaluated === undefined) throw new Error("A task came back without its outcome");
      if (!evaluated.ok) throw evaluated.error;
      return evaluated.value;
    },
    evaluateEach: (templates, scope) => {
      const known = templates.map((template) => (pool.stopped ? null : plain.evaluate(template, scope)));
      if (known.every((evaluated) => evaluated !== null)) return known.map(({ value }) => ({ ok: true, value }));
      return pool.evaluate(templates, scope);
    },
    evaluateChain: (steps, scope) =>
      (pool.stopped ? null : plain.evaluateChain(steps, scope)) ?? pool.evaluateChain(steps, scope),
    stop: () => pool.stop(),
  };
}

/** One for all: whoever keeps what was checked with it knows it again. */
const checkSyntax: Translation["check"] = (expression) => {
  const compiled = compileExpression(expression);
  return compiled.ok ? [] : [compiled.problem];
};

/** Threads and the tasks that wait for one. */
class ThreadPool {
  readonly #limits: TranslationLimits;
  readonly #threads = new Set<TranslationThread>();
  /** Every task that is not settled. */
  readonly #pending = new Set<ThreadTask>();
  #queue: ThreadTask[] = [];
  #failedStarts = 0;
  #stopped = false;

  get stopped(): boolean {
    return this.#stopped;
  }

  constructor(limits: TranslationLimits) {
    this.#limits = limits;
  }

  evaluate(templates: readonly Json[], scope: Scope): Promise<readonly Evaluated[]> {
    return this.#perform((settle) => new Task(templates, scope, settle));
  }

  evaluateChain(steps: readonly ChainStep[], scope: Scope): Promise<readonly ChainResult[]> {
    return this.#perform((settle) => new ChainTask(steps, scope, settle));
  }

  async #perform<T>(toTask: (settle: (result: T) => void) => ThreadTask): Promise<T> {
    if (this.#stopped) throw stopping();
    return new Promise((resolve) => {
      const task = toTask((result) => {
        this.#pending.delete(task);
        if (this.#pending.size === 0) this.#hold(false);
        resolve(result);
      });
      this.#pending.add(task);
      this.#queue.push(task);
      this.#startThreads();
      if (this.#pending.size === 1) this.#hold(true);
      this.#dispatch();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#queue = [];
    for (const task of [...this.#pending]) task.failAll(stopping());
    await Promise.all([...this.#threads].map((thread) => thread.stop()));
  }

  #startThreads(): void {
    while (!this.#stopped && this.#threads.size < this.#limits.threads) {
      const events: ThreadEvents = {
        onFree: () => {
          this.#failedStarts = 0;
          this.#dispatch();
        },
        onEnd: ({ open, started, reason }) => {
          this.#threads.delete(thread);
          this.#queue.unshift(...open);
          if (!started) this.#failedStarts += 1;
          this.#recover(reason);
        },
      };
      const thread = new TranslationThread(this.#limits, events);
      this.#threads.add(thread);
      thread.hold(this.#pending.size > 0);
    }
  }

  /** Replaces a thread that ended, unless threads do not start at all: then the tasks fail and the next one tries. */
  #recover(reason: string): void {
    if (this.#stopped) return;
    if (this.#failedStarts < MAX_FAILED_STARTS) {
      this.#startThreads();
      this.#dispatch();
      return;
    }
    if (this.#threads.size > 0) return;
    const waiting = this.#queue.splice(0);
    const error = new PatchbayError("INTERNAL_ERROR", `The translation threads do not start: ${reason}`);
    for (const task of waiting) task.failAll(error);
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const free = [...this.#threads].reduce<TranslationThread | null>(
        (best, thread) => (thread.room > (best?.room ?? 0) ? thread : best),
        null,
      );
      const task = free && this.#queue.shift();
      if (!task) return;
      free.send(task);
    }
  }

  #hold(held: boolean): void {
    for (const thread of this.#threads) thread.hold(held);
  }
}

function stopping(): PatchbayError {
  return new PatchbayError("SERVER_STOPPING", "The translation threads have been stopped");
}
