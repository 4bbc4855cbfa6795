import { getHeapStatistics } from "node:v8";
import { toPatchbayError } from "../core/errors.js";
import type { AttachmentDesk } from "./attachment-desk.js";
import { createBroadcastRound } from "./broadcast-round.js";
import { createClock } from "./clock.js";
import type { ConnectionCare } from "./connection-care.js";
import type { EngineParts } from "./engine-parts.js";
import type { HourCounter } from "./hour-counter.js";
import type { KeyedQueue } from "./keyed-queue.js";
import type { MessageFollower } from "./message-follower.js";
import { type Allowance, unitsDue } from "./operation-pace.js";
import { continueOperation } from "./operations.js";
import type { Planning } from "./planning.js";
import { createPressure, mostCounted } from "./pressure.js";
import { reap } from "./reap.js";
import { createRegularChecks } from "./regular-checks.js";
import { createRetention } from "./retention.js";
import { createSwitchedOn } from "./switched-on.js";
import { createTemplateKeeper } from "./template-keeper.js";

/** How often the backlog is counted, and how often what should not be there is looked for, in milliseconds. */
const COUNT_MS = 1_000;
const REAP_MS = 5_000;

/** Part of the heap that may be in use before no more records are taken. */
const MAX_HEAP_SHARE = 0.85;

/** What an engine does by the clock besides carrying runs on. */
export interface Housekeeping {
  /** Fires schedules, notices silences, carries operations on, counts and reaps. @returns Whether runs may be due now. */
  tick(planning: Planning): Promise<boolean>;
  /** Why no more records should be taken, and for how long; null when there is room. */
  pressure(): { readonly reason: string; readonly retryAfterMs: number } | null;
  /** Resolves when nothing that it does in the background is under way. */
  idle(): Promise<void>;
}

/** What housekeeping shares with the rest of the engine. */
export interface HousekeepingPlace {
  /** How many pushes are being taken at this moment. */
  readonly accepting: () => number;
  readonly care: ConnectionCare;
  readonly inOrder: KeyedQueue;
  /** Whether this process does what only one on the store does at a time. */
  readonly leads: () => boolean;
  /** Fetches files; it does not keep the rest from being done. */
  readonly attachments: AttachmentDesk;
  /** Asks about messages; it does not either. */
  readonly follower: MessageFollower;
  /** Counts what was made; it does not either. */
  readonly counter: HourCounter;
  /** Whether the engine is about to end: the unit that was begun is done, and no other is begun. */
  readonly stopping: () => boolean;
}

export function createHousekeeping(
  parts: EngineParts,
  { accepting, care, inOrder, leads, stopping, attachments, follower, counter }: HousekeepingPlace,
): Housekeeping {
  const { limits, now, store, log } = parts;
  let clock = createClock();
  const retention = createRetention({ retention: store.retention, policy: parts.retention, now });
  const templates = createTemplateKeeper(parts);
  const everyMs = parts.checkEveryMs;
  const checks = everyMs === null ? null : createRegularChecks(parts, { everyMs, care, stopping });
  const switchedOn = createSwitchedOn();
  const allowances = new Map<string, Allowance>();
  const broadcasts = createBroadcastRound({ store, now, stopping, chore: (what, work) => chore(what, work, 0) });
  let due = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  let reapedAt = Number.NEGATIVE_INFINITY;
  const pressure = createPressure({
    now,
    limits: { maxBacklog: limits.maxBacklog, maxHeapShare: MAX_HEAP_SHARE },
    backlog: () => due + accepting(),
    heap,
  });

  async function operate(planning: Planning): Promise<number> {
    const { items } = await store.operations.list({ state: "running" }, { limit: 20 });
    let done = 0;
    for (const { id, perSecond } of items) {
      const { count, allowance } = unitsDue(perSecond, allowances.get(id) ?? null, now());
      allowances.set(id, allowance);
      done += await chore(`operation ${id}`, () => doUnits(id, count, planning), 0);
    }
    for (const id of allowances.keys()) if (!items.some((item) => item.id === id)) allowances.delete(id);
    return done + (await broadcasts.tick(planning));
  }

  /** Each unit waits for its turn anew, so that whoever stops the operation comes before the next one. */
  async function doUnits(id: string, count: number, planning: Planning): Promise<number> {
    let done = 0;
    while (done < count && !stopping() && (await inOrder(id, () => continueOperation(id, planning)))) done++;
    return done;
  }

  /** One chore that fails must not keep the others from being done. */
  async function chore<T>(what: string, work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const { code, message } = toPatchbayError(thrown);
      log.error({ code, problem: message, chore: what }, "a chore could not be done; trying again");
      return otherwise;
    }
  }

  return {
    pressure: () => pressure.check(),
    idle: () => templates.idle(),
    tick: async (planning) => {
      const at = now();
      if (Math.abs(at - countedAt) >= COUNT_MS) {
        countedAt = at;
        due = await chore("counting", () => store.runs.backlog(new Date(at), mostCounted(limits.maxBacklog)), due);
      }
      if (!leads()) {
        // What is switched on while another leads has begun to count there.
        clock = createClock();
        return false;
      }
      attachments.look(planning);
      follower.look(planning);
      counter.look();
      if (Math.abs(at - reapedAt) >= REAP_MS) {
        reapedAt = at;
        await chore("reaping", () => reap(planning), 0);
      }
      await chore("switches", () => switchedOn.tick(planning), undefined);
      if (checks !== null) await chore("checks of connections", () => checks.tick(planning), undefined);
      await chore("retention", () => retention.tick(), {});
      await chore("templates", () => templates.tick(planning), undefined);
      const fired = await chore("schedules", () => clock.tick(planning), 0);
      const operated = await chore("operations", () => operate(planning), 0);
      return fired + operated > 0;
    },
  };
}

function heap(): { readonly used: number; readonly limit: number } {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return { used, limit };
}
