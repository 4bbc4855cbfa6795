import type { Broadcast } from "../core/broadcast.js";
import type { Store } from "../core/store.js";
import { continueBroadcast } from "./continue-broadcast.js";
import { type Allowance, unitsDue } from "./operation-pace.js";
import type { Planning } from "./planning.js";

/** Broadcasts that go on side by side at most. */
const MAX_AT_ONCE = 20;
/** Broadcasts that are looked at in one round at most. */
const MAX_READ = 200;
/** Commits for one broadcast in one round, at most: others want their turn too. */
const MAX_COMMITS = 20;

/** Carries broadcasts on, by the clock. */
export interface BroadcastRound {
  /** @returns How many recipients were started. */
  tick(planning: Planning): Promise<number>;
}

/** @param chore Keeps what fails for one broadcast from the others. */
export function createBroadcastRound({
  store,
  now,
  stopping,
  chore,
}: {
  store: Pick<Store, "broadcasts">;
  now: () => number;
  stopping: () => boolean;
  chore: (what: string, work: () => Promise<number>) => Promise<number>;
}): BroadcastRound {
  const allowances = new Map<string, Allowance>();

  async function carryOn({ id, perSecond }: Broadcast, planning: Planning): Promise<number> {
    const { count, allowance } = unitsDue(perSecond, allowances.get(id) ?? null, now());
    allowances.set(id, allowance);
    let started = 0;
    for (let commits = 0; commits < MAX_COMMITS && !stopping(); commits++) {
      const progress = await continueBroadcast(id, count - started, planning);
      started += progress.started;
      if (!progress.more || started >= count) break;
    }
    return started;
  }

  return {
    tick: async (planning) => {
      const unfinished = await store.broadcasts.unfinished(MAX_READ);
      const running = unfinished.filter(({ state }) => state === "running").slice(0, MAX_AT_ONCE);
      const all = [...running, ...unfinished.filter(({ state }) => state === "stopped")];
      let started = 0;
      for (const broadcast of all)
        started += await chore(`broadcast ${broadcast.id}`, () => carryOn(broadcast, planning));
      for (const id of allowances.keys()) if (!all.some((one) => one.id === id)) allowances.delete(id);
      return started;
    },
  };
}
