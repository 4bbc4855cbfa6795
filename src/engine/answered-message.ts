import type { Message } from "../core/message.js";
import { type InboundMessage, threadOf } from "../core/received-message.js";
import type { Store } from "../core/store.js";

/** So many of the newest messages to a contact are looked at. */
const MOST = 20;

/**
 * Gives the message that one which came in answers: the one it quotes, else the newest that may have left for this contact
 * by the same connection and channel; of those, one of the number that was written to goes first.
 */
export async function findAnswered(inbound: InboundMessage, connection: string, store: Store): Promise<Message | null> {
  const { contact, to, quotes } = inbound;
  const quoted = quotes === null ? null : await store.messages.getByVendorId(quotes);
  if (quoted !== null && quoted.to === contact) return quoted;
  const correspondent = { connection, channel: threadOf(inbound.channel), contact };
  const newest = await store.messages.newestTo(correspondent, MOST);
  const fitting = newest.filter(({ from }) => from === null || from === to);
  return (await firstSent(fitting, store)) ?? firstSent(newest, store);
}

async function firstSent(messages: readonly Message[], store: Store): Promise<Message | null> {
  for (const message of messages) if (await mayHaveLeft(message, store)) return message;
  return null;
}

const neverLeft: readonly Message["status"][] = ["failed", "canceled", "scheduled", "suppressed"];

/** A customer may answer before our own commit says that the message has left. */
async function mayHaveLeft({ status, effectId }: Message, store: Store): Promise<boolean> {
  if (neverLeft.includes(status)) return false;
  if (status !== "pending") return true;
  const effect = await store.effects.get(effectId);
  return effect !== null && effect.state !== "intended" && effect.state !== "refused";
}
