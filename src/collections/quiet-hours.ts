import type { JsonObject } from "../core/json.js";
import type { DaySpan, QuietHours } from "../core/sending.js";
import { isTimeZone } from "./schedule.js";

/** Quiet hours as a file has them. */
export interface QuietHoursFile extends DaySpan {
  readonly for?: "marketing" | "all";
  readonly countries?: Readonly<Record<string, DaySpan | null>>;
  readonly timeZone?: string;
}

/** Completes quiet hours whose shape has been checked. */
export function toQuietHours({ from, to, countries = {}, timeZone = "UTC", ...file }: QuietHoursFile): QuietHours {
  return { from, to, for: file.for ?? "marketing", countries, timeZone };
}

/** Tells what is wrong with quiet hours although they have the right shape: where, and what. */
export function quietHoursProblems({
  from,
  to,
  countries,
  timeZone,
}: QuietHours): readonly (readonly [string, string])[] {
  const spans: (readonly [string, DaySpan | null])[] = [["", { from, to }]];
  for (const [country, span] of Object.entries(countries)) spans.push([`/countries/${country}`, span]);
  const problems = spans
    .filter(([, span]) => span !== null && span.from === span.to)
    .map(([path]): readonly [string, string] => [`${path}/to`, "must not be the same time as `from`"]);
  if (!isTimeZone(timeZone)) problems.push(["/timeZone", `there is no time zone ${timeZone}`]);
  return problems;
}

const time = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** Reads quiet hours that an expression gave. @returns What is wrong with them, where and what, or the hours. */
export function readQuietHours(value: JsonObject): QuietHours | string {
  const { from, to, for: kept = "marketing", countries = {}, timeZone = "UTC", ...others } = value;
  if (Object.keys(others).length > 0) return `has no ${Object.keys(others).join(", ")}`;
  if (!isTime(from) || !isTime(to)) return "must have `from` and `to`, times of day such as 21:00";
  if (kept !== "marketing" && kept !== "all") return "/for must be marketing or all";
  if (typeof timeZone !== "string") return "/timeZone must be a text";
  const spans = readCountries(countries);
  if (typeof spans === "string") return spans;
  const hours: QuietHours = { from, to, for: kept, countries: spans, timeZone };
  const [problem] = quietHoursProblems(hours);
  return problem === undefined ? hours : problem.join(" ");
}

function readCountries(value: unknown): Record<string, DaySpan | null> | string {
  const wrong = "/countries must be an object of country codes (DE), each with `from` and `to`, or null for none";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong;
  const spans: Record<string, DaySpan | null> = {};
  for (const [country, span] of Object.entries(value)) {
    if (!/^[A-Z]{2}$/.test(country)) return wrong;
    const { from, to } = (span ?? {}) as Record<string, unknown>;
    if (span !== null && !(isTime(from) && isTime(to))) return wrong;
    spans[country] = isTime(from) && isTime(to) ? { from, to } : null;
  }
  return spans;
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && time.test(value);
}
