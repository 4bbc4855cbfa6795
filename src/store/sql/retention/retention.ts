import type { Sweep, Swept } from "../../../core/retention.js";
import type { Store } from "../../../core/store.js";
import type { Dialect } from "../dialect.js";
import type { Reads } from "../reads.js";
import type { Statement } from "../statement.js";
import { type PlannedSweep, planEventSweep } from "./event-sweep.js";
import { planListSweep } from "./list-sweep.js";

/** What retention needs of a database besides reading. */
export interface RetentionWork {
  readonly dialect: Dialect;
  /** Makes writes durable in their order, all or none. */
  commit(writes: readonly Statement[]): Promise<void>;
  /** Gives a little disk space back; whether there is more to give. */
  reclaim(): Promise<boolean>;
}

const selectClosed = "SELECT id FROM events WHERE id = ? AND closed_at IS NOT NULL";

export function retentionQueries(reads: Reads, { dialect, commit, reclaim }: RetentionWork): Store["retention"] {
  return {
    isClosed: async (eventId) => (await reads.one({ sql: selectClosed, values: [eventId] }, () => true)) ?? false,
    preview: (sweep) => previewSweep(sweep, reads, dialect),
    sweep: async (sweep) => {
      const { next, counts, writes } = await planSweep(sweep, reads, dialect);
      if (writes.length > 0) await commit(writes);
      return { next, counts };
    },
    reclaim,
  };
}

/** What a piece of work would come to, where nothing can be written. */
export async function previewSweep(sweep: Sweep, reads: Reads, dialect: Dialect): Promise<Swept> {
  const { next, counts } = await planSweep(sweep, reads, dialect);
  return { next, counts };
}

function planSweep(sweep: Sweep, reads: Reads, dialect: Dialect): Promise<PlannedSweep> {
  const { stage } = sweep;
  return stage === "events" ? planEventSweep(sweep, reads, dialect) : planListSweep({ ...sweep, stage }, reads);
}
