import type { ConsentEntry } from "../../core/consent.js";
import type { Effect } from "../../core/effect.js";
import type { Event } from "../../core/event.js";
import type { Message } from "../../core/message.js";
import type { Notification } from "../../core/notification.js";
import type { Run } from "../../core/run.js";

/** Everything the store has about one subject: what a timeline is made of. */
export interface Facts {
  readonly events: readonly Event[];
  readonly runs: readonly Run[];
  readonly effects: readonly Effect[];
  readonly messages: readonly Message[];
  /** What was said about the recipient's consent; empty unless the timeline is about a recipient. */
  readonly consents: readonly ConsentEntry[];
  readonly notifications: readonly Notification[];
  /** Flow name to the title it has now; flows that are not installed any more are not in it. */
  readonly flowTitles: ReadonlyMap<string, string>;
  /** Whether there was more than was gathered. */
  readonly truncated: boolean;
}

/** Whether an event says that somebody has opted out or in. */
export function isConsentEvent(kind: Event["kind"]): boolean {
  return kind === "message.opted-out" || kind === "message.opted-in";
}

/** Keeps what concerns one recipient: a flow may have texted others too. */
export function narrowToRecipient(facts: Facts, recipient: string): Facts {
  const effects = facts.effects.filter((effect) => effect.recipient === recipient);
  const messages = facts.messages.filter(({ to }) => to === recipient);
  const known = new Set(messages.map(({ id }) => id));
  const events = facts.events.filter(({ kind, payload }) => {
    if (!kind.startsWith("message.")) return true;
    if (kind === "message.received") return payload.from === recipient;
    if (isConsentEvent(kind)) return payload.contact === recipient;
    return typeof payload.messageId === "string" && known.has(payload.messageId);
  });
  const notifications = facts.notifications.filter(({ messageId }) => messageId === null || known.has(messageId));
  return { ...facts, effects, messages, events, notifications };
}
