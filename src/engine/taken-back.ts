import type { Change } from "../core/change.js";
import { PatchbayError } from "../core/errors.js";
import type { Message, MessageReport } from "../core/message.js";
import { type ConversationChannel, threadOf } from "../core/received-message.js";
import type { Store } from "../core/store.js";
import type { MessageFilter } from "../core/store-filters.js";
import type { Draft } from "./draft.js";
import type { Planning } from "./planning.js";
import { optOutOf } from "./recipients-consent.js";

/** Messages that are read at a time. */
const AT_ONCE = 200;

/**
 * Plans that the vendor takes back what a cancelled run has scheduled: whoever cancels an order's run does not want the
 * reminder that it has left behind. The vendor is asked after the commit, until it has an answer.
 */
export async function planTakenBack(draft: Draft, runId: string, planning: Planning): Promise<void> {
  for await (const message of scheduled({ runId }, planning.parts.store)) planTaking(draft, message, planning);
}

/**
 * Plans that the vendor takes back what it keeps for a contact that has opted out: what would be suppressed if it were to be
 * made now. What the draft records counts already.
 */
export async function planTakenBackFrom(
  draft: Draft,
  { contact, channel }: { contact: string; channel: ConversationChannel },
  planning: Pick<Planning, "parts" | "hints">,
): Promise<void> {
  for await (const message of scheduled({ to: contact }, planning.parts.store)) {
    if (threadOf(message.channel) !== channel || (await optOutOf(draft, message, planning)) === null) continue;
    planTaking(draft, message, planning);
  }
}

/**
 * The same for a message that the vendor has just taken for later: meanwhile its recipient may have opted out, or its run may
 * have been cancelled.
 */
export async function planUnlessWanted(
  draft: Draft,
  changes: readonly Change[],
  planning: Pick<Planning, "parts" | "hints">,
): Promise<void> {
  for (const change of changes) {
    if (!isScheduled(change)) continue;
    const { message } = change;
    if ((await isCancelled(message, planning.parts.store)) || (await optOutOf(draft, message, planning)) !== null) {
      planTaking(draft, message, planning);
    }
  }
}

/** Whether a change is that the vendor keeps a message for later. */
export function isScheduled(change: Change): change is Extract<Change, { readonly kind: "message-recorded" }> {
  return change.kind === "message-recorded" && change.message.status === "scheduled";
}

/** Whether the run that a message belongs to was cancelled. */
export async function isCancelled({ runId }: Pick<Message, "runId">, { runs }: Pick<Store, "runs">): Promise<boolean> {
  return (await runs.get(runId))?.status === "cancelled";
}

async function* scheduled(
  whose: Pick<MessageFilter, "runId" | "to">,
  { messages }: Pick<Store, "messages">,
): AsyncGenerator<Message> {
  let cursor: string | undefined;
  do {
    const page = await messages.list({ ...whose, status: "scheduled" }, { limit: AT_ONCE, cursor });
    yield* page.items;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

function planTaking(
  draft: Draft,
  { id: messageId }: Message,
  { parts, hints }: Pick<Planning, "parts" | "hints">,
): void {
  const at = new Date(parts.now());
  hints.checks.expectSoon(at.getTime());
  const check = { messageId, purpose: "cancel", dueAt: at, attempts: 0, noticeId: null, createdAt: at } as const;
  draft.changes.push({ kind: "message-check-due", check });
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
  if ((found.status !== "scheduled" && found.status !== "unknown") || found.vendorId === null) {
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
