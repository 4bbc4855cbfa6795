import type { CountedHour, Counts } from "../../core/hourly-counts.js";
import type { PastCheck, PastHealth } from "../../core/past-check.js";
import { concern, healthWord } from "./connection.js";
import {
  array,
  described,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
} from "./schema.js";

const number = integer({ minimum: 0 });
const tookMs = described("How long the vendor took to answer, or to be given up, in milliseconds.", number);

/** One look at a connection. */
export const pastCheck = named(
  "PastCheck",
  object({
    id: text(),
    at: instant,
    occasion: described(
      "Why it was looked at: its time had come, somebody asked, or addresses had just been entered.",
      oneOf(["regular", "asked", "entered"]),
    ),
    health: healthWord,
    tookMs,
    concerns: described("What was wrong, the worst first; notes are left out.", array(concern)),
    more: described("How much was wrong beyond that.", number),
  }),
);

/** How a connection was, and what became of its calls. */
export const connectionHistory = named(
  "ConnectionHistory",
  object({
    from: described("Beginning of the first hour.", instant),
    to: described("End of the last hour.", instant),
    before: described("What the last look before `from` found; null when there was none.", nullable(healthWord)),
    looks: described("Oldest first.", array(object({ at: instant, health: healthWord, tookMs }))),
    calls: described(
      "Calls by the hour in which they were intended, oldest first; hours without one are left out.",
      array(
        object({
          at: instant,
          done: described("The vendor took them.", number),
          refused: described("The vendor refused them, or could not be reached: they took no effect.", number),
          unknown: described("Nobody knows whether they took effect.", number),
          open: described("Still under way, or tried again later.", number),
        }),
      ),
    ),
  }),
);

export const historyParts = [pastCheck, connectionHistory];

export type PastCheckView = Static<typeof pastCheck>;
export type ConnectionHistoryView = Static<typeof connectionHistory>;

export function toPastCheckView({ id, checkedAt, occasion, health, tookMs, concerns, more }: PastCheck): PastCheckView {
  return { id, at: toInstant(checkedAt), occasion, health, tookMs, concerns, more };
}

/** Gives what is kept of a span as it is sent. @param looks Those of the span, after the last one before it. */
export function toHistoryView(
  span: { readonly from: Date; readonly to: Date },
  connection: string,
  { looks, hours }: { readonly looks: readonly PastHealth[]; readonly hours: readonly CountedHour[] },
): ConnectionHistoryView {
  const before = looks.findLast(({ checkedAt }) => checkedAt < span.from);
  const within = looks.filter(({ checkedAt }) => checkedAt >= span.from);
  return {
    from: toInstant(span.from),
    to: toInstant(span.to),
    before: before?.health ?? null,
    looks: within.map(({ checkedAt, health, tookMs: took }) => ({ at: toInstant(checkedAt), health, tookMs: took })),
    calls: hours.flatMap(({ hour, counts }) => {
      const calls = counts.calls[connection];
      return calls === undefined ? [] : [{ at: toInstant(hour), ...toCalls(calls) }];
    }),
  };
}

function toCalls({ done = 0, refused = 0, unknown = 0, intended = 0, started = 0 }: Counts["calls"][string]) {
  return { done, refused, unknown, open: intended + started };
}
