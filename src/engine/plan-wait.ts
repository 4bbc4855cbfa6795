import { effectKey } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { Awaited, WaitStep } from "../core/flow.js";
import type { Json, JsonObject } from "../core/json.js";
import { type Message, type MessageStatus, mayMove, statusRank } from "../core/message.js";
import type { StoredRecord } from "../core/record.js";
import type { Run, RunWait } from "../core/run.js";
import { topics } from "../core/topic.js";
import { truthOf } from "../translation/chain-task.js";
import type { Scope } from "../translation/translation.js";
import { findReply, topicOfReply } from "./awaited-reply.js";
import type { Draft } from "./draft.js";
import { planCancelled } from "./end-run.js";
import type { RunPlanning, RunToPlan, StepOutcome } from "./planning.js";
import { nextLook, planRest } from "./rest.js";
import { planTakenBack } from "./taken-back.js";

/** What waits is woken by what it waits for; looking is for what nobody tells, such as a condition over the time. A hundred thousand that wait for days look 28 times a second. */
const LAST_LOOK_MS = 3_600_000;

type AwaitedWait = Extract<RunWait, { kind: "awaited" }>;

/** A `wait` step that a run has come to, or rests at. */
interface WaitToPlan {
  readonly step: WaitStep;
  /** What the step's expression gave: an instant, or a record's key. Not looked at when the run rests here already. */
  readonly value: Json;
  readonly toPlan: RunToPlan;
  readonly scope: Scope;
}

type Version = Pick<StoredRecord, "version" | "document">;

/** What there is now of what the run waits for. */
interface Facts {
  readonly message: Message | null;
  /** The awaited record. */
  readonly record: Version | null;
  /** The newest version of the record that the run is about. */
  readonly own: Version | null;
}

/**
 * Lets a run rest until what it waits for is there, and looks whether it is. What counts is how things are now, not
 * whether somebody has told: so a wake-up that was lost, or came before the rest was stored, does no harm.
 *
 * @throws FLOW_WAIT_INVALID
 */
export async function planWait(draft: Draft, waiting: WaitToPlan, planning: RunPlanning): Promise<StepOutcome> {
  const { step, toPlan } = waiting;
  const { run } = toPlan;
  const resting = run.wait?.kind === "awaited" && run.wait.stepId === step.id;
  const wait = resting ? (run.wait as AwaitedWait) : await newWait(draft, waiting, planning);
  const facts = await gather(draft, { step, run, wait }, planning);
  if (facts === null) return { kind: "skipped" };
  const verdict = await look(waiting, { wait, facts }, planning);
  if (verdict === "cancel") {
    if (planning.preview) return { kind: "left" };
    const title = toPlan.version.flow.title;
    const reason = `cancelIf is true: ${step.cancelIf}`;
    await planTakenBack(draft, run.id, planning);
    planCancelled(draft, { run, isNew: toPlan.isNew, title, reason, level: "notice" }, planning);
    return { kind: "left" };
  }
  if (verdict !== null) return { kind: "done", output: verdict };
  if (!planning.preview) rest(draft, { waiting, wait, facts }, planning);
  return { kind: "left" };
}

function rest(
  draft: Draft,
  { waiting, wait, facts }: { waiting: WaitToPlan; wait: AwaitedWait; facts: Facts },
  planning: RunPlanning,
): void {
  const { step, toPlan } = waiting;
  const now = planning.parts.now();
  const until = Date.parse(wait.until);
  const listening = topicsOf(step, { run: toPlan.run, wait, facts });
  const next = nextLook(Date.parse(wait.since), now, LAST_LOOK_MS).getTime();
  const look = listening.length === 0 ? until : Math.min(until, next);
  planRest(draft, { toPlan, wait, dueAt: new Date(look), topics: listening }, planning);
}

function topicsOf(
  { awaited, cancelIf }: WaitStep,
  { run, wait, facts }: { run: Run; wait: AwaitedWait; facts: Facts },
): string[] {
  const listening: string[] = [];
  if (wait.record !== null) listening.push(topics.record(wait.record.dataType, wait.record.key));
  if (facts.message !== null) listening.push(topics.message(facts.message.effectId));
  if (facts.message !== null && awaited.kind === "reply") listening.push(topicOfReply(facts.message));
  if (cancelIf !== null && run.dataType !== null && run.key !== null) {
    listening.push(topics.record(run.dataType, run.key));
  }
  return listening;
}

