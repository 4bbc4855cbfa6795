import type { Run } from "../core/run.js";
import type { Store } from "../core/store.js";

/**
 * Tells whether a run that this one is an item of, or an item of an item, was cancelled: its items end with it, also when a
 * crash came between the end of the one and that of the others.
 */
export async function isCalledOff({ parent }: Pick<Run, "parent">, store: Store): Promise<boolean> {
  if (parent === null) return false;
  const around = await store.runs.get(parent.runId);
  return around !== null && (around.status === "cancelled" || isCalledOff(around, store));
}
