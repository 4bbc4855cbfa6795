import type { Effect } from "../core/effect.js";
import { PatchbayError } from "../core/errors.js";
import { after, type Eventual } from "../core/eventual.js";
import { isFinished, type Run } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { Attempt, PacedAttempt } from "./attempt.js";
import { broadcastsTurn } from "./broadcasts-turn.js";
import { countSending } from "./daily-cap.js";
import type { Draft } from "./draft.js";
import type { PreviewedCall } from "./engine.js";
import { leased } from "./lease.js";
import { connectionsGate, dailyCap, lateness, quietHours, quietOf } from "./obstacles.js";
import type { CallToPlan, RunPlanning, StepOutcome } from "./planning.js";
import type { Quiet } from "./quiet-hours.js";
import { optOutOf, recipientsConsent } from "./recipients-consent.js";
import { refuse } from "./refuse.js";
import { hasStoodBack, nextTurnLook, planRest, type Rest, standsBackSince } from "./rest.js";
import { sendingOf } from "./sending.js";
import { withSaying } from "./session.js";
import { placeOf, sharedTurn } from "./shared-turn.js";
import { switchedOff } from "./switched-off.js";

/**
 * What may keep a call from being made now, in the order in which it is asked. Each gives what the run waits for, or null when
 * it has nothing against the call, and throws what ends the call for good. The one that takes something (the
 * connection's gate, which gives a place to nobody else) comes last.
 */
const obstacles: readonly Obstacle[] = [
  lateness,
  switchedOff,
  broadcastsTurn,
  recipientsTurn,
  recipientsConsent,
  quietHours,
  dailyCap,
  connectionsGate,
];

/** One that has nothing to wait for gives no promise. */
type Obstacle = (draft: Draft, attempt: PacedAttempt, planning: RunPlanning) => Eventual<Rest | null>;

/** Begins a call that nothing in the ledger forbids; or lets its run rest, with the call kept as `intended`. */
export async function planAttempt(draft: Draft, asked: Attempt, planning: RunPlanning): Promise<StepOutcome> {
  const said = asked.effect.session === undefined ? asked : await saying(draft, asked, planning);
  if (planning.preview) return preview(draft, said, planning);
  const sending = sendingOf(said);
  // What rests is kept as it was asked: what it says is decided anew when it is tried again.
  const attempt = { sending, ...asked };
  for (const obstacle of obstacles) {
    const answer = obstacle(draft, attempt, planning);
    const rest = answer instanceof Promise ? await answer : answer;
    if (rest === null) continue;
    keep(draft, attempt);
    planRest(draft, { toPlan: attempt.toPlan, ...rest }, planning);
    return { kind: "left" };
  }
  begin(draft, { sending, ...said }, planning);
  return { kind: "left" };
}

/** Gives the attempt with what it says now. A call that may not be made for good is refused in the ledger too. */
async function saying(draft: Draft, attempt: Attempt, { parts }: RunPlanning): Promise<Attempt> {
  try {
    return await withSaying(draft, attempt, parts);
  } catch (thrown) {
    if (!(thrown instanceof PatchbayError) || thrown.code === "STORE_UNAVAILABLE") throw thrown;
    return refuse(draft, attempt, { error: thrown, now: parts.now() });
  }
}

/** @throws RECIPIENT_OPTED_OUT: what follows a suppressed call can be seen in a preview too */
async function preview(draft: Draft, attempt: Attempt, planning: RunPlanning): Promise<StepOutcome> {
  const isSuppressed = (await optOutOf(draft, attempt.message, planning)) !== null;
  const quiet = quietOf({ ...attempt, sending: sendingOf(attempt) }, planning.parts);
  meet(draft, { ...attempt, quiet }, isSuppressed ? "suppressed" : "would-send");
  if (isSuppressed) await recipientsConsent(draft, attempt, planning);
  return { kind: "left" };
}

