import { conversationStates } from "../../core/conversation.js";
import { PatchbayError } from "../../core/errors.js";
import { conversationChannels } from "../../core/received-message.js";
import type { ApiDeps } from "../api-deps.js";
import {
  conversation,
  conversationMessage,
  toConversationMessageView,
  toConversationView,
} from "../contract/conversation.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, object, oneOf, text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

type ConversationDeps = Pick<ApiDeps, "store" | "engine">;

const conversationPath = "/api/v1/conversations/{id}";
const filters = {
  state: oneOf(conversationStates),
  channel: oneOf(conversationChannels),
  contact: described("Who wrote, in E.164; `+` is %2B in a URL.", text({ minLength: 1, maxLength: 200 })),
};

/** What customers and we write to each other. */
export function conversationRoutes(deps: ConversationDeps): Route[] {
  return [
    listConversations(deps),
    getConversation(deps),
    listMessages(deps),
    move(deps, {
      verb: "close",
      state: "closed",
      summary: "Close a conversation: what the contact writes next opens another",
    }),
    move(deps, { verb: "reopen", state: "open", summary: "Reopen a contact's newest conversation" }),
  ];
}

function listConversations({ store }: ConversationDeps): Route {
  return defineRoute({
    id: "list-conversations",
    method: "GET",
    path: "/api/v1/conversations",
    may: "conversations:read",
    tag: "Conversations",
    summary: "List conversations, last received first",
    query: object({}, { ...pagingMembers, ...filters }),
    answers: { 200: pageOf(conversation) },
    errors: [],
    async handle({ query }) {
      // A plus sign that was not encoded arrives as a space.
      const { state, channel, contact = undefined } = query;
      const filter = { state, channel, contact: contact?.replace(/^ /, "+") };
      return {
        status: 200,
        body: toPageView(await store.conversations.list(filter, toPaging(query)), toConversationView),
      };
    },
  });
}

function getConversation(deps: ConversationDeps): Route {
  return defineRoute({
    id: "get-conversation",
    method: "GET",
    path: conversationPath,
    may: "conversations:read",
    tag: "Conversations",
    summary: "Get a conversation",
    answers: { 200: conversation },
    errors: ["CONVERSATION_UNKNOWN"],
    async handle({ params: { id } }) {
      return { status: 200, body: toConversationView(await requireConversation(deps, id)) };
    },
  });
}

function listMessages(deps: ConversationDeps): Route {
  return defineRoute({
    id: "list-conversation-messages",
    method: "GET",
    path: `${conversationPath}/messages`,
    may: "conversations:read",
    tag: "Conversations",
    summary: "List what was received and sent in a conversation, newest first",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(conversationMessage) },
    errors: ["CONVERSATION_UNKNOWN"],
    async handle({ params: { id }, query }) {
      const found = await requireConversation(deps, id);
      const page = await deps.store.conversations.messages(found, toPaging(query));
      return { status: 200, body: toPageView(page, toConversationMessageView) };
    },
  });
}

interface Move {
  readonly verb: "close" | "reopen";
  readonly state: "closed" | "open";
  readonly summary: string;
}

function move({ engine }: ConversationDeps, { verb, state, summary }: Move): Route {
  return defineRoute({
    id: `${verb}-conversation`,
    method: "POST",
    path: `${conversationPath}/${verb}`,
    may: "conversations:change",
    tag: "Conversations",
    summary: `${summary}; nothing changes when it is so already`,
    answers: { 200: conversation },
    errors: ["CONVERSATION_UNKNOWN", "CONVERSATION_CONFLICT"],
    async handle({ params: { id } }) {
      return { status: 200, body: toConversationView(await engine.moveConversation(id, state)) };
    },
  });
}

async function requireConversation({ store }: ConversationDeps, id: string) {
  const found = await store.conversations.get(id);
  if (found !== null) return found;
  throw new PatchbayError("CONVERSATION_UNKNOWN", `There is no conversation ${id.slice(0, 100)}`);
}
