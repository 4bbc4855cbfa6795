import { PatchbayError } from "../core/errors.js";
import { after, type Eventual } from "../core/eventual.js";
import type { RunWait } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { PacedAttempt } from "./attempt.js";
import { type ReachedCap, reachedCap } from "./daily-cap.js";
import type { Draft } from "./draft.js";
import type { EngineParts } from "./engine-parts.js";
import { type Entering, enter, type Places } from "./enter.js";
import type { RunPlanning } from "./planning.js";
import { type Quiet, quietUntil } from "./quiet-hours.js";
import { refuse } from "./refuse.js";
import type { Rest } from "./rest.js";
import type { Sending } from "./sending.js";

/** Ends a call that makes no sense any more. @throws EFFECT_EXPIRED */
export function lateness(draft: Draft, attempt: PacedAttempt, { parts }: RunPlanning): null {
  const { expiresAt } = attempt.effect;
  const now = parts.now();
  if (expiresAt === null || expiresAt.getTime() > now) return null;
  return refuse(draft, attempt, { error: tooLate(expiresAt, "it was not sent"), now });
}

function tooLate(expiresAt: Date, why: string): PatchbayError {
  const message = `It made sense to send this until ${expiresAt.toISOString()}; ${why}`;
  return new PatchbayError("EFFECT_EXPIRED", message);
}

/** Leaves a recipient in peace at night. @throws EFFECT_EXPIRED at once when the message would be too late in the morning */
export function quietHours(draft: Draft, attempt: PacedAttempt, { parts }: RunPlanning): Rest | null {
  const quiet = quietOf(attempt, parts);
  if (quiet === null) return null;
  const now = parts.now();
  const until = new Date(quiet.until).toISOString();
  requireInTime(draft, attempt, { at: quiet.until, why: `quiet hours in ${quiet.timeZone} last until ${until}`, now });
  const wait = { kind: "quiet-hours", timeZone: quiet.timeZone, until } as const;
  const dueAt = new Date(quiet.until + Math.floor(parts.random() * SPREAD_MS));
  // The flow's own hours stay what they are for this run; a connection's may be changed tonight.
  if (attempt.sending.rules.quietHours !== undefined) return { wait, dueAt };
  const first = isFirstRest(attempt, wait.kind) ? firstLookBack(parts) : dueAt.getTime();
  const changed = topics.connection(attempt.effect.connection);
  return { wait, dueAt: new Date(Math.min(dueAt.getTime(), first)), topics: [changed] };
}

/** Tells until when the recipient of a call is left in peace; null when it may go now. */
export function quietOf(
  { effect, open, sending }: Pick<PacedAttempt, "effect" | "open" | "sending">,
  parts: Pick<EngineParts, "now" | "whereabouts">,
): Quiet | null {
  const hours = sending.rules.quietHours ?? open.quietHours;
  if (hours === undefined || effect.recipient === null) return null;
  if (hours.for !== "all" && hours.for !== sending.lane) return null;
  return quietUntil(hours, parts.whereabouts(effect.recipient), parts.now());
}

/** Waits for the next day. @throws EFFECT_EXPIRED at once when the message would be too late then */
export function dailyCap(draft: Draft, attempt: PacedAttempt, planning: RunPlanning): Eventual<Rest | null> {
  return after(reachedCap(attempt.effect.connection, attempt.sending, planning), (reached) =>
    reached === null ? null : restForCap(draft, { attempt, reached }, planning.parts),
  );
}

function restForCap(
  draft: Draft,
  { attempt, reached }: { attempt: PacedAttempt; reached: ReachedCap },
  parts: EngineParts,
): Rest {
  const { of, most, until } = reached;
  draft.changes.push(...reached.telling);
  requireInTime(draft, attempt, { at: until, why: `${of} has sent the ${most} of today`, now: parts.now() });
  const wait = { kind: "daily-cap", of, most, until: new Date(until).toISOString() } as const;
  // A cap that is raised lets it go today; what the vendor has refused meanwhile has left room that nobody tells of.
  const raised = topics.connection(attempt.effect.connection);
  const looksBackAt = isFirstRest(attempt, wait.kind)
    ? firstLookBack(parts)
    : parts.now() + LOOK_BACK_MS * (1 + parts.random());
  const nextDayAt = until + Math.floor(parts.random() * SPREAD_MS);
  return { wait, dueAt: new Date(Math.min(nextDayAt, looksBackAt)), topics: [raised] };
}

