import { PatchbayError } from "../core/errors.js";
import { HOUR_MS, hourOf } from "../core/hourly-counts.js";
import { described, object, text } from "./contract/schema.js";
import { parseInstant } from "./instant.js";

/** How long a span that is told hour by hour may be. */
export const MOST_DAYS = 92;

/** What a route asks for that tells hours. */
export const spanQuery = object(
  {},
  {
    from: described("From the hour of this instant on; a day before `to` by default.", text()),
    to: described("Up to the end of the hour before this instant, or of the present one by default.", text()),
  },
);

/** Gives the whole hours of a span. @throws REQUEST_INVALID when the span is empty, too long, or cannot be read. */
export function readSpan(asked: { from?: string; to?: string }, now: Date): { from: Date; to: Date } {
  const to = asked.to === undefined ? new Date(now.getTime() + HOUR_MS) : parseInstant("to", asked.to);
  const end = hourOf(to);
  const from = hourOf(
    asked.from === undefined ? new Date(end.getTime() - 24 * HOUR_MS) : parseInstant("from", asked.from),
  );
  if (from >= end) throw new PatchbayError("REQUEST_INVALID", "from must be an hour before to, at least");
  if (end.getTime() - from.getTime() <= MOST_DAYS * 24 * HOUR_MS) return { from, to: end };
  throw new PatchbayError("REQUEST_INVALID", `from and to are more than ${MOST_DAYS} days apart`);
}
