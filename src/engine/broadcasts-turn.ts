import { broadcastOf } from "../core/broadcast.js";
import { PatchbayError } from "../core/errors.js";
import type { Eventual } from "../core/eventual.js";
import { topics } from "../core/topic.js";
import type { PacedAttempt } from "./attempt.js";
import type { Draft } from "./draft.js";
import type { RunPlanning } from "./planning.js";
import { refuse } from "./refuse.js";
import type { Rest } from "./rest.js";

/** How often a run looks by itself whether its broadcast goes on, in milliseconds; it is woken, as a rule. */
const LOOK_MS = 600_000;

/**
 * Keeps back what a broadcast has started while it is paused, or until its stop has ended the run; what belongs to none is not
 * looked at, so that it costs nothing.
 *
 * @throws BROADCAST_STATE for a run that somebody takes up again after the stop
 */
export function broadcastsTurn(draft: Draft, attempt: PacedAttempt, planning: RunPlanning): Eventual<Rest | null> {
  const id = broadcastOf(attempt.toPlan.occasion.event);
  return id === null ? null : turnOf(id, { draft, attempt }, planning);
}

async function turnOf(
  id: string,
  { draft, attempt }: { draft: Draft; attempt: PacedAttempt },
  { parts }: RunPlanning,
): Promise<Rest | null> {
  const broadcast = await parts.store.broadcasts.get(id);
  if (broadcast === null || broadcast.state === "running" || broadcast.state === "done") return null;
  const now = parts.now();
  if (broadcast.state === "stopped" && broadcast.finishedAt !== null) {
    const error = new PatchbayError("BROADCAST_STATE", `The broadcast ${id} was stopped: nothing was sent`, {
      remedy: "To send it all the same, start the flow for this record by hand, or make a new broadcast.",
    });
    return refuse(draft, attempt, { error, now });
  }
  const look = now + LOOK_MS + Math.floor(parts.random() * LOOK_MS);
  const dueAt = new Date(Math.min(look, attempt.effect.expiresAt?.getTime() ?? look));
  return { wait: { kind: "broadcast", broadcast: id }, dueAt, topics: [topics.broadcast(id)] };
}