/** Whether a run comes to rest for this anew: nothing that was told before could wake it. */
function isFirstRest({ toPlan }: PacedAttempt, kind: RunWait["kind"]): boolean {
  return toPlan.run.wait?.kind !== kind;
}

/** When somebody who rests by settings looks again that others may have changed in the moment before. */
function firstLookBack({ now, random }: EngineParts): number {
  return now() + HEARD_MS * (1 + random());
}

/** @throws EFFECT_EXPIRED when the call would not be made in time */
function requireInTime(
  draft: Draft,
  attempt: PacedAttempt,
  { at, why, now }: { at: number; why: string; now: number },
): void {
  const { expiresAt } = attempt.effect;
  if (expiresAt !== null && at >= expiresAt.getTime()) {
    refuse(draft, attempt, { error: tooLate(expiresAt, `${why}, so it was not sent`), now });
  }
}

/**
 * Asks the gate. Who has just been let in to ask about a call and learnt that there was none makes it now: told to come
 * back, it would have to ask again.
 *
 * @throws QUEUE_TOO_LONG, EFFECT_EXPIRED at once when it would have to wait longer than it may
 */
export function connectionsGate(draft: Draft, attempt: PacedAttempt, planning: RunPlanning): Eventual<Rest | null> {
  const { open, toPlan, effect, sending } = attempt;
  if (toPlan.absentEffectId === effect.id) return null;
  const { connection } = effect;
  const { wait: before } = toPlan.run;
  const now = planning.parts.now();
  const since =
    before?.kind === "connection" && before.since !== undefined ? before.since : new Date(now).toISOString();
  const queueEnds = Date.parse(since) + (sending.rules.maxQueueMs ?? Number.POSITIVE_INFINITY);
  const notAfter = Math.min(queueEnds, (effect.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - 1);
  return after(enter({ open, connection, run: toPlan.run, sending, notAfter }, planning), (entry) =>
    entry.admitted ? null : restAtGate(draft, { attempt, entry, since, notAfter }, now),
  );
}

function restAtGate(
  draft: Draft,
  { attempt, entry, since, notAfter }: { attempt: PacedAttempt; entry: Refused; since: string; notAfter: number },
  now: number,
): Rest {
  const { effect, sending } = attempt;
  const { connection } = effect;
  const { comeBackAt, reason, places = {} } = entry;
  if (comeBackAt > notAfter) {
    requireInTime(draft, attempt, { at: comeBackAt, why: reason, now });
    refuse(draft, attempt, { error: queueTooLong(sending, reason), now });
  }
  const wait = { kind: "connection", connection, reason, since, ...keptIn(places) } as const;
  return { wait, dueAt: new Date(comeBackAt) };
}

function queueTooLong({ rules }: Sending, reason: string): PatchbayError {
  const seconds = (rules.maxQueueMs ?? 0) / 1_000;
  return new PatchbayError(
    "QUEUE_TOO_LONG",
    `It would have to wait longer than its maxQueue of ${seconds} s: ${reason}`,
  );
}

function keptIn({ connection, sender }: Places): Pick<ConnectionWait, "placeAt" | "connectionPlace" | "senderPlace"> {
  return {
    placeAt: connection?.firm ? connection.at : null,
    ...(connection !== undefined && { connectionPlace: connection }),
    ...(sender !== undefined && { senderPlace: sender }),
  };
}

type Refused = Extract<Entering, { readonly admitted: false }>;

type ConnectionWait = Extract<RunWait, { kind: "connection" }>;

/** What is held until one instant comes back over so long, in milliseconds: not all in one second. */
const SPREAD_MS = 60_000;

/** How long other processes may take to hear of other settings, in milliseconds, with something to spare. */
const HEARD_MS = 5_000;

/** How often who rests for a cap looks whether there is room again, in milliseconds: once or twice in two hours. */
const LOOK_BACK_MS = 3_600_000;
