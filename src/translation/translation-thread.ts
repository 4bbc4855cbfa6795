import { Worker } from "node:worker_threads";
import { PatchbayError } from "../core/errors.js";
import type { ThreadTask as Task } from "./task.js";
import type { TranslationLimits } from "./translation.js";
import { monotonicMs, STATE_BYTES, slot, type ThreadMessage, type ThreadSetup, type Trip } from "./worker-protocol.js";

/** Trips sent ahead, so that the thread never waits for the next one; few, so that threads share the work evenly. */
const MAX_AHEAD = 32;
const MAX_KNOWN = 1_000;
/** JSONata stops itself at the time limit; the thread is ended only when it has not by then, in milliseconds. */
const GRACE_MS = 50;

/** What a thread tells its pool. */
export interface ThreadEvents {
  /** It can take more tasks. */
  onFree(): void;
  /**
   * It has ended. `open` are the tasks it had not finished, in order; `started` tells whether it had ever been ready.
   */
  onEnd(end: { readonly open: readonly Task[]; readonly started: boolean; readonly reason: string }): void;
}

interface Sent {
  readonly task: Task;
  /** Which of the task's templates are on the trip. */
  readonly indexes: readonly number[];
}

interface Overdue {
  readonly trip: number;
  readonly template: number;
}

/** One worker thread with the trips it has been given. */
export class TranslationThread {
  readonly #limits: TranslationLimits;
  readonly #events: ThreadEvents;
  readonly #worker: Worker;
  readonly #state = new Int32Array(new SharedArrayBuffer(STATE_BYTES));
  readonly #sent = new Map<number, Sent>();
  readonly #known = new Map<string, number>();
  #outbox: Trip[] = [];
  #watch: NodeJS.Timeout | null = null;
  #ready = false;
  #overdue: Overdue | null = null;
  #error: Error | null = null;
  #trips = 0;
  #learnt = 0;

