import type { MessageView } from "../../api/contract/message.js";
import type { CommandContext } from "../context.js";
import { localTime } from "../local-time.js";
import { count, plain } from "../plain.js";
import { priceText } from "../price-text.js";
import { type Cell, pairs, table } from "../table.js";
import { messageStatusCell, recordName } from "./tones.js";

const headings = ["MESSAGE", "CREATED", "STATUS", "TO", "RECORD", "PRICE", "TEXT"];

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

/** Shows one message: who gets it, what has become of it, and what it has cost. */
export async function showMessage(id: string, { client, terminal }: CommandContext): Promise<void> {
  const message = await client.get<MessageView>(`/api/v1/messages/${encodeURIComponent(id)}`);
  terminal.printJson(message);
  terminal.print(...pairs(terminal.paint, factsOf(message)), "", ...message.body.split("\n").map(plain));
}

function factsOf(message: MessageView): (readonly [string, Cell])[] {
  const { id, channel, from, service, to, status, errorCode, segments, encoding, media, price } = message;
  const { connection, flow, runId, dataType, key, vendorId, createdAt, updatedAt } = message;
  const size = `${count(segments, "segment")}${encoding === null ? "" : ` of ${encoding}`}`;
  return [
    ["Message", id],
    ["To", to],
    ["From", from ?? service ?? ""],
    ["Channel", `${channel} by ${connection}`],
    ["Status", messageStatusCell(status, errorCode)],
    ["Size", channel === "sms" ? size : "1 message"],
    ...(media.length === 0 ? [] : [["Media", media.join(" ")] as const]),
    ["Price", price === null ? "not known (yet)" : priceText(price)],
    ["Record", recordName(dataType, key)],
    ["Flow", flow],
    ["Run", runId],
    ["At the vendor", vendorId ?? ""],
    ["Created", localTime(createdAt)],
    ["Changed", localTime(updatedAt)],
  ];
}

function toRow({ id, createdAt, status, errorCode, to, dataType, key, price, body }: MessageView): Cell[] {
  const state = messageStatusCell(status, errorCode);
  return [id, localTime(createdAt), state, to, recordName(dataType, key), priceText(price), body];
}
