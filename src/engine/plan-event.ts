import type { Decision, Event } from "../core/event.js";
import { after, type Eventual } from "../core/eventual.js";
import type { FlowVersion } from "../core/flow.js";
import type { Run } from "../core/run.js";
import { shardOf } from "../core/shard.js";
import { topics } from "../core/topic.js";
import type { Draft } from "./draft.js";
import { pushRun } from "./end-run.js";
import { matchFlows } from "./match.js";
import { noticeOfEvent } from "./notify.js";
import { planRun } from "./plan-run.js";
import { type FlowStart, type Planning, type RecordWrite, stampOf } from "./planning.js";
import { planRest } from "./rest.js";
import type { Occasion } from "./scope.js";
import { laneOf } from "./sending.js";
import { runBefore } from "./turn-of-run.js";

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
  const matching = startFlows && !circular ? match(occasion, planning) : { decisions: [], fired: [] };
  const { decisions, fired } = matching instanceof Promise ? await matching : matching;
  const recorded: Event = { decisions, ...event };
  draft.changes.push({ kind: "event-recorded", event: recorded });
  if (circular) warnOfCircle(draft, occasion, planning);
  for (const decision of decisions)
    if (decision.verdict === "failed") warnOfPredicate(draft, { occasion, decision }, planning);
  for (const { version, runId } of fired) {
    const begun = beginRun(draft, { occasion, version, runId, isFirst: true }, planning);
    if (begun instanceof Promise) await begun;
  }
  return recorded;
}

/** Decides which flows an event starts. */
export function match(occasion: Occasion, { parts, catalog }: Planning): ReturnType<typeof matchFlows> {
  return matchFlows(occasion, { catalog, translation: parts.translation, newRunId: () => parts.newId("run") });
}

/**
 * Puts a new run into the draft: carried on to its first effect, or queued when enough is under way, or behind an older run
 * of the same flow for the same record.
 *
 * @param isFirst False when the event has been dealt with before, so that the ledger must be asked.
 */
export function beginRun(
  draft: Draft,
  { occasion, version, runId, isFirst }: { occasion: Occasion; version: FlowVersion; runId: string; isFirst: boolean },
  planning: Planning,
): Eventual<void> {
  const run = newRun({ id: runId, occasion, version, queued: draft.queueRuns }, planning);
  const toPlan = { run, occasion, version, isNew: true, isFirst, inherited: {}, ahead: new Map() };
  return after(planning.preview ? null : runBefore(run, occasion, planning), (before) => {
    if (before !== null) planRest(draft, { toPlan, ...before }, planning);
    else if (draft.queueRuns) pushRun(draft, run, true);
    else return planRun(draft, toPlan, { planRecord, planStart, planRun, ...planning });
  });
}

/** Makes the run that an event starts. */
export function newRun(
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
    parent: null,
    path: "",
    item: null,
    status: queued ? "queued" : "running",
    wait: null,
    dueAt: queued ? at : new Date(now + parts.limits.leaseMs),
    leasedBy: queued ? null : worker,
    fence: queued ? 0 : 1,
    wakes: 0,
    attempts: 0,
    steps: [],
    failure: null,
    stopReason: null,
    earlier: [],
    depth: event.depth,
    lane: laneOf(event, version.flow.sending),
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
    remedy: "Correct the flow's `when`, then replay the event.",
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
  const { dataType, key, shard, version, previous, document, causedBy, deleted } = write;
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
    dedupeKey: write.dedupeKey ?? null,
    createdAt: at,
  } as const;
  draft.saved.set(`${dataType}/${key}`, { version, document });
  draft.wakes.add(topics.record(dataType, key));
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

/** Starts one flow by name: the event that says so, and the run. */
export async function planStart(draft: Draft, start: FlowStart, planning: Planning): Promise<Event> {
  const { parts } = planning;
  const { kind, version, payload, reason, causedBy, dedupeKey, record = null } = start;
  const { name } = version.flow;
  const runId = parts.newId("run");
  const depth = causedBy === null ? 0 : causedBy.depth + 1;
  const circular = depth > MAX_DEPTH;
  const event: Event = {
    id: parts.newId("evt"),
    shard: causedBy?.shard ?? shardOf(record?.dataType ?? kind, record?.key ?? dedupeKey ?? runId),
    kind,
    dataType: record?.dataType ?? null,
    key: record?.key ?? null,
    version: null,
    payload,
    causedByRun: causedBy?.id ?? null,
    depth,
    dedupeKey,
    decisions: [{ flow: name, verdict: circular ? "failed" : "fired", reason, runId: circular ? null : runId }],
    createdAt: new Date(parts.now()),
  };
  draft.changes.push({ kind: "event-recorded", event });
  const occasion: Occasion = { event, previous: null };
  if (circular) warnOfCircle(draft, occasion, planning);
  else await beginRun(draft, { occasion, version, runId, isFirst: true }, planning);
  return event;
}