async function newWait(draft: Draft, { step, value }: WaitToPlan, { parts }: RunPlanning): Promise<AwaitedWait> {
  const now = parts.now();
  const { awaited } = step;
  const base = { kind: "awaited", stepId: step.id, since: new Date(now).toISOString() } as const;
  const until = new Date(endOf(step, value, now)).toISOString();
  if (awaited.kind !== "record") return { ...base, until, record: null };
  const key = keyOf(step, value);
  const { dataType } = awaited;
  const written = draft.saved.get(`${dataType}/${key}`);
  const version = written?.version ?? (await parts.store.records.version(dataType, key));
  return { ...base, until, record: { dataType, key, version } };
}

/** Farther than this nobody waits: JavaScript's instants end in the year 275760. */
const MAX_WAIT_MS = 366 * 86_400_000;

function endOf({ id, awaited, timeoutMs }: WaitStep, value: Json, now: number): number {
  if (awaited.kind === "time") return now + awaited.ms;
  if (awaited.kind !== "instant") return now + (timeoutMs ?? MAX_WAIT_MS);
  const at = typeof value === "string" ? Date.parse(value) : typeof value === "number" ? value : Number.NaN;
  if (Number.isNaN(at) || at > now + MAX_WAIT_MS) {
    const got = JSON.stringify(value)?.slice(0, 100) ?? "nothing";
    const message = `The step ${id} waits until ${got}, which is not an instant (ISO-8601) within the next 366 days`;
    throw new PatchbayError("FLOW_WAIT_INVALID", message);
  }
  return at;
}

function keyOf({ id }: WaitStep, value: Json): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number") return String(value);
  throw new PatchbayError("FLOW_WAIT_INVALID", `The step ${id} waits for a record, but its \`key\` gave none`);
}

/** Gives null when there will never be anything: the call whose message it waits for was skipped, or could not be made. */
async function gather(
  draft: Draft,
  { step, run, wait }: { step: WaitStep; run: Run; wait: AwaitedWait },
  planning: RunPlanning,
): Promise<Facts | null> {
  const { id, awaited, cancelIf } = step;
  const own = cancelIf === null ? null : await newest(draft, run, planning);
  const record = wait.record === null ? null : await newest(draft, wait.record, planning);
  if (awaited.kind !== "message" && awaited.kind !== "reply") return { own, record, message: null };
  const message = await messageOf(draft, { run, stepId: awaited.stepId }, planning);
  if (message !== null) return { own, record, message };
  if (wasPassedOver(run, awaited.stepId)) return null;
  const awaits = awaited.kind === "reply" ? "a reply to the message" : "the message";
  const problem = `The step ${id} waits for ${awaits} of ${awaited.stepId}, which sent none`;
  throw new PatchbayError("FLOW_WAIT_INVALID", problem);
}

/** A message as this draft leaves it. */
function drafted({ changes }: Draft, effectId: string): Message | null {
  const written = changes.findLast(
    (change) => change.kind === "message-recorded" && change.message.effectId === effectId,
  );
  return written?.kind === "message-recorded" ? written.message : null;
}

/** Whether there will be nothing to wait for: the call was skipped, or could not be made. */
export function wasPassedOver({ steps }: Run, stepId: string): boolean {
  return steps.some(({ id, outcome }) => id === stepId && outcome !== "done");
}

/** A record as it is now: what the draft writes is not stored yet. */
async function newest(
  draft: Draft,
  { dataType, key }: { dataType: string | null; key: string | null },
  { parts }: RunPlanning,
): Promise<Version | null> {
  if (dataType === null || key === null) return null;
  return draft.saved.get(`${dataType}/${key}`) ?? parts.store.records.get(dataType, key);
}

/** The message of a call: of the same item, or of a step before the list that it is an item of. */
async function messageOf(
  draft: Draft,
  { run, stepId }: { run: Run; stepId: string },
  { parts }: RunPlanning,
): Promise<Message | null> {
  for (let path = run.path; ; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
    const effect = await parts.store.effects.getByKey(effectKey({ ...run, path }, stepId));
    if (effect !== null) return drafted(draft, effect.id) ?? parts.store.messages.getByEffect(effect.id);
    if (path === "") return null;
  }
}

