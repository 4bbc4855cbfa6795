import type { Effect } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { FlowVersion } from "../core/flow.js";
import type { Message } from "../core/message.js";
import { type Failure, isFinished, type Run } from "../core/run.js";
import { topics } from "../core/topic.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import { endRun, planCancelled } from "./end-run.js";
import type { Settlement } from "./engine.js";
import { doubtResolved, noticeOfDoubt } from "./notice-of-doubt.js";
import { noticeOfRun } from "./notify.js";
import { itemRuns } from "./plan-each.js";
import { type Planning, stampOf } from "./planning.js";
import { reopened } from "./reopen.js";
import { planTakenUp } from "./take-up.js";

/** Takes a failed or cancelled run up again. @throws RUN_UNKNOWN, RUN_NOT_FINISHED, FLOW_UNKNOWN */
export async function retryRun(runId: string, version: "pinned" | "newest", planning: Planning): Promise<Run> {
  await commitPlan(planning, async (draft) => {
    planRetry(draft, { run: await requireRun(runId, planning), version }, planning);
  });
  return requireRun(runId, planning);
}

/** Adds to the draft that a run is taken up again. @throws RUN_NOT_FINISHED, FLOW_UNKNOWN */
export function planRetry(
  draft: Draft,
  { run, version }: { run: Run; version: "pinned" | "newest" },
  planning: Planning,
): void {
  if (run.status !== "failed" && run.status !== "cancelled") {
    throw new PatchbayError(
      "RUN_NOT_FINISHED",
      `The run ${run.id} is ${run.status}; only failed and cancelled ones can`,
    );
  }
  const newest = version === "newest" ? requireFlow(run.flow, planning) : null;
  if (newest !== null) draft.changes.push({ kind: "flow-version-kept", version: newest });
  const at = new Date(planning.parts.now());
  draft.changes.push({ kind: "run-reopened", run: reopened(run, { at, version: newest }) });
}

/** @throws FLOW_UNKNOWN */
export function requireFlow(name: string, { catalog }: Planning): FlowVersion {
  const installed = catalog.flow(name);
  if (installed !== null) return installed.version;
  throw new PatchbayError("FLOW_UNKNOWN", `There is no flow ${name.slice(0, 200)}`);
}

async function requireRun(runId: string, { parts }: Planning): Promise<Run> {
  const run = await parts.store.runs.get(runId);
  if (run !== null) return run;
  throw new PatchbayError("RUN_UNKNOWN", `There is no run ${runId.slice(0, 100)}`);
}

/** How often a cancellation is tried when the run moves on meanwhile. */
const MAX_TRIES = 5;

/** Ends a run and the runs of its items. @throws RUN_UNKNOWN, RUN_FINISHED */
export async function cancelRun(runId: string, reason: string, planning: Planning): Promise<Run> {
  for (let tries = 1; ; tries++) {
    try {
      await commitPlan(planning, (draft) => planCancel(draft, { runId, reason }, planning));
      break;
    } catch (error) {
      const moved = error instanceof PatchbayError && error.code === "RUN_LEASE_LOST";
      if (!moved || tries >= MAX_TRIES) throw error;
    }
  }
  for await (const item of itemRuns(runId, null, planning.parts.store)) {
    if (!isFinished(item.status)) await cancelItem(item.id, reason, planning);
  }
  return requireRun(runId, planning);
}

async function cancelItem(runId: string, reason: string, planning: Planning): Promise<void> {
  try {
    await cancelRun(runId, reason, planning);
  } catch (error) {
    if (!(error instanceof PatchbayError && error.code === "RUN_FINISHED")) throw error;
  }
}

async function planCancel(
  draft: Draft,
  { runId, reason }: { runId: string; reason: string },
  planning: Planning,
): Promise<void> {
  const run = await requireRun(runId, planning);
  if (isFinished(run.status)) {
    throw new PatchbayError("RUN_FINISHED", `The run ${runId} has ended already: it is ${run.status}`);
  }
  const effects = await planning.parts.store.effects.listOfRun(runId);
  for (const effect of effects) {
    if (effect.state === "intended")
      await planNotMade(draft, { effect, why: `The run was cancelled: ${reason}` }, planning);
  }
  const title = planning.catalog.flow(run.flow)?.version.flow.title ?? run.flow;
  const cancelled = planCancelled(draft, { run, title, reason, level: "notice" }, planning);
  for (const effect of effects.filter(({ state }) => state === "unknown")) {
    draft.changes.push(await noticeOfDoubt(cancelled, effect, planning));
  }
}

