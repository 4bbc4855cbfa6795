import { PatchbayError } from "../core/errors.js";
import type { Store } from "../core/store.js";

/** Whether an event can be dealt with again: nothing that belongs to it has gone. */
export async function isReplayable(eventId: string, { retention }: Pick<Store, "retention">): Promise<boolean> {
  return !(await retention.isClosed(eventId));
}

/** @throws EVENT_NOT_KEPT */
export async function requireReplayable(eventId: string, store: Pick<Store, "retention">): Promise<void> {
  if (!(await isReplayable(eventId, store))) throw notKept(eventId);
}

/** What is said when something would need what has gone by its age. */
export function notKept(eventId: string): PatchbayError {
  return new PatchbayError(
    "EVENT_NOT_KEPT",
    `Part of what belongs to the event ${eventId} is no longer kept (RETENTION_…): nobody could tell what was sent for it`,
  );
}
