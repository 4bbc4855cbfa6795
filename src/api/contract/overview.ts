import { array, described, instant, integer, mapOf, named, nullable, object, type Static, text } from "./schema.js";

const number = integer({ minimum: 0 });

const figureMembers = {
  records: described("Records that were new, by data type.", mapOf(number)),
  runs: described("Runs that were begun.", number),
  failed: described("Of these, how many have failed.", number),
  texts: described("Messages that have left, or are about to.", number),
  delivered: described("Of these, how many have arrived; `read` counts.", number),
  lost: described("Of these, how many have not arrived and will not.", number),
};

/** How much there was of everything in a span of time. */
export const figures = named("Figures", object(figureMembers));

/** One hour of an overview. */
export const hourFigures = named("HourFigures", object({ at: instant, ...figureMembers }));

/** One flow in an overview. */
export const flowFigures = named(
  "FlowFigures",
  object({
    flow: text(),
    ...{ runs: number, failed: number, texts: number, delivered: number, lost: number },
    newestRunId: nullable(text()),
    newestRunAt: nullable(instant),
  }),
);

/** How things are at this moment. */
export const present = named(
  "Present",
  object({
    due: described("Runs that are due and that nobody has taken yet, counted up to 1000.", number),
    oldestDueAt: described("Since when the oldest of them is due; null when nothing waits.", nullable(instant)),
    unknown: described("Calls whose outcome nobody knows, counted up to 1000.", number),
  }),
);

/** How things are and were. */
export const overview = named(
  "Overview",
  object({
    from: described("Beginning of the first hour.", instant),
    to: described("End of the last hour.", instant),
    countedAt: described("When the newest of it was counted; null when nothing was yet.", nullable(instant)),
    total: figures,
    before: described("The same for the span of the same length just before.", figures),
    hours: described("Oldest first; hours in which nothing was made are left out.", array(hourFigures)),
    flows: described("Those that ran, most runs first.", array(flowFigures)),
    now: present,
  }),
);

export const overviewParts = [figures, hourFigures, flowFigures, present];

export type FiguresView = Static<typeof figures>;
export type HourFiguresView = Static<typeof hourFigures>;
export type FlowFiguresView = Static<typeof flowFigures>;
export type OverviewView = Static<typeof overview>;
