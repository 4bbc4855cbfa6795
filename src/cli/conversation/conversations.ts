import type { ConversationMessageView, ConversationView } from "../../api/contract/conversation.js";
import type { CommandContext } from "../context.js";
import { messageStatusCell } from "../history/tones.js";
import { localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

const headings = ["CONVERSATION", "LAST RECEIVED", "STATE", "CHANNEL", "CONTACT"];
const messageHeadings = ["WHEN", "WHO", "STATUS", "TEXT"];
const base = "/api/v1/conversations";

/** Lists conversations, last received first. */
export async function listConversations(
  filter: { limit: number; state: string | undefined; channel: string | undefined; contact: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const conversations = await client.list<ConversationView>(base, filter);
  terminal.printJson({ items: conversations });
  if (conversations.length === 0) terminal.print("There are no such conversations.");
  else terminal.print(...table(terminal.paint, headings, conversations.map(toRow)));
}

/** Shows what was written in a conversation, oldest first as people read it. */
export async function showConversation(
  id: string,
  { limit }: { limit: number },
  { client, terminal }: CommandContext,
): Promise<void> {
  const path = `${base}/${encodeURIComponent(id)}`;
  const conversation = await client.get<ConversationView>(path);
  const newest = await client.list<ConversationMessageView>(`${path}/messages`, { limit });
  const messages = newest.toReversed();
  terminal.printJson({ conversation, messages });
  const { contact, channel, state } = conversation;
  terminal.print(`${contact} by ${channel}, ${state}`, "");
  terminal.print(...table(terminal.paint, messageHeadings, messages.map(toMessageRow)));
  if (newest.length === limit) terminal.print("", `Only the newest ${limit} are shown: --limit shows more.`);
}

/** Closes or reopens a conversation. */
export async function moveConversation(
  id: string,
  verb: "close" | "reopen",
  { client, terminal }: CommandContext,
): Promise<void> {
  const conversation = await client.post<ConversationView>(`${base}/${encodeURIComponent(id)}/${verb}`, {});
  terminal.printJson(conversation);
  terminal.print(`The conversation with ${conversation.contact} is ${conversation.state}.`);
}

function toRow({ id, lastReceivedAt, state, channel, contact }: ConversationView): Cell[] {
  return [id, localTime(lastReceivedAt), state, channel, contact];
}

function toMessageRow({ received, sent }: ConversationMessageView): Cell[] {
  if (received !== null) {
    const { receivedAt, contact, body, media, optOut } = received;
    const asks = optOut === null ? "received" : `asks to ${optOut}`;
    return [localTime(receivedAt), ["strong", contact], asks, withFiles(body, media)];
  }
  if (sent === null) return [];
  const { createdAt, status, errorCode, body, media, flow } = sent;
  return [localTime(createdAt), flow, messageStatusCell(status, errorCode), withMedia(body, media.length)];
}

/** Files are named by what `attachments save` takes. */
function withFiles(body: string, media: readonly { readonly attachmentId?: string }[]): string {
  const named = media.map(({ attachmentId }) => attachmentId).filter((id) => id !== undefined);
  if (named.length < media.length) return withMedia(body, media.length);
  return [body, ...named.map((id) => `[${id}]`)].join(" ").trim();
}

function withMedia(body: string, media: number): string {
  return media === 0 ? body : `${body} [${media} media]`.trim();
}
