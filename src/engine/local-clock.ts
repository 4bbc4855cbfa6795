const DAY_MS = 86_400_000;

/** Making one takes 50 µs. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Gives what a zone's clocks are ahead of UTC at an instant, in milliseconds. @throws RangeError for no time zone. */
function offsetAt(timeZone: string, at: number): number {
  const parts = formatOf(timeZone).formatToParts(at);
  const value = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  const shown = Date.UTC(
    value("year"),
    value("month") - 1,
    value("day"),
    value("hour"),
    value("minute"),
    value("second"),
  );
  return shown - Math.floor(at / 1_000) * 1_000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const digits = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" } as const;
  const rest = { minute: "numeric", second: "numeric", hourCycle: "h23", calendar: "gregory" } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone, ...digits, ...rest });
  formats.set(timeZone, format);
  return format;
}

/** Gives how long ago a zone's clocks showed midnight, by what they show: milliseconds of the day. */
export function timeOfDay(timeZone: string, at: number): number {
  return (((at + offsetAt(timeZone, at)) % DAY_MS) + DAY_MS) % DAY_MS;
}

/** Gives the date that a zone's calendars show, as `YYYY-MM-DD`. */
export function dayIn(timeZone: string, at: number): string {
  return new Date(at + offsetAt(timeZone, at)).toISOString().slice(0, 10);
}

/**
 * Gives the first instant after `at` at which something that depends on what a zone's clocks show is over: when they show
 * `timeMs` of a day, or when they are put over it. `isOver` decides where clocks are put forward or back.
 */
export function nextTime(
  timeZone: string,
  { at, timeMs, isOver }: { at: number; timeMs: number; isOver: (at: number) => boolean },
): number {
  let from = at;
  for (;;) {
    const offset = offsetAt(timeZone, from);
    const shown = timeOfDay(timeZone, from);
    const target = from + (timeMs > shown ? timeMs - shown : timeMs - shown + DAY_MS);
    if (offsetAt(timeZone, target) === offset) return target;
    const changedAt = changeBetween(timeZone, from, target);
    if (isOver(changedAt)) return changedAt;
    from = changedAt;
  }
}

/** The first instant at which clocks show another offset than at `from`; they do at `until`. */
function changeBetween(timeZone: string, from: number, until: number): number {
  const offset = offsetAt(timeZone, from);
  let [before, after] = [from, until];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(timeZone, middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}
