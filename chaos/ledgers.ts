import type { MessageView } from "../src/api/contract/message.js";
import type { NotificationView } from "../src/api/contract/notification.js";
import type { EffectView, RunDetailView, RunView } from "../src/api/contract/run.js";
import type { MessageStatus } from "../src/core/message.js";
import { type Order, orderIdIn } from "./orders.js";
import { getOne, listAll } from "./patchbay-api.js";

/** A message as the vendor has it. */
export interface VendorMessage {
  readonly sid: string;
  readonly to: string;
  readonly body: string;
  readonly status: MessageStatus;
  /** The order that its text names; null when it names none. */
  readonly orderId: string | null;
}

/** One order, and whether a store was told that it is taken. */
export type ToldOrder = Pick<Order, "id" | "phone"> & { readonly accepted: boolean };

export type OurMessage = Pick<MessageView, "id" | "key" | "runId" | "effectId" | "vendorId" | "status" | "to">;
export type OurRun = Pick<RunView, "id" | "key" | "status" | "dueAt" | "failure">;
export type OurEffect = Pick<EffectView, "id" | "state" | "vendorId" | "failure"> & { readonly runId: string };
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

/** Runs asked for at once. */
const WIDTH = 8;

/** Reads the vendor's ledger and ours, through the ways that are open to everybody. */
export async function readLedgers(
  { server, simulator }: { server: string; simulator: string },
  { told, taken }: Pick<Ledgers, "told" | "taken">,
): Promise<Ledgers> {
  const runs = await listAll<RunView>(`${server}/api/v1/runs`);
  return {
    told,
    taken,
    vendor: await readVendor(simulator),
    messages: await listAll<MessageView>(`${server}/api/v1/messages`),
    runs,
    effects: await readEffects(server, runs),
    notifications: await listAll<NotificationView>(`${server}/api/v1/notifications`),
  };
}

async function readVendor(simulator: string): Promise<readonly VendorMessage[]> {
  const { messages } = await getOne<{ messages: VendorMessage[] }>(`${simulator}/simulator/messages`);
  return messages.map(({ sid, to, body, status }) => ({ sid, to, body, status, orderId: orderIdIn(body) }));
}

async function readEffects(server: string, runs: readonly RunView[]): Promise<readonly OurEffect[]> {
  const effects: OurEffect[] = [];
  const left = [...runs];
  const reader = async (): Promise<void> => {
    for (let run = left.shift(); run !== undefined; run = left.shift()) {
      const detail = await getOne<RunDetailView>(`${server}/api/v1/runs/${run.id}`);
      const { id } = run;
      effects.push(...detail.effects.map((effect) => ({ ...effect, runId: id })));
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, reader));
  return effects;
}
