import { type Command, Option } from "commander";
import { conversationStates } from "../../core/conversation.js";
import { conversationChannels } from "../../core/received-message.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface ListFlags {
  readonly limit: number;
  readonly state?: string;
  readonly channel?: string;
  readonly contact?: string;
}

/** `conversations list|show|close|reopen`: what customers write, and what we wrote to them. */
export function registerConversations(program: Command, open: OpenContext): void {
  const conversations = program
    .command("conversations")
    .description("read what customers write, and what was written to them");
  conversations
    .command("list")
    .description("list conversations, last received first")
    .addOption(limitOption())
    .addOption(new Option("--state <state>", "in this state only").choices(conversationStates))
    .addOption(new Option("--channel <channel>", "on this channel only").choices(conversationChannels))
    .option("--contact <number>", "with this contact only, such as +15005550010")
    .action(async ({ limit, state, channel, contact }: ListFlags) => {
      const context = await open();
      const { listConversations } = await import("../conversation/conversations.js");
      await listConversations({ limit, state, channel, contact }, context);
    });
  conversations
    .command("show")
    .description("show what was written, oldest first")
    .argument("<id>", "as the list shows it")
    .addOption(limitOption())
    .action(async (id: string, { limit }: { limit: number }) => {
      const context = await open();
      const { showConversation } = await import("../conversation/conversations.js");
      await showConversation(id, { limit }, context);
    });
  registerMove(conversations, "close", open);
  registerMove(conversations, "reopen", open);
}

const verbs = {
  close: "close one: what the contact writes next opens another",
  reopen: "open the contact's newest one again",
} as const;

function registerMove(conversations: Command, verb: keyof typeof verbs, open: OpenContext): void {
  conversations
    .command(verb)
    .description(verbs[verb])
    .argument("<id>", "as the list shows it")
    .action(async (id: string) => {
      const context = await open();
      const { moveConversation } = await import("../conversation/conversations.js");
      await moveConversation(id, verb, context);
    });
}