  constructor(limits: TranslationLimits, events: ThreadEvents) {
    this.#limits = limits;
    this.#events = events;
    const { timeoutMs, maxOutputBytes, memoryMb } = limits;
    const setup: ThreadSetup = { state: this.#state.buffer as SharedArrayBuffer, timeoutMs, maxOutputBytes };
    this.#worker = new Worker(new URL("./translation-worker.js", import.meta.url), {
      name: "translation",
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: Math.min(16, memoryMb) },
      env: {},
      execArgv: [],
    });
    this.#worker.on("message", (message: ThreadMessage) => this.#receive(message));
    this.#worker.on("error", (error) => {
      this.#error = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on("exit", () => this.#end());
  }

  /** How many more tasks it takes now. */
  get room(): number {
    return this.#ready && this.#overdue === null ? MAX_AHEAD - this.#sent.size : 0;
  }

  /** Sends a task's open templates. */
  send(task: Task): void {
    const indexes = task.open;
    this.#trips += 1;
    this.#sent.set(this.#trips, { task, indexes });
    this.#post(this.#tripOf(this.#trips, task, indexes));
    this.#watch ??= setTimeout(() => this.#checkTime(), this.#limits.timeoutMs + GRACE_MS).unref();
  }

  /** Trips of one turn of the event loop travel together: waking a thread costs more than what it is told. */
  #post(trip: Trip): void {
    this.#outbox.push(trip);
    if (this.#outbox.length > 1) return;
    setImmediate(() => {
      this.#worker.postMessage(JSON.stringify(this.#outbox));
      this.#outbox = [];
    });
  }

  /** Whether the thread keeps the process alive. */
  hold(held: boolean): void {
    if (held) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Ends the thread, whatever it is doing. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #tripOf(id: number, task: Task, indexes: readonly number[]): Trip {
    const learn: [number, string][] = [];
    const templates = indexes.map((index) => {
      const text = task.templates[index] ?? "null";
      const known = this.#known.get(text);
      const number = known ?? ++this.#learnt;
      if (known === undefined) learn.push([number, text]);
      else this.#known.delete(text);
      this.#known.set(text, number);
      return number;
    });
    return {
      id,
      templates,
      chain: this.#chainOf(task, indexes),
      learn,
      forget: this.#forget(templates),
      scope: task.scope,
    };
  }

  /** A chain with its templates by their places in the trip. */
  #chainOf({ chain }: Task, indexes: readonly number[]): Trip["chain"] {
    if (chain === null) return null;
    return chain.map((plan) => ({
      ...plan,
      when: plan.when === null ? null : indexes.indexOf(plan.when),
      template: indexes.indexOf(plan.template),
    }));
  }

  /** Lets go of the templates that were not used for longest, but of none of this trip. */
  #forget(needed: readonly number[]): number[] {
    const forgotten: number[] = [];
    for (const [text, number] of this.#known) {
      if (this.#known.size <= Math.max(MAX_KNOWN, needed.length)) break;
      this.#known.delete(text);
      forgotten.push(number);
    }
    return forgotten;
  }

  #receive(message: ThreadMessage): void {
    if (message === "ready") {
      this.#ready = true;
    } else {
      for (const { id, outcomes } of message) {
        const sent = this.#sent.get(id);
        this.#sent.delete(id);
        sent?.task.take(sent.indexes, outcomes);
      }
    }
    this.#events.onFree();
  }

  /** Ends the thread when the evaluation under way (not its wait in the queue) has taken too long. */
  #checkTime(): void {
    this.#watch = null;
    if (this.#sent.size === 0) return;
    const limit = this.#limits.timeoutMs + GRACE_MS;
    const overdue = this.#underWay();
    const taken = (monotonicMs() - Atomics.load(this.#state, slot.startedAt)) | 0;
    const still = this.#underWay();
    if (overdue && still && overdue.trip === still.trip && overdue.template === still.template && taken >= limit) {
      this.#overdue = overdue;
      void this.#worker.terminate();
      return;
    }
    this.#watch = setTimeout(() => this.#checkTime(), overdue ? Math.max(1, limit - taken) : limit).unref();
  }

  #underWay(): Overdue | null {
    const trip = Atomics.load(this.#state, slot.trip);
    return trip === 0 ? null : { trip, template: Atomics.load(this.#state, slot.template) };
  }

  #end(): void {
    if (this.#watch) clearTimeout(this.#watch);
    const reason = this.#error?.message ?? "it was ended";
    if (!this.#blame()) for (const { task } of this.#sent.values()) task.countDeath(reason);
    const open = [...this.#sent.values()].map(({ task }) => task).filter((task) => task.open.length > 0);
    this.#sent.clear();
    this.#events.onEnd({ open, started: this.#ready, reason });
  }

  /** Fails the one template that the thread died of; false when there is none to be named. */
  #blame(): boolean {
    const last = this.#underWay();
    const sent = last && this.#sent.get(last.trip);
    const index = sent?.indexes[last?.template ?? -1];
    const error = last && this.#causeOfDeath(last);
    if (!sent || index === undefined || !error) return false;
    sent.task.fail(index, error);
    return true;
  }

  #causeOfDeath(last: Overdue): PatchbayError | null {
    const { timeoutMs, memoryMb } = this.#limits;
    if (this.#overdue) {
      if (this.#overdue.trip !== last.trip || this.#overdue.template !== last.template) return null;
      return new PatchbayError("TRANSLATOR_TIMED_OUT", `The expression took longer than ${timeoutMs} ms`, {
        timeoutMs,
      });
    }
    if (this.#error === null) return null;
    if ("code" in this.#error && this.#error.code === "ERR_WORKER_OUT_OF_MEMORY") {
      return new PatchbayError("TRANSLATOR_OUT_OF_MEMORY", `The expression needed more than ${memoryMb} MiB`, {
        memoryMb,
      });
    }
    return new PatchbayError("INTERNAL_ERROR", `The translation thread failed: ${this.#error.message}`, {
      cause: this.#error,
    });
  }
}
