import { PatchbayError } from "../core/errors.js";
import type { FlowVersion } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import type { ClaimedRun, Store } from "../core/store.js";
import { commitPlan } from "./commit.js";
import { type Draft, newDraft, type PendingCall } from "./draft.js";
import { planRecord } from "./plan-event.js";
import { planRun } from "./plan-run.js";
import type { Planning } from "./planning.js";
import type { Occasion } from "./scope.js";

/**
 * Carries a claimed run on to its next effect: a queued one, one whose wait is over, or one whose worker died. It
 * goes on with the version of the flow that started it, whatever is installed now.
 *
 * @returns The calls to make; none when another worker has the run by now.
 */
export async function resumeRun(claimed: ClaimedRun, planning: Planning): Promise<readonly PendingCall[]> {
  const { store } = planning.parts;
  try {
    const version = await requireVersion(claimed, planning);
    const occasion: Occasion = { event: claimed.event, previous: await documentBefore(claimed, store) };
    const draft = await commitPlan(store, () => planClaimed({ claimed, version, occasion }, planning));
    return draft.calls;
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "RUN_LEASE_LOST") return [];
    throw error;
  }
}

async function planClaimed(
  { claimed, version, occasion }: { claimed: ClaimedRun; version: FlowVersion; occasion: Occasion },
  planning: Planning,
): Promise<Draft> {
  const draft = newDraft(false);
  await planRun(
    draft,
    { run: claimed.run, occasion, version, isNew: false, ahead: new Map() },
    { ...planning, planRecord },
  );
  return draft;
}

async function requireVersion({ run }: ClaimedRun, { parts, catalog }: Planning): Promise<FlowVersion> {
  const installed = catalog.flow(run.flow)?.version;
  if (installed?.hash === run.flowHash) return installed;
  const kept = await parts.store.flows.version(run.flowHash);
  if (kept !== null) return kept;
  throw new Error(`the flow version ${run.flowHash} of ${run.flow} was never kept`);
}

async function documentBefore({ event }: ClaimedRun, store: Store): Promise<JsonObject | null> {
  const { dataType, key, version } = event;
  if (dataType === null || key === null || version === null || version < 2) return null;
  const before = await store.events.ofVersion(dataType, key, version - 1);
  return before === null || before.kind === "record.deleted" ? null : before.payload;
}
