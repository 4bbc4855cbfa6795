import type { MessageView } from "../../api/contract/message.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";
import { messageStatusCell, recordName } from "./tones.js";

const headings = ["MESSAGE", "CREATED", "STATUS", "TO", "RECORD", "TEXT"];

/** Lists messages, newest first. */
export async function listMessages(
  filter: { limit: number; status: string | undefined; to: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const messages = await client.list<MessageView>("/api/v1/messages", filter);
  terminal.printJson({ items: messages });
  if (messages.length === 0) terminal.print("There are no such messages.");
  else terminal.print(...table(terminal.paint, headings, messages.map(toRow)));
}

/** Has the vendor take a scheduled message back. */
export async function cancelMessage(id: string, { client, terminal }: CommandContext): Promise<void> {
  const message = await client.post<MessageView>(`/api/v1/messages/${encodeURIComponent(id)}/cancel`, {});
  terminal.printJson(message);
  terminal.print(`The message to ${message.to} is ${message.status}; it does not leave.`);
}

function toRow({ id, createdAt, status, errorCode, to, dataType, key, body }: MessageView): Cell[] {
  return [id, localTime(createdAt), messageStatusCell(status, errorCode), to, recordName(dataType, key), body];
}
