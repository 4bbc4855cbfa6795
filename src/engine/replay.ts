import { PatchbayError } from "../core/errors.js";
import type { Decision, Event } from "../core/event.js";
import { allSteps } from "../core/flow.js";
import { commitPlan } from "./commit.js";
import { type Draft, newDraft } from "./draft.js";
import type { PreviewedCall, Replayed, ReplayPreview } from "./engine.js";
import { requireReplayable } from "./kept-events.js";
import type { Match } from "./match.js";
import type { MetCall } from "./met-call.js";
import { beginRun, match } from "./plan-event.js";
import { mayStartFlows } from "./plan-save.js";
import type { Planning } from "./planning.js";
import { documentBefore } from "./resume.js";
import type { Occasion } from "./scope.js";
import { unreadableBody } from "./webhook-view.js";

/** Deals with an event again, by what is installed now. @throws EVENT_UNKNOWN, EVENT_NOT_KEPT */
export async function replayEvent(
  { eventId, queueRuns }: { eventId: string; queueRuns: boolean },
  planning: Planning,
): Promise<{ readonly replayed: Replayed; readonly draft: Draft }> {
  const event = await requireEvent(eventId, planning);
  let decisions: readonly Decision[] = [];
  const plan = async (drafted: Draft): Promise<void> => {
    decisions = await planReplay(drafted, event, planning);
  };
  const draft = await commitPlan(planning, plan, queueRuns);
  return { replayed: { eventId, decisions }, draft };
}

/** Plans a replay and looks at what it would do. @throws EVENT_UNKNOWN, EVENT_NOT_KEPT */
export async function previewReplay(eventId: string, planning: Planning): Promise<ReplayPreview> {
  return previewEvent(await requireEvent(eventId, planning), planning);
}

/** Plans the replay of an event and looks at what it would do. */
export async function previewEvent(event: Event, base: Planning): Promise<ReplayPreview> {
  const planning: Planning = { ...base, preview: true };
  const draft = newDraft(false);
  const decisions = await planReplay(draft, event, planning);
  const failures = draft.changes.flatMap((change) => {
    if (change.kind !== "run-created" || change.run.failure === null) return [];
    const { flow, failure } = change.run;
    return [{ flow, code: failure.code, message: failure.message }];
  });
  return { eventId: event.id, decisions, calls: draft.met.map(toPreviewedCall), failures };
}

function toPreviewedCall({ flow, stepId, endpoint, recipient, body, verdict, effectId }: MetCall): PreviewedCall {
  return { flow, stepId, endpoint, recipient, body, verdict, effectId };
}

/**
 * Adds to the draft what an event starts now. The ledger knows what it has led to already: its effects have the event in
 * their key, so nothing is done twice. A flow that still has a run for it does not start.
 *
 * @throws EVENT_NOT_KEPT when part of the ledger, or of what the flows would see, has gone by its age
 */
export async function planReplay(draft: Draft, event: Event, planning: Planning): Promise<readonly Decision[]> {
  await requireReplayable(event.id, planning.parts.store);
  const occasion: Occasion = { event, previous: await documentBefore(event, planning.parts.store) };
  const { decisions, fired } = isDirected(event) ? named(event, planning) : await matched(event, occasion, planning);
  const busy = await flowsUnderWay(event.id, planning);
  for (const { version, runId } of fired) {
    if (!busy.has(version.flow.name)) await beginRun(draft, { occasion, version, runId, isFirst: false }, planning);
  }
  return decisions.map((decision) =>
    decision.verdict === "fired" && busy.has(decision.flow)
      ? { ...decision, verdict: "not-fired", reason: "a run of it for this event is still under way", runId: null }
      : decision,
  );
}

async function matched(event: Event, occasion: Occasion, planning: Planning): Promise<Match> {
  const found = await match(occasion, planning);
  const reason = found.fired.length === 0 ? null : await whyQuiet(event, planning);
  if (reason === null) return found;
  const decisions = found.decisions.map((decision) =>
    decision.verdict === "fired" ? { ...decision, verdict: "not-fired" as const, reason, runId: null } : decision,
  );
  return { decisions, fired: [] };
}

/** Why an event started nothing when it came, and is to start nothing now; null when it may. */
async function whyQuiet(event: Event, planning: Planning): Promise<string | null> {
  if (event.payload.late === true && event.kind.startsWith("message.")) {
    return "the report came late: the message had gone further already";
  }
  const unreadable = unreadableBody(event);
  if (unreadable !== null) return `its body cannot be read: ${unreadable}`;
  return (await wasSavedQuietly(event, planning)) ? "the record was saved with emitEvents: false" : null;
}

/**
 * Whether nothing was decided about an event, and the flow that saved the record saves such records with `emitEvents: false`.
 * When the run that saved it is no longer kept, it is taken to have been so.
 */
async function wasSavedQuietly(
  { kind, dataType, causedByRun, decisions }: Event,
  { parts }: Planning,
): Promise<boolean> {
  if (!kind.startsWith("record.") || causedByRun === null || decisions.length > 0) return false;
  const run = await parts.store.runs.get(causedByRun);
  if (run === null) return true;
  const version = await parts.store.flows.version(run.flowHash);
  if (version === null) return false;
  return allSteps(version.flow.steps).some(
    (step) =>
      step.kind === "save" && step.dataType === dataType && !mayStartFlows(step.emitEvents, kind === "record.created"),
  );
}

/** Whether an event is for one flow only, which its decision names. */
function isDirected({ kind }: Event): boolean {
  return kind === "flow.started" || kind === "schedule.due" || kind === "silence.noticed";
}

function named(event: Event, { catalog, parts }: Planning): Awaited<ReturnType<typeof match>> {
  const [decision] = event.decisions;
  const version = decision === undefined ? undefined : catalog.flow(decision.flow)?.version;
  if (decision === undefined || version === undefined) return { decisions: [], fired: [] };
  const runId = parts.newId("run");
  return { decisions: [{ ...decision, verdict: "fired", runId }], fired: [{ version, runId }] };
}

async function flowsUnderWay(eventId: string, { parts }: Planning): Promise<ReadonlySet<string>> {
  return new Set((await parts.store.runs.openOf(eventId)).map(({ flow }) => flow));
}

/** @throws EVENT_UNKNOWN */
async function requireEvent(eventId: string, { parts }: Planning): Promise<Event> {
  const event = await parts.store.events.get(eventId);
  if (event !== null) return event;
  throw new PatchbayError("EVENT_UNKNOWN", `There is no event ${eventId.slice(0, 100)}`);
}
