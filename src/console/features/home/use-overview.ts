import type { OverviewView } from "../../../api/contract/overview.js";
import { columnsOf, type Period } from "../../parts/periods.js";
import { useNow } from "../../parts/when.js";
import { type Remote, useRemote } from "../../remote/remote.js";

/** What waits now is told by nobody: it is asked for this often, in milliseconds. */
const AGAIN_MS = 15_000;

/** How things are and were, and the columns to show it in. */
export function useOverview(period: Period): {
  readonly remote: Remote<OverviewView>;
  readonly columns: readonly Date[];
} {
  const columns = columnsOf(period, new Date(useNow()));
  const query = { from: columns[0]?.toISOString() };
  return { remote: useRemote<OverviewView>("/api/v1/overview", query, { everyMs: AGAIN_MS }), columns };
}
