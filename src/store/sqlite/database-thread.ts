import { Worker } from "node:worker_threads";
import { PatchbayError } from "../../core/errors.js";
import type { Row } from "../sql/statement.js";
import type { FromThread, Job, JobResult, ThreadData, Work } from "./protocol.js";
import { createPacker } from "./wire.js";

interface Waiting {
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (error: PatchbayError) => void;
}

/** A thread with one connection, so that waiting for the disk never blocks the event loop. */
export interface DatabaseThread {
  /** @throws what a guard refuses with; STORE_UNAVAILABLE */
  do(work: Work): Promise<readonly Row[]>;
  /** Finishes what it was given, then ends. */
  close(): Promise<void>;
}

/** What a thread has in hand is soon done with: the nursery of the main thread (README, `npm start`) would only take memory. */
const resourceLimits = Object.freeze({ maxYoungGenerationSizeMb: 8 });

/**
 * Starts a thread and waits until it has opened the database.
 *
 * @throws STORE_UNAVAILABLE, STORE_AHEAD, STORE_NOT_DURABLE
 */
export async function startDatabaseThread(data: ThreadData): Promise<DatabaseThread> {
  const worker = new Worker(new URL("./sqlite-worker.js", import.meta.url), { workerData: data, resourceLimits });
  const waiting = new Map<number, Waiting>();
  const pack = createPacker();
  let outbox: Job[] = [];
  let lastId = 0;
  let ended: PatchbayError | null = null;
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  function end(error: PatchbayError): void {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  function take(id: number): Waiting | undefined {
    const job = waiting.get(id);
    waiting.delete(id);
    return job;
  }

  function settle(result: JobResult): void {
    const job = take(result.id);
    if ("rows" in result) job?.resolve(result.rows);
    else job?.reject(new PatchbayError(result.refusal.code, result.refusal.message));
  }

  await new Promise<void>((resolve, reject) => {
    worker.on("message", (message: FromThread) => {
      if ("answers" in message) {
        for (const id of message.answers.done) take(id)?.resolve([]);
        return message.answers.results.forEach(settle);
      }
      if ("opened" in message) return resolve();
      end(new PatchbayError(message.failed.code, message.failed.message));
      void worker.terminate();
    });
    worker.on("error", (cause) => {
      end(new PatchbayError("STORE_UNAVAILABLE", `The database thread failed: ${cause.message}`, { cause }));
    });
    worker.on("exit", () => {
      end(new PatchbayError("STORE_UNAVAILABLE", "The database is closed"));
      reject(ended);
    });
  });

  /**
   * Jobs of one turn of the event loop travel together: waking a thread costs more than what it is told, and with
   * every request on its own the group commits stay small.
   */
  function send(job: Job): void {
    outbox.push(job);
    if (outbox.length > 1) return;
    setImmediate(() => {
      const jobs = outbox;
      outbox = [];
      worker.postMessage(jobs.map(pack));
    });
  }

  return {
    do: (work) => {
      if (ended !== null) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        send({ id: lastId, work });
      });
    },
    close: async () => {
      if (ended === null) setImmediate(() => worker.postMessage("close"));
      await exited;
    },
  };
}
