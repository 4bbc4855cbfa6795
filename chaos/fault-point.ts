import type { Change } from "../src/core/change.js";
import type { ClaimedRun, Store } from "../src/core/store.js";
import { type Boundary, boundariesOf } from "./boundary.js";
import type { Doom } from "./doom.js";

/** The place in a store where a process dies. It counts what passes, and calls `die` when its time has come. */
export interface FaultPoint {
  wrap(store: Store): Store;
  /** From now on nothing happens here. */
  disarm(): void;
}

/**
 * Puts a doom into a store.
 *
 * @param die Ends the process at once; it is expected not to return.
 */
export function openFaultPoint(doom: Doom | null, die: () => void): FaultPoint {
  let left = doom?.nth ?? 0;
  const pass = (when: Doom["when"], passed: ReadonlySet<Boundary>): void => {
    if (doom === null || left === 0 || when !== doom.when || !passed.has(doom.boundary)) return;
    left -= 1;
    if (left === 0) die();
  };
  return {
    wrap: (store) => wrapStore(store, pass),
    disarm: () => {
      left = 0;
    },
  };
}

type Pass = (when: Doom["when"], passed: ReadonlySet<Boundary>) => void;

const claimBoundary: ReadonlySet<Boundary> = new Set(["claim"] as const);

/** A store is an object of functions, so the two that make things durable can be replaced in a copy. */
function wrapStore(store: Store, pass: Pass): Store {
  return {
    ...store,
    async commit(changes: readonly Change[]): Promise<void> {
      const passed = boundariesOf(changes);
      pass("before", passed);
      await store.commit(changes);
      pass("after", passed);
    },
    runs: {
      ...store.runs,
      async claim(worker, options): Promise<ClaimedRun[]> {
        const due = await store.runs.backlog(options.now, 1);
        if (due > 0) pass("before", claimBoundary);
        const claimed = await store.runs.claim(worker, options);
        if (claimed.length > 0) pass("after", claimBoundary);
        return claimed;
      },
    },
  };
}
