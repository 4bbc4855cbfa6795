import type { Effect } from "../core/effect.js";
import type { Message } from "../core/message.js";
import type { Notification } from "../core/notification.js";
import type { StoredRecord } from "../core/record.js";
import type { Run } from "../core/run.js";
import { everything } from "./everything.js";
import type { World } from "./world.js";

/** What there is at the end of a test, oldest first. */
export interface Observed {
  readonly messages: readonly Message[];
  readonly notifications: readonly Notification[];
  readonly runs: readonly Run[];
  readonly calls: readonly Effect[];
  /** Records of the data types that were asked for. */
  readonly records: readonly StoredRecord[];
}

/** Reads everything that a test can be judged by. */
export async function observe({ store }: Pick<World, "store">, dataTypes: readonly string[]): Promise<Observed> {
  const records = await Promise.all(
    [...new Set(dataTypes)].map((dataType) => everything((paging) => store.records.list({ dataType }, paging))),
  );
  return {
    messages: await everything((paging) => store.messages.list({}, paging)),
    notifications: await everything((paging) => store.notifications.list({}, paging)),
    runs: await everything((paging) => store.runs.list({}, paging)),
    calls: await everything((paging) => store.effects.list({}, paging)),
    records: records.flat(),
  };
}
