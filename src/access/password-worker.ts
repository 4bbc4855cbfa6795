import { scryptSync } from "node:crypto";
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { DerivationJob, DerivationResult } from "./password-thread.js";

/** Gets a third of a processor that another wants as well, and all of one that nobody does. */
const NICENESS = 3;

/** The thread's side: one key after the other. */
function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error("This file is started as a worker thread");
  lowerPriority();
  port.on("message", ({ id, password, salt, keyBytes, cost: { N, r, p } }: DerivationJob) => {
    const key = scryptSync(password, salt, keyBytes, { N, r, p, maxmem: 256 * N * r });
    port.postMessage({ id, key } satisfies DerivationResult);
  });
}

/** Linux has a priority for each thread; elsewhere it is the whole process's, which has to answer orders. */
function lowerPriority(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(NICENESS);
  } catch {
    // A sandbox may forbid it; passwords are only slower for the others then.
  }
}

serve();
