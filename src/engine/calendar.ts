import { Cron } from "croner";
import type { ScheduleTrigger } from "../core/flow.js";

/** How late a slot may be and still counts as on time, in milliseconds. */
const ON_TIME_MS = 60_000;

/** How many slots are counted through to find the newest of those that were missed. */
const MAX_COUNTED = 10_000;

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
    const slots = [...slotsBetween(trigger, { after: firedUntil, until: now, limit })];
    return { slots, until: slots.length === limit ? (slots.at(-1) ?? now) : now };
  }
  const fresh = new Date(now.getTime() - ON_TIME_MS);
  const from = trigger.missed === "skip" && firedUntil < fresh ? fresh : firedUntil;
  let newest: Date | null = null;
  for (const slot of slotsBetween(trigger, { after: from, until: now, limit: MAX_COUNTED })) newest = slot;
  return newest === null ? { slots: [], until: now } : { slots: [newest], until: newest };
}

/** Gives the next instant of a schedule, or null when there is none any more. */
export function nextSlot({ cron, timeZone }: ScheduleTrigger, after: Date): Date | null {
  return new Cron(cron, { timezone: timeZone, mode: "5-part", paused: true }).nextRun(after);
}

function* slotsBetween(
  trigger: ScheduleTrigger,
  { after, until, limit }: { after: Date; until: Date; limit: number },
): Generator<Date> {
  let slot = nextSlot(trigger, after);
  for (let count = 0; slot !== null && slot <= until && count < limit; count++) {
    yield slot;
    slot = nextSlot(trigger, slot);
  }
}
