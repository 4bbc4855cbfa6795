import type { OpenConnection } from "../core/catalog.js";
import type { PreparedCall } from "../core/connector.js";
import { type Effect, type EffectState, effectKey } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import type { CallStep } from "../core/flow.js";
import { isJsonObject, type Json } from "../core/json.js";
import type { Message } from "../core/message.js";
import { isFinished } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { Draft } from "./draft.js";
import type { PreviewedCall } from "./engine.js";
import { type Entering, enter } from "./enter.js";
import { leased } from "./lease.js";
import { endpointKey, newEffect, newMessage, readLedger } from "./ledger.js";
import { planFind, proven } from "./plan-find.js";
import type { CallToPlan, RunPlanning, RunToPlan, StepOutcome } from "./planning.js";
import { hasStoodBack, nextTurnLook, planRest, standsBackSince } from "./rest.js";
import { placeOf, sharedTurn } from "./shared-turn.js";

/** An attempt that nothing in the ledger forbids. */
interface Attempt extends CallToPlan {
  readonly effect: Effect;
  readonly message: Message | null;
  /** The state the ledger has it in; null when it is not there yet. */
  readonly from: EffectState | null;
}

/**
 * Puts a call into the ledger as `started` and into the draft, to be made once the draft is committed; or lets the run rest,
 * when somebody earlier has the recipient or the connection takes no calls.
 *
 * The ledger is asked first when the event has a past: a call that was made is not made again, and one whose outcome is
 * unknown is looked up at the vendor before it is.
 *
 * @throws ENDPOINT_OUTCOME_UNKNOWN, EFFECT_EXPIRED, CONNECTION_UNKNOWN, ENDPOINT_UNKNOWN and what the connection's
 *   `prepare` throws
 */
export async function planCall(
  draft: Draft,
  { step, payload, toPlan }: { step: CallStep; payload: Json | undefined; toPlan: RunToPlan },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const { parts } = planning;
  const key = effectKey(toPlan.run, step.id);
  const known = toPlan.isFirst ? null : await parts.store.effects.getByKey(key);
  if (known !== null) return meetKnown(draft, { step, toPlan, known, payload }, planning);
  const open = requireConnection(step, planning);
  const call: CallToPlan = { step, toPlan, open };
  const prepared = prepareCall(step, payload, open);
  const effect = newEffect({ key, step, run: toPlan.run, prepared, open }, parts);
  const message = prepared.message === null ? null : newMessage(prepared.message, { effect, run: toPlan.run }, parts);
  return planAttempt(draft, { effect, message, from: null, ...call }, planning);
}

async function meetKnown(
  draft: Draft,
  { known, payload, step, toPlan }: Omit<CallToPlan, "open"> & { known: Effect; payload: Json | undefined },
  planning: RunPlanning,
): Promise<StepOutcome> {
  const { store } = planning.parts;
  const { run, absentEffectId } = toPlan;
  const owner = known.runId === run.id ? null : await store.runs.get(known.runId);
  const message = await store.messages.getByEffect(known.id);
  const ownerOpen = owner !== null && !isFinished(owner.status);
  const isAbsent = known.id === absentEffectId && known.state === "unknown";
  const answer = isAbsent ? "attempt" : readLedger(known, run.id, ownerOpen);
  if (known.state !== "done" && known.state !== "refused" && message?.vendorId) {
    return proven(draft, { known, message, now: planning.parts.now() });
  }
  if (answer === "reuse") {
    meet(draft, { step, toPlan, effect: known, message }, "already-sent");
    return reused(known);
  }
  const call: CallToPlan = { step, toPlan, open: connectionOf(known, step, planning) };
  if (answer === "wait") {
    meet(draft, { step, toPlan, effect: known, message }, "under-way");
    return restBehind(draft, { ...call, behind: known.id, owner: known.runId }, planning);
  }
  if (answer === "unknown") {
    meet(draft, { step, toPlan, effect: known, message }, "unknown");
    return planFind(draft, { ...call, effect: known, message }, planning);
  }
  return planAttempt(draft, { ...call, ...again({ ...call, known, message, payload }, planning) }, planning);
}

/**
 * The connection a call of the ledger belongs to: where it was made, wherever the step points by now. Only what certainly
 * took no effect is prepared anew, for the step's own.
 */
