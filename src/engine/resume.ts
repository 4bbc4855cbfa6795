import { PatchbayError } from "../core/errors.js";
import type { Event } from "../core/event.js";
import type { FlowVersion } from "../core/flow.js";
import type { JsonObject } from "../core/json.js";
import { isNoLongerKept } from "../core/retention.js";
import type { Run } from "../core/run.js";
import type { ClaimedRun, Store } from "../core/store.js";
import { isCalledOff } from "./called-off.js";
import { commitPlan, metOthers } from "./commit.js";
import type { Draft, PendingCall } from "./draft.js";
import { endRun, planCancelled, toFailure } from "./end-run.js";
import { notKept } from "./kept-events.js";
import { noticeOfRun } from "./notify.js";
import { planRecord, planStart } from "./plan-event.js";
import { planRun } from "./plan-run.js";
import { type Planning, stampOf } from "./planning.js";
import { backSoon, listens, planRest } from "./rest.js";
import type { Occasion } from "./scope.js";
import { stepOutputs } from "./step-outputs.js";
import { planTakenBack } from "./taken-back.js";
import { runBefore } from "./turn-of-run.js";

/**
 * Carries a claimed run on to its next effect: a queued one, one whose rest is over, or one whose worker died. It
 * goes on with the version of the flow that it is pinned to, whatever is installed now.
 *
 * @returns The calls to make; none when another worker has the run by now.
 */
export async function resumeRun(claimed: ClaimedRun, planning: Planning): Promise<readonly PendingCall[]> {
  const { store } = planning.parts;
  if (isNoLongerKept(claimed.event.payload)) {
    // It was started in the moment in which its event was closed.
    await giveUpRun(claimed.run, notKept(claimed.event.id), planning);
    return [];
  }
  try {
    const version = await requireVersion(claimed.run, planning);
    const occasion: Occasion = { event: claimed.event, previous: await documentBefore(claimed.event, store) };
    const inherited = await inheritedBy(claimed.run, store);
    const resumed = { run: claimed.run, version, occasion, inherited };
    const draft = await commitPlan(planning, (drafted) => planClaimed(drafted, resumed, planning));
    return draft.calls;
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "RUN_LEASE_LOST") return [];
    if (!metOthers(error)) throw error;
    await store.commit([{ kind: "run-advanced", run: backSoon(claimed.run, planning) }]);
    return [];
  }
}

async function planClaimed(
  draft: Draft,
  resumed: { run: Run; version: FlowVersion; occasion: Occasion; inherited: JsonObject },
  planning: Planning,
): Promise<void> {
  const { run, occasion } = resumed;
  if (listens(run.wait)) draft.changes.push({ kind: "run-listens-no-more", runId: run.id });
  if (await isCalledOff(run, planning.parts.store)) {
    const reason = "the run it is an item of was cancelled";
    await planTakenBack(draft, run.id, planning);
    planCancelled(draft, { run, title: run.flow, reason, level: "notice" }, planning);
    return;
  }
  const toPlan = { ...resumed, isNew: false, isFirst: false, ahead: new Map() };
  const before = await runBefore(run, occasion, planning);
  if (before !== null) planRest(draft, { toPlan, ...before }, planning);
  else await planRun(draft, toPlan, { ...planning, planRecord, planStart, planRun });
}

/** Fails a run that a defect keeps from being carried on; the operator is told. */
export async function giveUpRun(run: Run, error: PatchbayError, planning: Planning): Promise<void> {
  await commitPlan(planning, async (draft) => {
    const failure = toFailure(error);
    const ended = endRun(run, { status: "failed", failure, stopReason: null, at: new Date(planning.parts.now()) });
    if (listens(run.wait)) draft.changes.push({ kind: "run-listens-no-more", runId: run.id });
    draft.changes.push({ kind: "run-advanced", run: ended });
    const title = `${run.flow}: the run could not be carried on`;
    draft.changes.push(noticeOfRun(ended, { level: "error", title, failure }, stampOf(planning.parts)));
  });
}

async function requireVersion(run: Run, { parts, catalog }: Planning): Promise<FlowVersion> {
  const installed = catalog.flow(run.flow)?.version;
  if (installed?.hash === run.flowHash) return installed;
  const kept = await parts.store.flows.version(run.flowHash);
  if (kept !== null) return kept;
  throw new Error(`the flow version ${run.flowHash} of ${run.flow} was never kept`);
}

/** Gives the record's document before an event; null for a new record and for events that are no change of one. */
export async function documentBefore(event: Event, store: Store): Promise<JsonObject | null> {
  const { dataType, key, version } = event;
  if (dataType === null || key === null || version === null || version < 2) return null;
  const before = await store.events.ofVersion(dataType, key, version - 1);
  return before === null || before.kind === "record.deleted" ? null : before.payload;
}

/** What the steps of an item's run see of the runs around it. */
async function inheritedBy({ parent }: Run, store: Store): Promise<JsonObject> {
  if (parent === null) return {};
  const around = await store.runs.get(parent.runId);
  return around === null ? {} : { ...(await inheritedBy(around, store)), ...stepOutputs(around) };
}
