import { PatchbayError } from "../core/errors.js";
import type { RunWait } from "../core/run.js";
import { topics } from "../core/topic.js";
import type { PacedAttempt } from "./attempt.js";
import { reachedCap } from "./daily-cap.js";
import type { Draft } from "./draft.js";
import type { EngineParts } from "./engine-parts.js";
import { enter, type Places } from "./enter.js";
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
  const rest = { wait, dueAt: new Date(quiet.until + Math.floor(parts.random() * SPREAD_MS)) };
  // The flow's own hours stay what they are for this run; a connection's may be changed tonight.
  if (attempt.sending.rules.quietHours !== undefined) return rest;
  return { ...rest, topics: [topics.connection(attempt.effect.connection)] };
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
export async function dailyCap(draft: Draft, attempt: PacedAttempt, planning: RunPlanning): Promise<Rest | null> {
  const { parts } = planning;
  const reached = await reachedCap(attempt.effect.connection, attempt.sending, planning);
  if (reached === null) return null;
  const { of, most, until } = reached;
  draft.changes.push(...reached.telling);
  requireInTime(draft, attempt, { at: until, why: `${of} has sent the ${most} of today`, now: parts.now() });
  const wait = { kind: "daily-cap", of, most, until: new Date(until).toISOString() } as const;
  // A cap that is raised lets it go today.
  const raised = topics.connection(attempt.effect.connection);
  return { wait, dueAt: new Date(until + Math.floor(parts.random() * SPREAD_MS)), topics: [raised] };
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
export async function connectionsGate(
  draft: Draft,
  attempt: PacedAttempt,
  planning: RunPlanning,
): Promise<Rest | null> {
  const { open, toPlan, effect, sending } = attempt;
  if (toPlan.absentEffectId === effect.id) return null;
  const { connection } = effect;
  const { wait: before } = toPlan.run;
  const now = planning.parts.now();
  const since =
    before?.kind === "connection" && before.since !== undefined ? before.since : new Date(now).toISOString();
  const queueEnds = Date.parse(since) + (sending.rules.maxQueueMs ?? Number.POSITIVE_INFINITY);
  const notAfter = Math.min(queueEnds, (effect.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - 1);
  const entry = await enter({ open, connection, run: toPlan.run, sending, notAfter }, planning);
  if (entry.admitted) return null;
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

type ConnectionWait = Extract<RunWait, { kind: "connection" }>;

/** What is held until one instant comes back over so long, in milliseconds: not all in one second. */
const SPREAD_MS = 60_000;