function connectionOf(known: Effect, step: CallStep, planning: RunPlanning): OpenConnection {
  const { state, connection, endpoint } = known;
  return requireConnection(state === "refused" ? step : { ...step, connection, endpoint }, planning);
}

function reused({ endpoint, vendorId, id, response }: Effect): StepOutcome {
  return { kind: "done", output: response, summary: `${endpoint} was done before (${vendorId ?? id})` };
}

/** The next attempt sends what the ledger has; only a refused call is prepared anew, since something was put right. */
function again(
  {
    known,
    message,
    payload,
    step,
    open,
    toPlan,
  }: CallToPlan & { known: Effect; message: Message | null; payload: Json | undefined },
  { parts }: RunPlanning,
): Pick<Attempt, "effect" | "message" | "from"> {
  const isOwn = known.runId === toPlan.run.id;
  const mine = { ...known, runId: toPlan.run.id, firstAttemptAt: isOwn ? known.firstAttemptAt : null };
  if (known.state !== "refused") return { effect: mine, message, from: known.state };
  const prepared = prepareCall(step, payload, open);
  const fresh = newEffect({ key: known.key, step, run: toPlan.run, prepared, open }, parts);
  const { request, recipient, expiresAt, onRepeat, connection, endpoint } = fresh;
  const effect = {
    ...mine,
    request,
    recipient,
    expiresAt,
    onRepeat,
    connection,
    endpoint,
    vendorId: null,
    response: null,
  };
  const renewed = prepared.message === null ? null : newMessage(prepared.message, { effect, run: toPlan.run }, parts);
  return { effect, message: renewed === null ? null : { ...renewed, id: message?.id ?? renewed.id }, from: "refused" };
}

async function planAttempt(draft: Draft, attempt: Attempt, planning: RunPlanning): Promise<StepOutcome> {
  meet(draft, attempt, "would-send");
  if (planning.preview) return { kind: "left" };
  requireInTime(draft, attempt, planning);
  const behind = await turnBehind(draft, attempt, planning);
  if (behind !== null) {
    keep(draft, attempt);
    return restBehind(draft, { ...attempt, behind, owner: null }, planning);
  }
  const { effect, toPlan } = attempt;
  const entry = await enterUnless(attempt, planning);
  if (!entry.admitted) {
    keep(draft, attempt);
    const { reason, placeAt = null } = entry;
    const wait = { kind: "connection", connection: effect.connection, reason, placeAt } as const;
    planRest(draft, { toPlan, wait, dueAt: new Date(entry.comeBackAt) }, planning);
    return { kind: "left" };
  }
  begin(draft, attempt, planning);
  return { kind: "left" };
}

/**
 * Asks the connection's gate. Who has just been let in to ask about a call and learnt that there was none makes it now:
 * told to come back, it would have to ask again.
 */
async function enterUnless({ open, toPlan, effect }: Attempt, planning: RunPlanning): Promise<Entering> {
  if (toPlan.absentEffectId === effect.id) return { admitted: true };
  return enter({ open, connection: effect.connection, run: toPlan.run }, planning);
}

/** @throws EFFECT_EXPIRED */
function requireInTime(draft: Draft, { effect, message, from }: Attempt, { parts }: RunPlanning): void {
  const now = parts.now();
  if (effect.expiresAt === null || effect.expiresAt.getTime() > now) return;
  const at = new Date(now);
  if (from !== null)
    draft.changes.push({ kind: "effect-moved", effect: { ...effect, state: "refused", settledAt: at } });
  if (message !== null && from !== null) {
    draft.changes.push({ kind: "message-recorded", message: { ...message, status: "failed", updatedAt: at } });
  }
  throw new PatchbayError(
    "EFFECT_EXPIRED",
    `It made sense to send this until ${effect.expiresAt.toISOString()}; it was not sent`,
  );
}

/** Gives the effect that has the recipient before this one; null when it is this one's turn, which it then has. */
async function turnBehind(
  draft: Draft,
  { effect, from, toPlan }: Attempt,
  planning: RunPlanning,
): Promise<string | null> {
  const { connection, recipient } = effect;
  if (recipient === null || toPlan.absentEffectId === effect.id) return null;
  if (hasStoodBack(toPlan.run, planning.parts.now())) return null;
  const asking = { effectId: effect.id, runId: toPlan.run.id, waited: from !== null };
  const turn = planning.turns.take(placeOf(connection, recipient), asking);
  if ("behind" in turn) return turn.behind;
  draft.turns.set(effect.id, turn.release);
  const place = { connection, recipient };
  const older = await planning.parts.store.effects.olderOpen(place, from === null ? null : effect.id);
  if (older === null || older.runId === toPlan.run.id) return null;
  // What a run has left behind that ended otherwise is nobody's turn; the reaper settles it.
  const owner = await planning.parts.store.runs.get(older.runId);
  return owner === null || isFinished(owner.status) ? null : older.id;
}

