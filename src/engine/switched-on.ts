import type { Change } from "../core/change.js";
import { topics } from "../core/topic.js";
import type { Planning } from "./planning.js";

/** How long other processes may take to hear that a connection is on again, in milliseconds. */
const HEARD_MS = 3_000;

/** Wakes runs that went to rest for a switched-off connection in a process that had not heard yet that it is on again. */
export interface SwitchedOn {
  tick(planning: Pick<Planning, "catalog" | "parts">): Promise<void>;
}

/** Makes what looks at the switches of one process. */
export function createSwitchedOn(): SwitchedOn {
  let off: ReadonlySet<string> = new Set();
  const wakeAt = new Map<string, number>();
  return {
    tick: async ({ catalog, parts }) => {
      const now = parts.now();
      const before = off;
      off = new Set(catalog.connections().flatMap((open) => (open.off ? [open.name] : [])));
      for (const name of before) if (!off.has(name)) wakeAt.set(name, now + HEARD_MS);
      const due = [...wakeAt].filter(([, at]) => at <= now).map(([name]) => name);
      if (due.length === 0) return;
      const woken: Change = { kind: "runs-woken", topics: due.map(topics.connection), at: new Date(now) };
      await parts.store.commit([woken]);
      for (const name of due) wakeAt.delete(name);
    },
  };
}
