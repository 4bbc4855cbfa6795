import { InvalidArgumentError, Option } from "commander";
import { wholeNumber } from "./list-options.js";

const fastest = 1_000;
const standardPace = 10;

/** What the options of a bulk operation give. */
export interface SpanFlags {
  readonly from?: string;
  readonly until?: string;
  readonly perSecond: number;
  readonly yes: boolean;
}

/** `--from`, `--until`, `--per-second` and `--yes`, the same for every bulk operation. */
export function spanOptions(): readonly Option[] {
  return [
    new Option(
      "--from <time>",
      "beginning of the span: 2026-01-31, '2026-01-31 14:00' (local time), or ISO-8601",
    ).argParser(toInstant),
    new Option("--until <time>", "end of the span, itself not in it; now when not given").argParser(toInstant),
    new Option("--per-second <n>", "runs started a second, at most")
      .default(standardPace)
      .argParser(wholeNumber(1, fastest)),
    new Option("--yes", "do not ask").default(false),
  ];
}

/** Reads an instant as ISO-8601 in UTC; without a time zone it is local time. */
export function toInstant(text: string): string {
  const [, day, time = "00:00", zone = ""] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  // With a time and without a zone, a date is read as local time.
  const date = new Date(`${day}T${time}${zone}`);
  if (day !== undefined && !Number.isNaN(date.getTime()) && isDay(day)) return date.toISOString();
  throw new InvalidArgumentError("Write 2026-01-31, '2026-01-31 14:00', or 2026-01-31T14:00:00Z.");
}

/** Dates such as 2026-02-30 are read as days of the next month. */
function isDay(day: string): boolean {
  return new Date(day).toISOString().startsWith(day);
}