function restBehind(
  draft: Draft,
  { toPlan, behind, owner }: CallToPlan & { behind: string; owner: string | null },
  planning: RunPlanning,
): StepOutcome {
  const now = planning.parts.now();
  const since = standsBackSince(toPlan.run, now);
  const wait = { kind: "turn", behind, since: new Date(since).toISOString() } as const;
  const listening = [topics.effect(behind), ...(owner === null ? [] : [topics.run(owner)])];
  if (!planning.preview) {
    const dueAt = nextTurnLook(toPlan.run, behind, now);
    planRest(draft, { toPlan, wait, dueAt, topics: listening }, planning);
  }
  return { kind: "left" };
}

/** Puts a call that has to rest into the ledger, certainly not performed; one that is there stays as it is. */
function keep(draft: Draft, { effect, message, from }: Attempt): void {
  if (from !== null) return;
  draft.changes.push({ kind: "effect-intended", effect });
  if (message !== null) draft.changes.push({ kind: "message-recorded", message });
}

function begin(draft: Draft, attempt: Attempt, planning: RunPlanning): void {
  const { from, message, toPlan, step, open } = attempt;
  const now = planning.parts.now();
  // A call that was taken over from another run, or taken up again by a person, has its deadline anew.
  const isSeries = attempt.effect.firstAttemptAt !== null && toPlan.run.attempts > 0;
  const effect: Effect = {
    ...attempt.effect,
    state: "started",
    attempts: attempt.effect.attempts + 1,
    firstAttemptAt: isSeries ? attempt.effect.firstAttemptAt : new Date(now),
    startedAt: new Date(now),
    settledAt: null,
    failure: null,
  };
  if (from === null) draft.changes.push({ kind: "effect-intended", effect });
  else draft.changes.push({ kind: "effect-restarted", effect, from });
  draft.changes.push(...sharedTurn(effect, planning));
  if (message !== null && from === null) draft.changes.push({ kind: "message-recorded", message });
  if (message !== null && from === "refused") draft.changes.push({ kind: "message-restarted", message });
  const run = leased(draft, { attempts: isSeries ? toPlan.run.attempts + 1 : 1, ...toPlan }, planning);
  const { occasion, version, inherited } = toPlan;
  const release = draft.turns.get(effect.id) ?? nothing;
  draft.calls.push({ kind: "send", run, occasion, version, step, open, effect, message, inherited, release });
}

/** Notes for a preview what a call comes to. */
function meet(
  draft: Draft,
  { step, toPlan, effect, message }: Pick<Attempt, "step" | "toPlan" | "effect" | "message">,
  verdict: PreviewedCall["verdict"],
): void {
  const { endpoint, recipient, id, attempts } = effect;
  draft.met.push({
    flow: toPlan.run.flow,
    stepId: step.id,
    endpoint,
    recipient,
    body: message?.body ?? null,
    verdict,
    effectId: attempts === 0 && verdict === "would-send" ? null : id,
  });
}

function nothing(): void {}

function requireConnection(step: CallStep, { catalog }: RunPlanning): OpenConnection {
  const open = catalog.connection(step.connection);
  if (open === null) {
    throw new PatchbayError(
      "CONNECTION_UNKNOWN",
      `The step ${step.id} uses the connection ${step.connection}, which is not installed`,
    );
  }
  const connector = step.endpoint.split("/")[0];
  if (connector === open.connector.key) return open;
  throw new PatchbayError(
    "ENDPOINT_UNKNOWN",
    `The step ${step.id} calls ${step.endpoint}, but ${step.connection} is a connection of ${open.connector.key}`,
  );
}

function prepareCall(step: CallStep, payload: Json | undefined, open: OpenConnection): PreparedCall {
  if (!isJsonObject(payload)) {
    throw new PatchbayError("PAYLOAD_INVALID", `The \`with\` of step ${step.id} must give an object`);
  }
  return open.connection.prepare(endpointKey(step.endpoint), payload);
}