/** Says in the ledger that a call certainly took no effect; its message has failed. */
export async function planNotMade(
  draft: Draft,
  { effect, why }: { effect: Effect; why: string },
  { parts }: Planning,
): Promise<void> {
  const at = new Date(parts.now());
  const failure: Failure = {
    code: "EFFECT_NOT_MADE",
    message: why,
    remedy: `Nothing was sent. To send it after all: patchbay runs retry ${effect.runId}.`,
  };
  draft.changes.push({ kind: "effect-moved", effect: { ...effect, state: "refused", failure, settledAt: at } });
  draft.wakes.add(topics.effect(effect.id));
  const message = await parts.store.messages.getByEffect(effect.id);
  if (message !== null) {
    draft.changes.push({ kind: "message-recorded", message: { ...message, status: "canceled", updatedAt: at } });
  }
}

/** Settles a call by a person's word. @throws EFFECT_UNKNOWN, EFFECT_SETTLED */
export async function settleEffect(effectId: string, settlement: Settlement, planning: Planning): Promise<Effect> {
  const { store } = planning.parts;
  await commitPlan(planning, async (draft) => {
    const effect = await store.effects.get(effectId);
    if (effect === null) throw new PatchbayError("EFFECT_UNKNOWN", `There is no effect ${effectId.slice(0, 100)}`);
    if (effect.state !== "unknown") {
      throw new PatchbayError("EFFECT_SETTLED", `The effect ${effectId} is ${effect.state}; nothing is left to decide`);
    }
    if (settlement === "sent") return planSent(draft, effect, planning);
    if (settlement === "not-sent") return planNotSent(draft, effect, planning);
    return planSendAgain(draft, effect, planning);
  });
  const settled = await store.effects.get(effectId);
  if (settled === null) throw new Error(`the effect ${effectId} has vanished`);
  return settled;
}

async function planSent(draft: Draft, effect: Effect, planning: Planning): Promise<void> {
  const at = new Date(planning.parts.now());
  const response = { settledBy: "operator" };
  const done: Effect = { ...effect, state: "done", response, failure: null, settledAt: at };
  draft.changes.push({ kind: "effect-moved", effect: done });
  const message = await planning.parts.store.messages.getByEffect(effect.id);
  if (message !== null) draft.changes.push({ kind: "message-recorded", message: sent(message, at) });
  draft.wakes.add(topics.effect(effect.id));
  await planTakenUp(draft, done, planning);
}

function sent(message: Message, at: Date): Message {
  return { ...message, status: "sent", updatedAt: at };
}

/** The run stays failed, or fails now; its notification says what a person has found out. */
async function planNotSent(draft: Draft, effect: Effect, planning: Planning): Promise<void> {
  const { parts } = planning;
  const at = new Date(parts.now());
  await planNotMade(draft, { effect, why: "An operator found out that it was not sent" }, planning);
  draft.wakes.delete(topics.effect(effect.id));
  const run = await requireRun(effect.runId, planning);
  const failure: Failure = {
    code: "EFFECT_NOT_MADE",
    message: `The call of step ${effect.stepId} was not made, an operator says`,
    remedy: `To send it: patchbay runs retry ${run.id}.`,
  };
  draft.changes.push(await doubtResolved(run, effect, planning));
  const ended = isFinished(run.status) ? run : endRun(run, { status: "failed", failure, stopReason: null, at });
  if (ended !== run) {
    draft.changes.push({ kind: "run-listens-no-more", runId: run.id }, { kind: "run-advanced", run: ended });
  }
  const notice = {
    level: "warning",
    title: `${effect.endpoint} to ${effect.recipient} was not sent`,
    failure,
  } as const;
  draft.changes.push(noticeOfRun(ended, notice, stampOf(parts)));
}

/** Refused in the ledger, so that the run, taken up again, makes the call. */
async function planSendAgain(draft: Draft, effect: Effect, planning: Planning): Promise<void> {
  await planNotMade(draft, { effect, why: "An operator had it sent again" }, planning);
  await planTakenUp(draft, effect, planning);
}
