import { Cron } from "croner";

/** Any instant will do: without a year in it, a cron expression comes due after it or never. */
const REFERENCE = new Date("2024-01-01T00:00:00Z");

/**
 * Says what is wrong with a cron expression of five fields; null when nothing is. One that never comes due (30 February)
 * is wrong, too.
 */
export function cronProblem(cron: string): string | null {
  if (cron.trim().split(/\s+/).length !== 5) {
    return "must have five fields: minute, hour, day of the month, month, day of the week";
  }
  try {
    const next = new Cron(cron, { mode: "5-part", timezone: "UTC" }).nextRun(REFERENCE);
    return next === null ? "never comes due" : null;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    return `is not a cron expression: ${reason}`;
  }
}

/** Tells whether a text is the IANA name of a time zone that this machine knows; an offset such as `+02:00` is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
