import type { EngineParts } from "./engine-parts.js";

/**
 * Takes back, at a start, what a process that ended had claimed of a store that is ours alone.
 *
 * @returns Whether runs may rest in the store; of one that others use nobody knows.
 */
export async function releaseRuns({ store, log, now }: EngineParts): Promise<boolean> {
  if (!store.exclusive) return true;
  const released = await store.runs.releaseAll(new Date(now()));
  if (released > 0) log.warn({ runs: released }, "runs of a process that ended are taken up again");
  return (await store.runs.list({ status: "waiting" }, { limit: 1 })).items.length > 0;
}