function recipientsTurn(draft: Draft, attempt: PacedAttempt, planning: RunPlanning): Eventual<Rest | null> {
  return after(turnBehind(draft, attempt, planning), (behind) =>
    behind === null ? null : restBehind(attempt, { behind, owner: null }, planning),
  );
}

/** Gives the effect that has the recipient before this one; null when it is this one's turn, which it then has. */
function turnBehind(draft: Draft, attempt: PacedAttempt, planning: RunPlanning): Eventual<string | null> {
  const { effect, from, toPlan } = attempt;
  const { connection, recipient } = effect;
  if (recipient === null || toPlan.absentEffectId === effect.id) return null;
  if (hasStoodBack(toPlan.run, planning.parts.now())) return null;
  const asking = { effectId: effect.id, runId: toPlan.run.id, waited: from !== null };
  const turn = planning.turns.take(placeOf(connection, recipient), asking);
  if ("behind" in turn) return turn.behind;
  draft.turns.set(effect.id, turn.release);
  const place = { connection, recipient };
  const { effects } = planning.parts.store;
  return after(effects.olderOpen(place, from === null ? null : effect.id), (older) =>
    older === null ? null : behindOlder(older, attempt, planning),
  );
}

async function behindOlder(
  newest: Effect,
  { effect, toPlan, sending }: PacedAttempt,
  { parts }: RunPlanning,
): Promise<string | null> {
  const { effects, runs } = parts.store;
  const { connection, recipient } = effect;
  let older: Effect | null = newest;
  for (let looks = 0; older !== null && recipient !== null && looks < MAX_LOOKS; looks++) {
    if (older.runId === toPlan.run.id) return null;
    // What a run has left behind that ended otherwise is nobody's turn; the reaper settles it.
    const owner = await runs.get(older.runId);
    if (owner === null || isFinished(owner.status)) return null;
    if (sending.lane === "marketing" || !isHeldBack(older, owner)) return older.id;
    older = await effects.olderOpen({ connection, recipient }, older.id);
  }
  return null;
}

/** How many calls that are held back somebody goes past at most. */
const MAX_LOOKS = 10;

/** Whether a call has not been made because it may wait: a transactional one does not stand behind it. */
function isHeldBack({ state }: Effect, { wait, lane }: Run): boolean {
  if (state !== "intended" || wait === null) return false;
  return wait.kind === "quiet-hours" || (lane === "marketing" && ["connection", "daily-cap"].includes(wait.kind));
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

function begin(draft: Draft, attempt: PacedAttempt, planning: RunPlanning): void {
  const { from, message, toPlan, step, open, sending } = attempt;
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
  const { changes, counted } = countSending(effect.connection, sending, now);
  draft.changes.push(...changes);
  if (message !== null && from === null) draft.changes.push({ kind: "message-recorded", message });
  const saysAnew = from === "refused" || (from === "intended" && effect.session !== undefined);
  if (message !== null && saysAnew) draft.changes.push({ kind: "message-restarted", message });
  const run = leased(draft, { attempts: isSeries ? toPlan.run.attempts + 1 : 1, ...toPlan }, planning);
  const { occasion, version, inherited } = toPlan;
  const release = draft.turns.get(effect.id) ?? nothing;
  draft.calls.push({ kind: "send", run, occasion, version, step, open, effect, message, inherited, counted, release });
}

/** Notes for a preview what a call comes to. */
export function meet(
  draft: Draft,
  {
    step,
    toPlan,
    effect,
    message,
    price = null,
    quiet,
  }: Pick<Attempt, "step" | "toPlan" | "effect" | "message" | "price"> & { quiet?: Quiet | null },
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
    connection: effect.connection,
    segments: message?.segments ?? 0,
    price,
    quietUntil: quiet == null ? null : new Date(quiet.until),
    effectId: attempts === 0 && (verdict === "would-send" || verdict === "suppressed") ? null : id,
  });
}

function nothing(): void {}
