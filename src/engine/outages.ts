import { toPatchbayError } from "../core/errors.js";
import { commitPlan, type Plan } from "./commit.js";
import type { ConnectionGate } from "./connection-gate.js";
import type { Draft } from "./draft.js";
import { noticeOfOutage, outageFingerprint } from "./notify.js";
import { type Planning, stampOf } from "./planning.js";

/** Tells operators when a connection does not answer any more, once for each outage, and takes it back when it does again. */
export interface Outages {
  /** Looks at the gate after a call, and tells what has not been told. Never throws: the call has been dealt with. */
  observe(call: ObservedCall, planning: Planning): Promise<void>;
}

/** The call whose outcome the gate has just been told. */
export interface ObservedCall {
  readonly connection: string;
  readonly effectId: string;
}

/** A connection that takes no calls because it did not answer. */
type Opened = ReturnType<ConnectionGate["open"]>[number];

/**
 * Makes the teller of one process. It keeps only what it has told last, so that the store is asked when the gate turns,
 * and in the beginning. Whether an outage is open is read from its issue: neither a second process nor a restart tells it
 * twice, and one that ended while nothing ran is taken back with the first call that takes effect.
 */
export function createOutages(): Outages {
  const told = new Map<string, boolean>();
  const telling = new Set<string>();

  /** The gate may turn again while it is being told. */
  async function tell(call: ObservedCall, planning: Planning): Promise<void> {
    for (;;) {
      const opened = openedOf(call.connection, planning);
      const before = told.get(call.connection);
      if (before === (opened !== null)) return;
      // Not shut is not yet answered: another process may have met silence enough.
      if (before === undefined && opened === null && !(await tookEffect(call, planning))) return;
      if (!(await alone(call.connection, planning, (draft) => planTelling(draft, { call, opened }, planning)))) return;
      told.set(call.connection, opened !== null);
    }
  }

  function isTold({ connection }: ObservedCall, planning: Planning): boolean {
    return told.get(connection) === (openedOf(connection, planning) !== null);
  }

  return {
    observe: async (call, planning) => {
      if (isTold(call, planning) || telling.has(call.connection)) return;
      telling.add(call.connection);
      try {
        await tell(call, planning);
      } catch (thrown) {
        const { code, message } = toPatchbayError(thrown);
        planning.parts.log.error({ code, problem: message }, "an outage could not be told; the next call tries again");
      } finally {
        telling.delete(call.connection);
      }
    },
  };
}

/** How long a process that dies while it tells keeps the others from it, in milliseconds. */
const TELLING_MS = 10_000;

/** Plans and commits while no other process tells the same; whoever comes later looks again with its next call. */
async function alone(connection: string, planning: Planning, plan: Plan): Promise<boolean> {
  const { store, now } = planning.parts;
  const name = `outage ${connection}`;
  const at = now();
  const times = { until: new Date(at + TELLING_MS), now: new Date(at) };
  if (!store.exclusive && !(await store.leases.take(name, planning.worker, times))) return false;
  try {
    await commitPlan(planning, plan);
    return true;
  } finally {
    // What is not given back ends by itself.
    if (!store.exclusive) await store.leases.release(name, planning.worker).catch(() => undefined);
  }
}

async function tookEffect({ effectId }: ObservedCall, { parts }: Planning): Promise<boolean> {
  return (await parts.store.effects.get(effectId))?.state === "done";
}

function openedOf(connection: string, { gate }: Planning): Opened | null {
  return gate.open().find((opened) => opened.connection === connection) ?? null;
}

async function planTelling(
  draft: Draft,
  { call, opened }: { call: ObservedCall; opened: Opened | null },
  { parts }: Planning,
): Promise<void> {
  const { store } = parts;
  const fingerprint = outageFingerprint(call.connection);
  const state = (await store.issues.get(fingerprint))?.state ?? "resolved";
  const stamp = stampOf(parts);
  if (opened !== null && state === "resolved") {
    const effect = await store.effects.get(call.effectId);
    draft.changes.push(noticeOfOutage({ ...opened, why: effect?.failure?.message ?? null }, stamp));
  }
  if (opened === null && state !== "resolved") {
    draft.changes.push({ kind: "issue-moved", fingerprint, state: "resolved", at: stamp.at });
  }
}
