import type { EventView } from "../../api/contract/event.js";
import type { MessageView } from "../../api/contract/message.js";
import type { NotificationView } from "../../api/contract/notification.js";
import type { RunView } from "../../api/contract/run.js";
import type { Client } from "../client.js";

/** What the server says at one moment. */
export interface Observation {
  readonly runs: readonly RunView[];
  readonly messages: readonly MessageView[];
  readonly notifications: readonly NotificationView[];
  /** Event id to the run that caused the event; null when it came from outside. */
  readonly causes: ReadonlyMap<string, string | null>;
}

const everything = { limit: 1_000 };

/**
 * Asks the server what has happened. Notifications are asked for last: what an observed run or message ends with is
 * committed together with its notification, so it is among them.
 *
 * @param causes What is known about events already; new ones are added.
 */
export async function observe(client: Client, causes: Map<string, string | null>): Promise<Observation> {
  const runs = await client.list<RunView>("/api/v1/runs", everything);
  const messages = await client.list<MessageView>("/api/v1/messages", everything);
  const notifications = await client.list<NotificationView>("/api/v1/notifications", everything);
  for (const { eventId } of runs) {
    if (causes.has(eventId)) continue;
    const event = await client.get<EventView>(`/api/v1/events/${encodeURIComponent(eventId)}`);
    causes.set(eventId, event.causedByRun);
  }
  return { runs, messages, notifications, causes };
}
