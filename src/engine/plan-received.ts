import type { Conversation } from "../core/conversation.js";
import type { Message } from "../core/message.js";
import { type InboundMessage, type ReceivedMessage, threadOf } from "../core/received-message.js";
import { shardOf } from "../core/shard.js";
import { topics } from "../core/topic.js";
import { findAnswered } from "./answered-message.js";
import { entriesOfKeyword } from "./consent-entry.js";
import type { Draft } from "./draft.js";
import { noticeOfEvent } from "./notify.js";
import { planFiles } from "./plan-attachments.js";
import { planConsent } from "./plan-consent.js";
import { planEvent } from "./plan-event.js";
import { type Planning, stampOf } from "./planning.js";
import { toReceivedPayload } from "./received-view.js";

/** A message that came in, and by which connection. */
export interface Arrival {
  readonly inbound: InboundMessage;
  /** `namespace/name`. */
  readonly connection: string;
}

/**
 * Adds a message that came in: itself, the conversation it opens or joins, its event with the flows that start, and the
 * wake-up of runs that wait for it. Nothing, when it was taken before.
 */
export async function planReceived(draft: Draft, { inbound, connection }: Arrival, planning: Planning): Promise<void> {
  const { store, newId, now } = planning.parts;
  if ((await store.events.getByDedupeKey(inbound.dedupeKey)) !== null) return;
  const answered = await findAnswered(inbound, connection, store);
  const channel = threadOf(inbound.channel);
  const newest = await store.conversations.newest(channel, inbound.contact);
  const files = planFiles(inbound, connection, planning);
  const message: ReceivedMessage = {
    ...contentOf(inbound),
    media: files.media,
    id: newId("rcv"),
    shard: answered?.shard ?? shardOf("contact", inbound.contact),
    connection,
    conversationId: newest?.state === "open" ? newest.id : newId("cnv"),
    eventId: newId("evt"),
    answers: answered === null ? null : answeredBy(answered),
    receivedAt: new Date(now()),
  };
  draft.changes.push({ kind: "message-received", message }, ...files.expect(message));
  planConversation(draft, { message, newest, answered });
  draft.wakes.add(topics.reply(connection, channel, message.contact));
  const { dataType = null, key = null } = answered ?? {};
  const entries = entriesOfKeyword(message, inbound.service);
  await planConsent(draft, { entries, subject: { dataType, key, causedBy: null, connection } }, planning);
  await planReceivedEvent(draft, { message, inbound, answered }, planning);
}

function contentOf({ channel, contact, to, body, vendorId, quotes, optOut, raw }: InboundMessage) {
  return { channel, contact, to, body, vendorId, quotes, optOut, raw };
}

function answeredBy({ id, runId, dataType, key }: Message): ReceivedMessage["answers"] {
  return { messageId: id, runId, dataType, key };
}

function planConversation(
  draft: Draft,
  { message, newest, answered }: { message: ReceivedMessage; newest: Conversation | null; answered: Message | null },
): void {
  const { id: receivedId, conversationId: id, contact, receivedAt } = message;
  if (newest?.id === id) {
    draft.changes.push({ kind: "conversation-joined", id, receivedId, receivedAt });
    return;
  }
  const isNew = answered !== null && answered.createdAt.getTime() > (newest?.closedAt?.getTime() ?? 0);
  const conversation: Conversation = {
    id,
    shard: shardOf("contact", contact),
    channel: threadOf(message.channel),
    contact,
    state: "open",
    beginsAt: isNew ? answered.createdAt : receivedAt,
    openedAt: receivedAt,
    lastReceivedAt: receivedAt,
    lastReceivedId: receivedId,
    updatedAt: receivedAt,
    closedAt: null,
  };
  draft.changes.push({ kind: "conversation-opened", conversation });
}

async function planReceivedEvent(
  draft: Draft,
  { message, inbound, answered }: { message: ReceivedMessage; inbound: InboundMessage; answered: Message | null },
  planning: Planning,
): Promise<void> {
  const event = {
    id: message.eventId,
    shard: message.shard,
    kind: "message.received",
    dataType: answered?.dataType ?? null,
    key: answered?.key ?? null,
    version: null,
    payload: toReceivedPayload(message, answered),
    causedByRun: null,
    depth: 0,
    dedupeKey: inbound.dedupeKey,
    createdAt: message.receivedAt,
  } as const;
  await planEvent(draft, { occasion: { event, previous: null }, startFlows: true }, planning);
  if (inbound.fallback === null) return;
  const { errorCode, errorUrl } = inbound.fallback;
  const failure = {
    code: "WEBHOOK_MISSED",
    message: `${errorUrl || "The webhook"} failed (${errorCode || "no code"}); the message came by the fallback address`,
    remedy: "Check that this address reaches the server; the message itself was kept.",
  } as const;
  const notice = { level: "warning", title: "A message came by the fallback address", failure, flow: null } as const;
  draft.changes.push(noticeOfEvent(event, notice, stampOf(planning.parts)));
}
