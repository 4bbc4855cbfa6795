import { idOrder } from "../core/conversation.js";
import type { Awaited } from "../core/flow.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import type { Message } from "../core/message.js";
import { type ReceivedMessage, threadOf } from "../core/received-message.js";
import type { Run } from "../core/run.js";
import type { Correspondent } from "../core/store-filters.js";
import { topics } from "../core/topic.js";
import { truthOf } from "../translation/chain-task.js";
import type { Scope } from "../translation/translation.js";
import type { Planning } from "./planning.js";
import { toReply } from "./received-view.js";

/**
 * So many of the newest replies are looked at. Those before them have been looked at when they came: more than this do not
 * come between two looks.
 */
const MOST = 50;

/** What a run that waits for a reply to this message is woken by. */
export function topicOfReply(message: Message): string {
  const { connection, channel, contact } = correspondentOf(message);
  return topics.reply(connection, channel, contact);
}

/**
 * Gives the first reply to a message of which the condition is true: what its recipient has written by the same connection
 * and channel since the message was made, unless it quotes another message, and since what an earlier step of the run has
 * taken for its reply. Null when there is none yet.
 */
export async function findReply(
  { when }: Extract<Awaited, { kind: "reply" }>,
  { message, run, scope }: { message: Message; run: Run; scope: Scope },
  { parts }: Planning,
): Promise<JsonObject | null> {
  const since = newestOf([message.id, ...repliesTaken(run)]);
  const newest = await parts.store.received.newestFrom(correspondentOf(message), since, MOST);
  for (const received of newest.toReversed()) {
    if (quotesAnother(received, message)) continue;
    const reply = toReply(received);
    if (when === null) return reply;
    const fits = { input: reply, bindings: { ...scope.bindings, reply } };
    if ((await parts.translation.evaluate(truthOf(when), fits)) === true) return reply;
  }
  return null;
}

function correspondentOf({ connection, channel, to }: Message): Correspondent {
  return { connection, channel: threadOf(channel), contact: to };
}

function quotesAnother({ quotes, answers }: ReceivedMessage, message: Message): boolean {
  return quotes !== null && quotes !== message.vendorId && answers !== null && answers.messageId !== message.id;
}

function repliesTaken({ steps }: Run): string[] {
  return steps.flatMap(({ output }) => {
    const reply = isJsonObject(output) ? output.reply : null;
    const id = isJsonObject(reply) ? reply.messageId : null;
    return typeof id === "string" && id.startsWith("rcv_") ? [id] : [];
  });
}

function newestOf(ids: readonly string[]): string {
  return ids.reduce((newest, id) => (idOrder(id) > idOrder(newest) ? id : newest));
}
