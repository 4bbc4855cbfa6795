import type { Effect, EffectState } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import { after, type Eventual } from "../core/eventual.js";
import type { Message } from "../core/message.js";
import { isFinished } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { Draft } from "./draft.js";
import type { PreviewedCall } from "./engine.js";
import { type Entering, enter } from "./enter.js";
import { leased } from "./lease.js";
import type { CallToPlan, RunPlanning, StepOutcome } from "./planning.js";
import { hasStoodBack, nextTurnLook, planRest, type Rest, standsBackSince } from "./rest.js";
import { placeOf, sharedTurn } from "./shared-turn.js";

/** An attempt that nothing in the ledger forbids. */
export interface Attempt extends CallToPlan {
  readonly effect: Effect;
  readonly message: Message | null;
  /** The state the ledger has it in; null when it is not there yet. */
  readonly from: EffectState | null;
}

/**
 * What may keep a call from being made now, in the order in which it is asked. Each gives what the run waits for, or null when
 * it has nothing against the call, and throws what ends the call for good. The one that takes something (the
 * connection's gate, which gives a place to nobody else) comes last.
 */
const obstacles: readonly Obstacle[] = [lateness, recipientsTurn, connectionsGate];

/** One that has nothing to wait for gives no promise. */
type Obstacle = (draft: Draft, attempt: Attempt, planning: RunPlanning) => Eventual<Rest | null>;

/** Begins a call that nothing in the ledger forbids; or lets its run rest, with the call kept as `intended`. */
export async function planAttempt(draft: Draft, attempt: Attempt, planning: RunPlanning): Promise<StepOutcome> {
  meet(draft, attempt, "would-send");
  if (planning.preview) return { kind: "left" };
  for (const obstacle of obstacles) {
    const asked = obstacle(draft, attempt, planning);
    const rest = asked instanceof Promise ? await asked : asked;
    if (rest === null) continue;
    keep(draft, attempt);
    planRest(draft, { toPlan: attempt.toPlan, ...rest }, planning);
    return { kind: "left" };
  }
  begin(draft, attempt, planning);
  return { kind: "left" };
}

/** @throws EFFECT_EXPIRED */
function lateness(draft: Draft, { effect, message, from }: Attempt, { parts }: RunPlanning): null {
  const now = parts.now();
  if (effect.expiresAt === null || effect.expiresAt.getTime() > now) return null;
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

function recipientsTurn(draft: Draft, attempt: Attempt, planning: RunPlanning): Eventual<Rest | null> {
  return after(turnBehind(draft, attempt, planning), (behind) =>
    behind === null ? null : restBehind(attempt, { behind, owner: null }, planning),
  );
}

/**
 * Asks the connection's gate. Who has just been let in to ask about a call and learnt that there was none makes it now:
 * told to come back, it would have to ask again.
 */
function connectionsGate(
  _draft: Draft,
  { open, toPlan, effect }: Attempt,
  planning: RunPlanning,
): Eventual<Rest | null> {
  if (toPlan.absentEffectId === effect.id) return null;
  const { connection } = effect;
  return after(enter({ open, connection, run: toPlan.run }, planning), (entry) => restBefore(connection, entry));
}

function restBefore(connection: string, entry: Entering): Rest | null {
  if (entry.admitted) return null;
  const { comeBackAt, reason, placeAt = null } = entry;
  const wait = { kind: "connection", connection, reason, placeAt } as const;
  return { wait, dueAt: new Date(comeBackAt) };
}

/** Gives the effect that has the recipient before this one; null when it is this one's turn, which it then has. */
function turnBehind(draft: Draft, { effect, from, toPlan }: Attempt, planning: RunPlanning): Eventual<string | null> {
  const { connection, recipient } = effect;
  if (recipient === null || toPlan.absentEffectId === effect.id) return null;
  if (hasStoodBack(toPlan.run, planning.parts.now())) return null;
  const asking = { effectId: effect.id, runId: toPlan.run.id, waited: from !== null };
  const turn = planning.turns.take(placeOf(connection, recipient), asking);
  if ("behind" in turn) return turn.behind;
  draft.turns.set(effect.id, turn.release);
  const place = { connection, recipient };
  const { effects, runs } = planning.parts.store;
  return after(effects.olderOpen(place, from === null ? null : effect.id), (older) => {
    if (older === null || older.runId === toPlan.run.id) return null;
    // What a run has left behind that ended otherwise is nobody's turn; the reaper settles it.
    return runs.get(older.runId).then((owner) => (owner === null || isFinished(owner.status) ? null : older.id));
  });
}

/** How a run rests behind another call, until that has an outcome or, with `owner`, that run ends. */
export function restBehind(
  { toPlan }: Pick<CallToPlan, "toPlan">,
  { behind, owner }: { behind: string; owner: string | null },
  { parts }: RunPlanning,
): Rest {
  const now = parts.now();
  const wait = { kind: "turn", behind, since: new Date(standsBackSince(toPlan.run, now)).toISOString() } as const;
  const listening = [topics.effect(behind), ...(owner === null ? [] : [topics.run(owner)])];
  return { wait, dueAt: nextTurnLook(toPlan.run, behind, now), topics: listening };
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
export function meet(
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
