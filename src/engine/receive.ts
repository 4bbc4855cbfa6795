import type { Conversation, ConversationState } from "../core/conversation.js";
import { PatchbayError } from "../core/errors.js";
import { commitPlan } from "./commit.js";
import type { PendingCall } from "./draft.js";
import { type Arrival, planReceived } from "./plan-received.js";
import type { Planning } from "./planning.js";

/**
 * Takes a message that came in: the message, its conversation, its event and what flows make of it, in one commit. A
 * repetition changes nothing.
 *
 * @returns The calls to make, of flows that it started.
 */
export async function acceptReceived(
  arrival: Arrival,
  queueRuns: boolean,
  planning: Planning,
): Promise<readonly PendingCall[]> {
  return (await commitPlan(planning, (draft) => planReceived(draft, arrival, planning), queueRuns)).calls;
}

/** Closes or reopens a conversation. @throws CONVERSATION_UNKNOWN, CONVERSATION_CONFLICT */
export async function moveConversation(
  id: string,
  state: ConversationState,
  { parts: { store, now } }: Planning,
): Promise<Conversation> {
  const known = await store.conversations.get(id);
  if (known === null) throw new PatchbayError("CONVERSATION_UNKNOWN", `There is no conversation ${id.slice(0, 100)}`);
  if (known.state === state) return known;
  const at = new Date(now());
  await store.commit([{ kind: "conversation-moved", id, state, at }]);
  return { ...known, state, updatedAt: at, closedAt: state === "closed" ? at : null };
}
