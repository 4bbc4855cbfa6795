import type { Change } from "../core/change.js";
import { PatchbayError } from "../core/errors.js";
import type { FlowVersion, ScheduleTrigger, SilenceTrigger } from "../core/flow.js";
import { slotsDue } from "./calendar.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import { planStart } from "./plan-event.js";
import type { Planning } from "./planning.js";
import { silenceDue } from "./silence.js";

/** Slots of one schedule fired in one go: what an outage has left is worked through a part at a time. */
const MAX_SLOTS = 100;

/** A cursor is stored no oftener than this when nothing fires, in milliseconds. */
const CURSOR_MS = 3_600_000;

/** Fires schedules and notices silences. */
export interface Clock {
  /** Fires what is due: the runs are queued. @returns How many. */
  tick(planning: Planning): Promise<number>;
}

interface Timed {
  readonly version: FlowVersion;
  readonly on: ScheduleTrigger | SilenceTrigger;
  /** Up to when it has fired, or since when silence counts. */
  readonly since: Date;
  readonly now: Date;
}

/**
 * Makes the clock of one process. A flow that is switched on begins to count then, one that was on when the process started
 * goes on from what is stored; each slot is an event with a key of its own, so of several processes one fires it.
 */
export function createClock(): Clock {
  /** Timed flows that are on, as seen at the last tick; null before the first. */
  let seen: ReadonlySet<string> | null = null;
  return {
    tick: async (planning) => {
      const timed = timedFlows(planning);
      const names = new Set(timed.map(({ flow }) => flow.name));
      let fired = 0;
      if (timed.length > 0) {
        const cursors = await planning.parts.store.schedules.all();
        for (const version of timed) {
          const { name } = version.flow;
          const known = seen === null || seen.has(name) ? cursors.get(name) : undefined;
          fired += await tickFlow(version, known, planning);
        }
      }
      seen = names;
      return fired;
    },
  };
}

function timedFlows({ catalog }: Planning): readonly FlowVersion[] {
  return catalog
    .flows()
    .filter(({ active, version }) => active && ["schedule", "silence"].includes(version.flow.on.kind))
    .map(({ version }) => version);
}

async function tickFlow(version: FlowVersion, since: Date | undefined, planning: Planning): Promise<number> {
  const { on, name } = version.flow;
  const now = new Date(planning.parts.now());
  if (since === undefined) {
    await planning.parts.store.commit([advanced(name, now)]);
    return 0;
  }
  if (on.kind === "schedule") return fireSlots({ version, on, since, now }, planning);
  if (on.kind === "silence") return noticeSilence({ version, on, since, now }, planning);
  return 0;
}

async function fireSlots(timed: Timed & { on: ScheduleTrigger }, planning: Planning): Promise<number> {
  const { version, on, since, now } = timed;
  const { name } = version.flow;
  const { slots, until } = slotsDue(on, { firedUntil: since, now, limit: MAX_SLOTS });
  let fired = 0;
  for (const slot of slots) {
    const scheduledAt = slot.toISOString();
    const payload = { scheduledAt, cron: on.cron, timeZone: on.timeZone };
    const occasion = { key: `schedule:${name}:${scheduledAt}`, reason: `due at ${scheduledAt}`, payload };
    const also = [advanced(name, slot)];
    fired += await fire(version, { ...occasion, kind: "schedule.due", also }, planning);
  }
  const last = slots.at(-1) ?? since;
  if (until.getTime() - last.getTime() > CURSOR_MS) await planning.parts.store.commit([advanced(name, until)]);
  return fired;
}

async function noticeSilence(timed: Timed & { on: SilenceTrigger }, planning: Planning): Promise<number> {
  const { version, on, since, now } = timed;
  const { name } = version.flow;
  const newestAt = await planning.parts.store.events.newestAt(on.dataType);
  const silent = silenceDue(on, { flow: name, newestAt, watchedSince: since, now });
  if (silent === null) return 0;
  const { dedupeKey, silentSince } = silent;
  if ((await planning.parts.store.events.getByDedupeKey(dedupeKey)) !== null) return 0;
  const payload = { dataType: on.dataType, silentSince: silentSince.toISOString(), forMs: on.forMs };
  const reason = `no ${on.dataType} since ${silentSince.toISOString()}`;
  return fire(version, { key: dedupeKey, reason, payload, kind: "silence.noticed", also: [] }, planning);
}

interface Firing {
  readonly kind: "schedule.due" | "silence.noticed";
  readonly key: string;
  readonly reason: string;
  readonly payload: { readonly [name: string]: string | number };
  /** What is to be in the same commit. */
  readonly also: readonly Change[];
}

async function fire(
  version: FlowVersion,
  { kind, key, reason, payload, also }: Firing,
  planning: Planning,
): Promise<number> {
  const start = { kind, version, payload: { ...payload }, reason, causedBy: null, dedupeKey: key };
  try {
    const plan = async (draft: Draft): Promise<void> => {
      await planStart(draft, start, planning);
      draft.changes.push(...also);
    };
    await commitPlan(planning, plan, true);
    return 1;
  } catch (error) {
    if (!(error instanceof PatchbayError && error.code === "EVENT_DUPLICATED")) throw error;
    if (also.length > 0) await planning.parts.store.commit(also);
    return 0;
  }
}

function advanced(flow: string, slotAt: Date): Change {
  return { kind: "schedule-advanced", flow, slotAt };
}
