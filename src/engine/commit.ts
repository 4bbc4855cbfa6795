import { PatchbayError } from "../core/errors.js";
import type { Store } from "../core/store.js";
import type { Draft } from "./draft.js";

/** How often a draft is planned anew when somebody else changed a record it writes. */
const MAX_PLANS = 5;

/**
 * Plans and commits, and plans anew when a record was changed meanwhile: what the flows saw must be what is stored.
 *
 * @param plan Told whether an earlier try was refused.
 * @throws RECORD_CONFLICT when it does not succeed in five tries, and whatever planning and the store throw.
 */
export async function commitPlan(store: Store, plan: (again: boolean) => Promise<Draft>): Promise<Draft> {
  for (let tries = 1; ; tries++) {
    const draft = await plan(tries > 1);
    if (draft.changes.length === 0) return draft;
    try {
      await store.commit(draft.changes);
      return draft;
    } catch (error) {
      const conflict = error instanceof PatchbayError && error.code === "RECORD_CONFLICT";
      if (!conflict || tries >= MAX_PLANS) throw error;
    }
  }
}
