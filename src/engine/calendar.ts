import { Cron } from "croner";
import type { ScheduleTrigger } from "../core/flow.js";

/** How late a slot may be and still counts as on time, in milliseconds. */
const ON_TIME_MS = 60_000;

/** Cron has no finer slots than this, in milliseconds. */
const MINUTE_MS = 60_000;

/** The slots to fire now, oldest first, and up to when the schedule is dealt with then. */
export interface DueSlots {
  readonly slots: readonly Date[];
  readonly until: Date;
}

/**
 * Gives the instants of a schedule that have come since it last fired. Missed ones are treated as the trigger says: `skip`
 * drops what is more than a minute old, `once` keeps the newest, `all` keeps every one, `limit` at a time.
 */
export function slotsDue(
  trigger: ScheduleTrigger,
  { firedUntil, now, limit }: { firedUntil: Date; now: Date; limit: number },
): DueSlots {
  if (trigger.missed === "all") {
    const slots: Date[] = [];
    for (let slot = nextSlot(trigger, firedUntil); slot !== null && slot <= now && slots.length < limit; ) {
      slots.push(slot);
      slot = nextSlot(trigger, slot);
    }
    return { slots, until: slots.length === limit ? (slots.at(-1) ?? now) : now };
  }
  const fresh = new Date(now.getTime() - ON_TIME_MS);
  const from = trigger.missed === "skip" && firedUntil < fresh ? fresh : firedUntil;
  const newest = newestSlot(trigger, from, now);
  return newest === null ? { slots: [], until: now } : { slots: [newest], until: newest };
}

/** Gives the next instant of a schedule, or null when there is none any more. */
export function nextSlot({ cron, timeZone }: ScheduleTrigger, after: Date): Date | null {
  return new Cron(cron, { timezone: timeZone, mode: "5-part", paused: true }).nextRun(after);
}

/** Halves the span instead of counting through it: an outage of a month has missed 40,000 slots of a minute each. */
function newestSlot(trigger: ScheduleTrigger, after: Date, until: Date): Date | null {
  let newest = nextSlot(trigger, after);
  if (newest === null || newest > until) return null;
  // No slot lies behind `end`.
  let end = until.getTime();
  while (end - newest.getTime() >= MINUTE_MS) {
    const middle = Math.floor((newest.getTime() + end) / 2);
    const slot = nextSlot(trigger, new Date(middle));
    if (slot !== null && slot <= until) newest = slot;
    else end = middle;
  }
  return newest;
}
