import { toPatchbayError } from "../core/errors.js";
import type { ConnectionCheck } from "../core/inspection.js";
import type { ConnectionCare } from "./connection-care.js";
import type { EngineParts } from "./engine-parts.js";
import type { Planning } from "./planning.js";

/** How often it is seen whether a look is due, in milliseconds. */
const SEE_MS = 60_000;

/** When the first look comes after a start, at the soonest and at the latest: a process that starts again and again asks little. */
const FIRST_MS = 300_000;
const FIRST_SPREAD_MS = 600_000;

/** How soon a vendor that could not be asked is asked again, in milliseconds. */
const AGAIN_MS = 3_600_000;

/** Looks at every connection that is on, regularly and one after the other, beside everything else. */
export interface RegularChecks {
  /** Begins the next look when one is due, and waits for nothing but the store. */
  tick(planning: Planning): Promise<void>;
}

/** @param everyMs Time between two looks at one connection; each look is up to a tenth earlier or later. */
export function createRegularChecks(
  { store, now, random, log }: EngineParts,
  { everyMs, care, stopping }: { everyMs: number; care: ConnectionCare; stopping: () => boolean },
): RegularChecks {
  const startedAt = now();
  const dueAt = new Map<string, number>();
  let seenAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;

  /** Every look is timed once, so that its jitter stays what it is. */
  function timeOf(name: string, checks: ReadonlyMap<string, ConnectionCheck>): number {
    const known = dueAt.get(name);
    if (known !== undefined) return known;
    const check = checks.get(name);
    const at = check === undefined ? 0 : after(check);
    const first = startedAt + FIRST_MS + random() * FIRST_SPREAD_MS;
    dueAt.set(name, Math.max(at, first));
    return Math.max(at, first);
  }

  function after({ health, checkedAt }: Pick<ConnectionCheck, "health" | "checkedAt">): number {
    const base = health === "unknown" ? Math.min(everyMs, AGAIN_MS) : everyMs;
    return checkedAt.getTime() + base * (0.9 + 0.2 * random());
  }

  async function look(name: string): Promise<void> {
    try {
      dueAt.set(name, after(await care.watch(name)));
    } catch (thrown) {
      dueAt.set(name, now() + Math.min(everyMs, AGAIN_MS));
      const { code, message } = toPatchbayError(thrown);
      if (!stopping()) log.warn({ connection: name, code, problem: message }, "a connection could not be looked at");
    }
  }

  return {
    tick: async ({ catalog }) => {
      const at = now();
      if (underWay !== null || at - seenAt < SEE_MS) return;
      seenAt = at;
      const checks = new Map((await store.connections.checks()).map((check) => [check.connection, check]));
      const due = catalog
        .connections()
        .filter(({ off, connection }) => !off && connection.inspect !== undefined)
        .find(({ name }) => timeOf(name, checks) <= at);
      if (due === undefined) return;
      underWay = look(due.name).finally(() => {
        underWay = null;
        seenAt = Number.NEGATIVE_INFINITY;
      });
    },
  };
}