/** Gives the step's result, `cancel`, or null when there is nothing yet. */
async function look(
  waiting: WaitToPlan,
  { wait, facts }: { wait: AwaitedWait; facts: Facts },
  planning: RunPlanning,
): Promise<JsonObject | "cancel" | null> {
  const { step, scope } = waiting;
  const { cancelIf, awaited } = step;
  if (cancelIf !== null && facts.own !== null && (await isTrue(cancelIf, facts.own, { scope, planning }))) {
    return "cancel";
  }
  const seen = awaited.kind === "message" ? lookAtMessage(awaited, facts.message) : null;
  if (seen !== null) return seen;
  const heard = awaited.kind === "reply" ? await lookForReply(awaited, { waiting, facts }, planning) : null;
  if (heard !== null) return heard;
  if (awaited.kind === "record" && facts.record !== null && wait.record !== null) {
    const fits = await recordFits(awaited, { record: facts.record, since: wait.record.version, scope, planning });
    if (fits) return { outcome: "happened", record: facts.record.document };
  }
  if (planning.parts.now() < Date.parse(wait.until)) return null;
  return { outcome: awaited.kind === "time" || awaited.kind === "instant" ? "elapsed" : "timeout" };
}

/** Gives what a wait for a message comes to as it stands; null while that may still become what is awaited. */
export function lookAtMessage(
  { statuses }: Extract<Awaited, { kind: "message" }>,
  message: Seen | null,
): JsonObject | null {
  if (message === null) return null;
  const { status } = message;
  if (hasReached(status, statuses)) return { outcome: "happened", message: seenOf(message) };
  return canReach(status, statuses) ? null : { outcome: "missed", message: seenOf(message) };
}

type Seen = Pick<Message, "status" | "errorCode" | "vendorId">;

function seenOf({ status, errorCode, vendorId }: Seen): JsonObject {
  return { status, errorCode, vendorId };
}

/** To a message that did not arrive nobody replies. */
async function lookForReply(
  awaited: Extract<Awaited, { kind: "reply" }>,
  { waiting, facts: { message } }: { waiting: WaitToPlan; facts: Facts },
  planning: RunPlanning,
): Promise<JsonObject | null> {
  if (message === null) return null;
  const { scope, toPlan } = waiting;
  const reply = await findReply(awaited, { message, run: toPlan.run, scope }, planning);
  if (reply !== null) return { outcome: "happened", reply };
  return isUndelivered(message.status) ? { outcome: "missed", message: seenOf(message) } : null;
}

function recordFits(
  { when }: Extract<Awaited, { kind: "record" }>,
  { record, since, scope, planning }: { record: Version; since: number; scope: Scope; planning: RunPlanning },
): Promise<boolean> | boolean {
  return when === null ? record.version > since : isTrue(when, record, { scope, planning });
}

async function isTrue(
  condition: string,
  { document }: Version,
  { scope, planning }: { scope: Scope; planning: RunPlanning },
): Promise<boolean> {
  const now = { input: document, bindings: { ...scope.bindings, record: document } };
  return (await planning.parts.translation.evaluate(truthOf(condition), now)) === true;
}

/** Statuses of messages that never left; nothing can be said to have come before them. */
const neverLeft: readonly MessageStatus[] = ["failed", "canceled", "suppressed"];

/** Whether a message is in one of these statuses or has passed it: what was delivered was sent. */
function hasReached(status: MessageStatus, awaited: readonly MessageStatus[]): boolean {
  return awaited.some((one) => {
    if (one === status) return true;
    if (neverLeft.includes(status)) return false;
    const passing = statusRank[one] < statusRank.delivered || (one === "delivered" && status === "read");
    return passing && statusRank[one] < statusRank[status];
  });
}

/** Whether a message may still take one of these statuses: what was delivered may be read, what failed is at its end. */
function canReach(status: MessageStatus, awaited: readonly MessageStatus[]): boolean {
  return awaited.some((one) => mayMove(status, one) && (one !== "read" || !isUndelivered(status)));
}

function isUndelivered(status: MessageStatus): boolean {
  return status === "undelivered" || neverLeft.includes(status);
}
