import { Cron } from "croner";
import type { ScheduleTrigger } from "../core/flow.js";

/** How late a slot may be and still counts as on time, in milliseconds. */
const ON_TIME_MS = 60_000;

/** The slots to fire now, oldest first, and up to when the schedule is dealt with then. */
export interface DueSlots {
  readonly slots: readonly Date[];
  readonly until: Date;
}

/**
 * Gives the instants of a schedule that have come since it last fired. Missed ones are treated as the trigger says: `skip`
 * drops what is more than a minute old, `once` keeps the newest, `all` keeps every one, oldest first.
 *
 * Slots are instants: where clocks go back, a daily time has one slot (the first), an interval has one for every time it
 * comes; where they go forward, a daily time that is left out has its slot right after the gap.
 *
 * @param firedUntil Up to when it was dealt with: the `until` of the last answer.
 * @param limit How many slots at most; when there are more, `until` is the last one given, and the rest comes next time.
 */
export function slotsDue(
  trigger: ScheduleTrigger,
  { firedUntil, now, limit }: { firedUntil: Date; now: Date; limit: number },
): DueSlots {
  if (now <= firedUntil) return { slots: [], until: firedUntil };
  const calendar = calendarOf(trigger);
  if (trigger.missed === "once") return { slots: newestSlot(calendar, firedUntil, now), until: now };
  const fresh = new Date(now.getTime() - ON_TIME_MS - 1);
  const after = trigger.missed === "skip" && firedUntil < fresh ? fresh : firedUntil;
  const slots = slotsBetween(calendar, { after, now, limit });
  return { slots, until: slots.length < limit ? now : (slots.at(-1) ?? now) };
}

/** Gives the next instant of a schedule, or null when there is none any more: none in the years a search looks at. */
export function nextSlot(trigger: ScheduleTrigger, after: Date): Date | null {
  return calendarOf(trigger).nextRun(after);
}

function calendarOf({ cron, timeZone }: ScheduleTrigger): Cron {
  return new Cron(cron, { timezone: timeZone, mode: "5-part", paused: true });
}

function slotsBetween(
  calendar: Cron,
  { after, now, limit }: { after: Date; now: Date; limit: number },
): readonly Date[] {
  const slots: Date[] = [];
  let slot = calendar.nextRun(after);
  while (slot !== null && slot <= now && slots.length < limit) {
    slots.push(slot);
    slot = calendar.nextRun(slot);
  }
  return slots;
}

/** Looks backwards, so that a year of missed minutes costs no more than one. */
function newestSlot(calendar: Cron, after: Date, now: Date): readonly Date[] {
  const justAfter = new Date(now.getTime() + 1_000);
  const newest = calendar.previousRuns(2, justAfter).find((slot) => slot <= now);
  return newest !== undefined && newest > after ? [newest] : [];
}
