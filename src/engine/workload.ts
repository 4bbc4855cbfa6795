import { toPatchbayError } from "../core/errors.js";
import type { EngineParts } from "./engine-parts.js";

/** The runs that this process has in hand. */
export interface Workload {
  /** Begins a piece of work for a run; a failure is logged, and the run's lease brings it back. */
  add(runId: string, work: () => Promise<void>): void;
  size(): number;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Keeps the leases of long calls alive; called by the engine's clock. */
  extendLeases(): Promise<void>;
}

/** Keeps account of the work under way in one process. */
export function createWorkload(
  { store, log, now, limits }: EngineParts,
  { worker, onSettled }: { worker: string; onSettled: () => void },
): Workload {
  const underWay = new Map<Promise<void>, string>();
  let extendedAt = now();

  async function perform(runId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const { code, message, stack } = toPatchbayError(thrown);
      const facts = { run: runId, code, problem: message, stack };
      log.error(facts, "a run could not be carried on; its lease brings it back");
    }
  }

  return {
    add: (runId, work) => {
      const job = perform(runId, work).then(() => {
        underWay.delete(job);
        onSettled();
      });
      underWay.set(job, runId);
    },
    size: () => underWay.size,
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay.keys());
    },
    extendLeases: async () => {
      const at = now();
      if (underWay.size === 0 || Math.abs(at - extendedAt) < limits.leaseMs / 3) return;
      await store.runs.extend(worker, [...new Set(underWay.values())], new Date(at + limits.leaseMs));
      extendedAt = at;
    },
  };
}
