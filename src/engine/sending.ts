import { broadcastOf } from "../core/broadcast.js";
import type { Effect } from "../core/effect.js";
import type { Event } from "../core/event.js";
import type { Message } from "../core/message.js";
import type { Lane, SenderPace, SendingRules } from "../core/sending.js";
import { endpointKey } from "./ledger.js";
import type { CallToPlan } from "./planning.js";

/** How one call is to go out. */
export interface Sending {
  readonly rules: SendingRules;
  readonly lane: Lane;
  /** Null when it is made by nobody in particular. */
  readonly sender: SenderPace | null;
  /** How much of the sender's pace and of its day it takes. */
  readonly cost: number;
}

const noRules: SendingRules = Object.freeze({});

/** What a broadcast starts lets everything else go first, whatever its flow says. */
export function laneOf(event: Pick<Event, "dedupeKey">, rules: SendingRules | undefined): Lane {
  return broadcastOf(event) === null ? (rules?.priority ?? "transactional") : "marketing";
}

/** Puts together what the flow, the step and the connection say about a call. */
export function sendingOf({
  step,
  toPlan,
  open,
  effect,
  message,
}: CallToPlan & { effect: Effect; message: Message | null }): Sending {
  const { sending } = toPlan.version.flow;
  const rules = step.sending === undefined ? (sending ?? noRules) : { ...sending, ...step.sending };
  const sender = open.connection.senderOf?.(endpointKey(effect.endpoint), effect.request) ?? null;
  const lane = laneOf(toPlan.occasion.event, rules);
  return { rules, lane, sender, cost: Math.max(1, message?.segments ?? 1) };
}
