import type { MessageView } from "../src/api/contract/message.js";
import type { NotificationView } from "../src/api/contract/notification.js";
import type { EffectView, RunView } from "../src/api/contract/run.js";
import type { MessageStatus } from "../src/core/message.js";
import { type Order, orderIdIn } from "./orders.js";
import { listAll } from "./patchbay-api.js";

/** A message as the vendor has it. */
export interface VendorMessage {
  readonly sid: string;
  readonly to: string;
  readonly body: string;
  readonly status: MessageStatus;
  /** The effect that its status callback names; null when it has none. */
  readonly effect: string | null;
  /** The order that its text names; null when it names none. */
  readonly orderId: string | null;
}

/** One order, and whether a store was told that it is taken. */
export type ToldOrder = Pick<Order, "id" | "phone"> & { readonly accepted: boolean };

export type OurMessage = Pick<MessageView, "id" | "key" | "runId" | "effectId" | "vendorId" | "status" | "to">;
export type OurRun = Pick<RunView, "id" | "key" | "status" | "dueAt" | "failure">;
export type OurEffect = Pick<EffectView, "id" | "runId" | "state" | "vendorId" | "failure">;
export type OurNotification = Pick<NotificationView, "id" | "runId" | "level" | "state" | "code" | "cause" | "title">;

/** What each side says, at rest: everything the verdict is made from. */
export interface Ledgers {
  readonly told: readonly ToldOrder[];
  readonly vendor: readonly VendorMessage[];
  readonly messages: readonly OurMessage[];
  readonly runs: readonly OurRun[];
  readonly effects: readonly OurEffect[];
  readonly notifications: readonly OurNotification[];
  /** By message SID, the statuses whose report Patchbay has taken with a 2xx. */
  readonly taken: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Reads the vendor's ledger and ours, through the ways that are open to everybody. */
export async function readLedgers(
  { server, simulator }: { server: string; simulator: string },
  { told, taken }: Pick<Ledgers, "told" | "taken">,
): Promise<Ledgers> {
  return {
    told,
    taken,
    vendor: await readVendor(simulator),
    messages: await listAll<MessageView>(`${server}/api/v1/messages`),
    runs: await listAll<RunView>(`${server}/api/v1/runs`),
    effects: await listAll<EffectView>(`${server}/api/v1/effects`),
    notifications: await listAll<NotificationView>(`${server}/api/v1/notifications`),
  };
}

async function readVendor(simulator: string): Promise<readonly VendorMessage[]> {
  const entries = await listAll<Omit<VendorMessage, "orderId">>(`${simulator}/simulator/ledger`);
  return entries.map((entry) => ({ ...entry, orderId: orderIdIn(entry.body) }));
}
