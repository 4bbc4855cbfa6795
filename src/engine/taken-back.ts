import { PatchbayError } from "../core/errors.js";
import type { Message, MessageReport } from "../core/message.js";
import type { Draft } from "./draft.js";
import type { Planning } from "./planning.js";

/** Messages of one run that are looked at. */
const MOST = 200;

/**
 * Plans that the vendor takes back what a cancelled run has scheduled: whoever cancels an order's run does not want the
 * reminder that it has left behind. The vendor is asked after the commit, until it has an answer.
 */
export async function planTakenBack(draft: Draft, runId: string, { parts }: Planning): Promise<void> {
  const { items } = await parts.store.messages.list({ runId, status: "scheduled" }, { limit: MOST });
  const at = new Date(parts.now());
  for (const { id: messageId } of items) {
    const check = { messageId, purpose: "cancel", dueAt: at, attempts: 0, noticeId: null, createdAt: at } as const;
    draft.changes.push({ kind: "message-check-due", check });
  }
}

/**
 * Has the vendor take one scheduled message back, for an operator; one that was taken back before is so still.
 *
 * @throws MESSAGE_UNKNOWN, MESSAGE_NOT_SCHEDULED, CONNECTION_UNKNOWN, and what the vendor's desk throws
 */
export async function takeBack(
  id: string,
  { catalog, parts: { store } }: Planning,
  report: (report: MessageReport) => Promise<void>,
): Promise<Message> {
  const found = (await store.messages.get(id)) ?? (await store.messages.getByVendorId(id));
  if (found === null) throw new PatchbayError("MESSAGE_UNKNOWN", `There is no message ${id.slice(0, 100)}`);
  if (found.status === "canceled") return found;
  if (found.status !== "scheduled" || found.vendorId === null) {
    throw new PatchbayError("MESSAGE_NOT_SCHEDULED", `The message ${found.id} is ${found.status}`);
  }
  const desk = catalog.connection(found.connection)?.connection.messages;
  if (desk === undefined) {
    throw new PatchbayError("CONNECTION_UNKNOWN", `The connection ${found.connection} is not installed`);
  }
  const said = await desk.cancel(found.vendorId);
  if (said !== null) await report(said);
  return (await store.messages.get(found.id)) ?? found;
}
