import type { Decision, Event } from "../core/event.js";
import type { FlowVersion } from "../core/flow.js";
import type { Run } from "../core/run.js";
import type { Draft } from "./draft.js";
import { matchFlows } from "./match.js";
import { noticeOfEvent } from "./notify.js";
import { planRun } from "./plan-run.js";
import { type Planning, type RecordWrite, stampOf } from "./planning.js";
import type { Occasion } from "./scope.js";

/** Flows may start flows this deep; past it they are taken to go round in a circle. */
export const MAX_DEPTH = 10;

/**
 * Adds an event to the draft, decides which flows it starts, and carries each of them on to its first effect.
 *
 * @param startFlows False for a save with `emitEvents: false`: the event is recorded and starts nothing.
 */
export async function planEvent(
  draft: Draft,
  { occasion, startFlows }: { occasion: Occasion; startFlows: boolean },
  planning: Planning,
): Promise<Event> {
  const { event } = occasion;
  const circular = startFlows && event.depth > MAX_DEPTH;
  const { decisions, fired } = startFlows && !circular ? await match(occasion, planning) : { decisions: [], fired: [] };
  const recorded: Event = { ...event, decisions };
  draft.changes.push({ kind: "event-recorded", event: recorded });
  if (circular) warnOfCircle(draft, occasion, planning);
  for (const decision of decisions)
    if (decision.verdict === "failed") warnOfPredicate(draft, { occasion, decision }, planning);
  for (const { version, runId } of fired) {
    const run = newRun({ id: runId, occasion, version, queued: draft.queueRuns }, planning);
    if (draft.queueRuns) draft.changes.push({ kind: "run-created", run });
    else await planRun(draft, { run, occasion, version, isNew: true, ahead: new Map() }, { ...planning, planRecord });
  }
  return recorded;
}

function match(occasion: Occasion, { parts, catalog }: Planning): ReturnType<typeof matchFlows> {
  return matchFlows(occasion, { catalog, translation: parts.translation, newRunId: () => parts.newId("run") });
}

function newRun(
  { id, occasion, version, queued }: { id: string; occasion: Occasion; version: FlowVersion; queued: boolean },
  { parts, worker }: Planning,
): Run {
  const { event } = occasion;
  const now = parts.now();
  const at = new Date(now);
  return {
    id,
    shard: event.shard,
    flow: version.flow.name,
    flowHash: version.hash,
    eventId: event.id,
    dataType: event.dataType,
    key: event.key,
    status: queued ? "queued" : "running",
    dueAt: queued ? at : new Date(now + parts.limits.leaseMs),
    leasedBy: queued ? null : worker,
    fence: queued ? 0 : 1,
    attempts: 0,
    steps: [],
    failure: null,
    stopReason: null,
    depth: event.depth,
    createdAt: at,
    updatedAt: at,
    finishedAt: null,
  };
}

function warnOfCircle(draft: Draft, { event }: Occasion, { parts }: Planning): void {
  const failure = {
    code: "FLOW_CYCLE",
    message: `Flows started each other ${MAX_DEPTH} times in a row up to this event; nothing more was started`,
    remedy: "Give one of the flows a condition, or save with emitEvents: false.",
  } as const;
  const notice = { level: "error", title: "Flows start each other in a circle", failure, flow: null } as const;
  draft.changes.push(noticeOfEvent(event, notice, stampOf(parts)));
}

function warnOfPredicate(
  draft: Draft,
  { occasion, decision }: { occasion: Occasion; decision: Decision },
  { parts }: Planning,
): void {
  const failure = {
    code: "TRANSLATOR_FAILED",
    message: decision.reason,
    remedy: "Correct the flow's `when`, then push the record again.",
  } as const;
  const notice = {
    level: "error",
    title: `${decision.flow} could not decide whether to start`,
    failure,
    flow: decision.flow,
  } as const;
  draft.changes.push(noticeOfEvent(occasion.event, notice, stampOf(parts)));
}

/** Writes a record's new version with its event into the draft and carries on what it starts. */
export async function planRecord(draft: Draft, write: RecordWrite, planning: Planning): Promise<Event> {
  const { parts } = planning;
  const at = new Date(parts.now());
  const { dataType, key, shard, version, previous, document, causedBy } = write;
  const deleted = write.deleted === true;
  const name = deleted ? "deleted" : previous === null ? "created" : "updated";
  const event = {
    id: parts.newId("evt"),
    shard,
    kind: `record.${name}`,
    dataType,
    key,
    version,
    payload: document,
    causedByRun: causedBy?.id ?? null,
    depth: causedBy === null ? 0 : causedBy.depth + 1,
    dedupeKey: null,
    createdAt: at,
  } as const;
  draft.saved.set(`${dataType}/${key}`, { version, document });
  draft.changes.push({
    kind: "record-written",
    dataType,
    key,
    shard,
    version,
    eventId: event.id,
    deleted,
    indexed: deleted ? {} : write.indexed,
    at,
  });
  return planEvent(draft, { occasion: { event, previous }, startFlows: write.startFlows }, planning);
}
