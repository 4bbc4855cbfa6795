import type { DaySpan, QuietHours } from "../core/sending.js";
import { nextTime, timeOfDay } from "./local-clock.js";

/** Where a recipient is at home, as far as that is known. */
export interface Whereabouts {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** IANA names; several when it could be any of them. */
  readonly timeZones: readonly string[];
}

/** How long a recipient is to be left in peace, and by whose clock. */
export interface Quiet {
  /** Milliseconds since 1970: the first instant at which a message may go. */
  readonly until: number;
  readonly timeZone: string;
}

const HOUR_MS = 3_600_000;

/** Farther ahead no instant is looked for that suits all zones in which somebody may be. */
const HORIZON_MS = 48 * HOUR_MS;

/**
 * Tells until when a recipient is to be left in peace; null when a message may go now.
 *
 * Of somebody who may be in several time zones, it is quiet while it is in any of them. Where that leaves no time at all
 * (numbers that say no more than North America), the first instant of a day is taken at which it is quiet in the fewest.
 */
export function quietUntil(hours: QuietHours, { country, timeZones }: Whereabouts, now: number): Quiet | null {
  const span = spanIn(hours, country);
  if (span === null) return null;
  const zones = timeZones.length === 0 ? [hours.timeZone] : timeZones;
  let at = now;
  let last: string | null = null;
  for (let quiet = quietZone(zones, span, at); quiet !== null; quiet = quietZone(zones, span, at)) {
    last = quiet;
    at = endIn(quiet, span, at);
    if (at - now > HORIZON_MS) return leastQuiet(zones, span, now);
  }
  return last === null ? null : { until: at, timeZone: last };
}

function spanIn({ countries, from, to }: QuietHours, country: string | null): DaySpan | null {
  const own = country === null ? undefined : countries[country];
  return own === undefined ? { from, to } : own;
}

function quietZone(zones: readonly string[], span: DaySpan, at: number): string | null {
  return zones.find((zone) => isQuiet(zone, span, at)) ?? null;
}

function leastQuiet(zones: readonly string[], span: DaySpan, now: number): Quiet | null {
  const ends = zones.filter((zone) => isQuiet(zone, span, now)).map((zone) => endIn(zone, span, now));
  let best = { at: now, quiet: zones.length + 1 };
  for (const at of [now, ...ends].sort((a, b) => a - b)) {
    const quiet = zones.filter((zone) => isQuiet(zone, span, at)).length;
    if (quiet < best.quiet) best = { at, quiet };
  }
  return best.at === now ? null : { until: best.at, timeZone: `${zones.length} time zones` };
}

function isQuiet(timeZone: string, { from, to }: DaySpan, at: number): boolean {
  const time = timeOfDay(timeZone, at);
  const [begin, end] = [toMs(from), toMs(to)];
  return begin < end ? time >= begin && time < end : time >= begin || time < end;
}

function endIn(timeZone: string, span: DaySpan, at: number): number {
  const isOver = (then: number): boolean => !isQuiet(timeZone, span, then);
  return nextTime(timeZone, { at, timeMs: toMs(span.to), isOver });
}

function toMs(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * HOUR_MS + minutes * 60_000;
}
