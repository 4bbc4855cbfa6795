import { toPatchbayError } from "../core/errors.js";
import type { ClaimedRun } from "../core/store.js";
import type { PendingCall } from "./draft.js";
import type { EngineParts } from "./engine-parts.js";
import type { Planning } from "./planning.js";
import { giveUpRun, resumeRun } from "./resume.js";
import type { Workload } from "./workload.js";

/** Runs claimed in one statement at most. */
const CLAIM_LIMIT = 50;

/** How long it is left open, after due runs were looked for, when the next one is due: they are looked for again and again meanwhile. */
const ARM_AFTER_MS = 20;
/** Transactional runs are taken first; but one claim in so many begins with marketing, so that it never waits for ever. */
const MARKETING_FIRST = 20;

/** A run that cannot be carried on for a reason nobody foresaw is failed after this many tries, so that somebody hears of it. */
const MAX_MISHAPS = 5;

/** Runs whose tries are counted at most. */
const MAX_REMEMBERED = 1_000;

/** Takes due runs into this process's hands, as many as there is room for. */
export interface Claiming {
  /** Claims while there is room and something is due; resolves with how many there were when all are begun. */
  claimDue(): Promise<number>;
  /** Whether due runs are being claimed; null when not. */
  underWay(): Promise<number> | null;
  /** Looks for due runs now, without being waited for. */
  look(): void;
  /** Takes up waiting runs as soon as there is room again, without waiting for the clock. */
  refill(): void;
  /** Notes that a run was left in the queue because there was no room for it. */
  noteQueued(): void;
  /** Does not look again by itself. */
  stop(): void;
}

/** What claiming shares with the rest of the engine. */
export interface ClaimingPlace {
  readonly worker: string;
  readonly workload: Workload;
  readonly planning: () => Planning;
  /** Reads anew what other processes have installed; never fails. */
  readonly keepUp: () => Promise<void>;
  /** Makes the calls that a run has come to. */
  readonly carryOn: (calls: readonly PendingCall[]) => void;
  /** Whether the engine has a clock of its own; else whoever holds it calls `tick`. */
  readonly hasClock: () => boolean;
  readonly stopping: () => boolean;
}

/** Makes the claiming of one process; it begins nothing by itself. */
export function createClaiming(parts: EngineParts, place: ClaimingPlace): Claiming {
  const { store, limits, now } = parts;
  const resume = createResuming(place);
  let claims = 0;
  let claiming: Promise<number> | null = null;
  let alarm: NodeJS.Timeout | null = null;
  /** Whether due runs may be waiting only because there was no room for them. */
  let backlogged = false;
  /** Whether a run became due while due runs were looked for: the look may have come too early for it. */
  let asked = false;

  function claimDue(): Promise<number> {
    claiming ??= claimAll().finally(() => {
      claiming = null;
      disarm();
      if (place.hasClock() && !place.stopping()) alarm = setTimeout(() => arm().catch(reportFailure), ARM_AFTER_MS);
    });
    return claiming;
  }

  async function claimAll(): Promise<number> {
    let claimed = 0;
    while (!place.stopping()) {
      const limit = Math.min(CLAIM_LIMIT, Math.max(1, limits.inlineRuns) - place.workload.size());
      backlogged = true;
      asked = false;
      if (limit <= 0) break;
      const first = ++claims % MARKETING_FIRST === 0 ? "marketing" : "transactional";
      const runs = await store.runs.claim(place.worker, {
        limit,
        leaseMs: limits.leaseMs,
        now: new Date(now()),
        first,
      });
      for (const run of runs) place.workload.add(run.run.id, () => resume(run));
      claimed += runs.length;
      backlogged = runs.length === limit;
      if (!backlogged && !asked) break;
    }
    return claimed;
  }

  function look(): void {
    if (place.stopping()) return;
    if (claiming !== null) asked = true;
    else claimDue().catch(reportFailure);
  }

  /** Looks again right when the next run is due, where that is sooner than the clock would. */
  async function arm(): Promise<void> {
    const dueAt = await store.runs.nextDueAt();
    const inMs = dueAt === null ? limits.pollMs : dueAt.getTime() - now();
    disarm();
    if (place.stopping() || inMs >= limits.pollMs) return;
    if (inMs > 0) alarm = setTimeout(look, inMs);
    else if (!backlogged) look();
  }

  function disarm(): void {
    if (alarm !== null) clearTimeout(alarm);
    alarm = null;
  }

  function reportFailure(thrown: unknown): void {
    const { code, message } = toPatchbayError(thrown);
    parts.log.error({ code, problem: message }, "due work could not be looked for; trying again");
  }

  return {
    claimDue,
    underWay: () => claiming,
    look,
    refill: () => {
      if (!backlogged || claiming !== null) return;
      if (place.workload.size() * 2 <= limits.inlineRuns) look();
    },
    noteQueued: () => {
      backlogged = true;
    },
    stop: disarm,
  };
}

/** Makes what carries a claimed run on, and gives up a run that a defect keeps from being carried on. */
function createResuming({ planning, carryOn, keepUp }: ClaimingPlace): (claimed: ClaimedRun) => Promise<void> {
  /** How often carrying a run on has failed unexpectedly. */
  const mishaps = new Map<string, number>();

  /** Those that other processes have carried on since are forgotten first. */
  function note(id: string, count: number): void {
    mishaps.delete(id);
    mishaps.set(id, count);
    const [oldest] = mishaps.keys();
    if (mishaps.size > MAX_REMEMBERED && oldest !== undefined) mishaps.delete(oldest);
  }

  return async (claimed) => {
    const { id, flow, flowHash } = claimed.run;
    try {
      // Another process may have installed what this run needs.
      if (planning().catalog.flow(flow)?.version.hash !== flowHash) await keepUp();
      carryOn(await resumeRun(claimed, planning()));
      mishaps.delete(id);
    } catch (thrown) {
      const count = (mishaps.get(id) ?? 0) + 1;
      if (toPatchbayError(thrown).code === "INTERNAL_ERROR") note(id, count);
      if (count < MAX_MISHAPS) throw thrown;
      mishaps.delete(id);
      await giveUpRun(claimed.run, toPatchbayError(thrown), planning());
    }
  };
}
