import { PatchbayError } from "../core/errors.js";

const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

/** Two instants in ISO-8601 and UTC. */
export interface SpanText {
  readonly from: string;
  readonly until: string;
}

/**
 * Reads the span of an operation.
 * @throws REQUEST_INVALID when an instant cannot be read or has no time zone, when the span is empty or longer than 366 days.
 */
export function parseSpan({ from, until }: SpanText): SpanText {
  const [begin, end] = [parseInstant("from", from), parseInstant("until", until)];
  if (begin >= end) throw invalid(`from (${from}) must be before until (${until})`);
  if (end.getTime() - begin.getTime() > LONGEST_DAYS * DAY_MS) {
    throw invalid(`from and until are more than ${LONGEST_DAYS} days apart; order several operations instead`);
  }
  return { from: begin.toISOString(), until: end.toISOString() };
}

/** Reads one instant in ISO-8601. @throws REQUEST_INVALID */
export function parseInstant(name: string, text: string): Date {
  const date = new Date(text);
  if (iso.test(text) && !Number.isNaN(date.getTime()) && isDay(text.slice(0, 10))) return date;
  throw invalid(
    `${name} is "${text.slice(0, 40)}", which is no instant: write 2026-11-21T09:00:00Z, or 2026-11-21 for its beginning in UTC`,
  );
}

/** Dates such as 2026-02-30 are read as days of the next month. */
function isDay(day: string): boolean {
  return new Date(day).toISOString().startsWith(day);
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
