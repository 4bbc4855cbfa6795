import { Worker } from "node:worker_threads";
import { PatchbayError } from "../core/errors.js";
import { packTrip, type Trip } from "./pack-trip.js";
import type { Answer, Reply, ThreadData } from "./protocol.js";
import type { TranslationLimits } from "./translation.js";

/** Time a thread has beyond the limit to stop by itself, in milliseconds, before it is terminated. */
const GRACE_MS = 250;

/** A thread that dies this often without finishing a task between is not started again. */
const MAX_FRUITLESS_STARTS = 3;

/** Templates a thread keeps; past it the thread is told everything anew. */
const MAX_TEMPLATES = 2_000;

interface Waiting {
  readonly trip: Trip;
  readonly resolve: (replies: readonly Reply[]) => void;
  readonly reject: (error: PatchbayError) => void;
}

/**
 * One worker thread that is replaced when it hangs or dies: the task that was under way fails, the others are given
 * to the new thread.
 */
export class TranslatorThread {
  readonly #limits: TranslationLimits;
  readonly #waiting = new Map<number, Waiting>();
  readonly #progress = new Int32Array(new SharedArrayBuffer(8));
  /** Number of each template that the thread has compiled. */
  #known = new Map<string, number>();
  #outbox: Trip[] = [];
  #worker: Worker | null = null;
  #watch: NodeJS.Timeout | null = null;
  #fruitlessStarts = 0;
  #stopped = false;

  constructor(limits: TranslationLimits) {
    this.#limits = limits;
    this.#start();
  }

  /** How many tasks it has not answered. */
  get load(): number {
    return this.#waiting.size;
  }

  run(trip: Trip): Promise<readonly Reply[]> {
    if (this.#stopped) return Promise.reject(stoppedError());
    return new Promise((resolve, reject) => {
      this.#waiting.set(trip.id, { trip, resolve, reject });
      this.#send(trip);
      this.#watchOver();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#watch !== null) clearTimeout(this.#watch);
    const worker = this.#worker;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(stoppedError());
    this.#waiting.clear();
    await worker?.terminate();
  }

  /** Trips of one turn of the event loop travel together. */
  #send(trip: Trip): void {
    this.#outbox.push(trip);
    if (this.#outbox.length > 1) return;
    setImmediate(() => {
      const trips = this.#outbox;
      this.#outbox = [];
      if (trips.length === 0 || this.#worker === null) return;
      this.#worker.postMessage(`[${trips.map((one) => packTrip(one, this.#known)).join(",")}]`);
    });
  }

  #start(): void {
    const { timeoutMs, maxOutputBytes, memoryMb } = this.#limits;
    this.#progress.fill(0);
    this.#known = new Map();
    const workerData: ThreadData = { timeoutMs, maxOutputBytes, progress: this.#progress.buffer as SharedArrayBuffer };
    const worker = new Worker(new URL("./translation-worker.js", import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    worker.on("message", (answers: string) => {
      for (const answer of JSON.parse(answers) as Answer[]) this.#settle(answer);
    });
    worker.on("error", (error: Error & { code?: string }) => this.#replace(worker, causeOfDeath(error, memoryMb)));
    worker.on("exit", () => this.#replace(worker, causeOfDeath(new Error("the thread ended by itself"), memoryMb)));
    worker.unref();
    this.#worker = worker;
  }

  #settle({ id, replies }: Answer): void {
    this.#fruitlessStarts = 0;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.resolve(replies);
    if (this.#known.size > MAX_TEMPLATES && this.#waiting.size === 0) this.#restart();
  }

  /** Forgets compiled templates with the thread that has them; nobody is waiting for it. */
  #restart(): void {
    const worker = this.#worker;
    this.#start();
    void worker?.terminate();
  }

  /** Looks at the task under way from time to time, as long as there is one. */
  #watchOver(): void {
    if (this.#watch !== null) return;
    this.#watch = setTimeout(
      () => {
        this.#watch = null;
        if (this.#waiting.size === 0 || this.#stopped) return;
        this.#terminateIfHanging();
        this.#watchOver();
      },
      Math.max(10, this.#limits.timeoutMs / 4),
    );
  }

  #terminateIfHanging(): void {
    const worker = this.#worker;
    const runningMs = ((Date.now() | 0) - Atomics.load(this.#progress, 1)) | 0;
    if (worker === null || Atomics.load(this.#progress, 0) === 0 || runningMs <= this.#limits.timeoutMs + GRACE_MS)
      return;
    this.#replace(
      worker,
      new PatchbayError(
        "TRANSLATOR_TIMED_OUT",
        `The expression ran for more than ${this.#limits.timeoutMs} ms and was stopped`,
      ),
    );
    void worker.terminate();
  }

  #replace(worker: Worker, error: PatchbayError): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const culprit = this.#waiting.get(Atomics.load(this.#progress, 0));
    if (culprit) {
      this.#waiting.delete(culprit.trip.id);
      culprit.reject(error);
    } else {
      this.#fruitlessStarts += 1;
    }
    if (this.#stopped) return;
    if (this.#fruitlessStarts >= MAX_FRUITLESS_STARTS) this.#giveUp(error);
    this.#outbox = [];
    this.#start();
    for (const { trip } of this.#waiting.values()) this.#send(trip);
  }

  /** The next task tries a new thread again. */
  #giveUp(error: PatchbayError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#fruitlessStarts = 0;
  }
}

function causeOfDeath(error: Error & { code?: string }, memoryMb: number): PatchbayError {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new PatchbayError(
      "TRANSLATOR_OUT_OF_MEMORY",
      `The expression used more than ${memoryMb} MB and was stopped`,
    );
  }
  return new PatchbayError("TRANSLATOR_FAILED", `The translator thread failed: ${error.message}`, { cause: error });
}

function stoppedError(): PatchbayError {
  return new PatchbayError("SERVER_OVERLOADED", "Patchbay is stopping");
}
