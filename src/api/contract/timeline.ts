import {
  anyObject,
  array,
  described,
  flag,
  instant,
  mapOf,
  named,
  object,
  oneOf,
  type Static,
  text,
} from "./schema.js";

/** What an entry of a timeline can be. */
export const timelineKinds = [
  ...(["event", "decision", "run", "step", "request", "response"] as const),
  ...(["message", "callback", "received", "consent", "notification"] as const),
] as const;

/** One thing that happened. */
export const timelineEntry = named(
  "TimelineEntry",
  object({
    at: instant,
    kind: described(
      "`request` and `response` of a call; `callback`: what the vendor reported; `received`: what a customer wrote; `consent`: who opted out or in, and how that is known.",
      oneOf(timelineKinds),
    ),
    title: described("What happened, in one sentence.", text()),
    ids: described("What it is about: `eventId`, `runId`, `effectId`, …", mapOf(text())),
    detail: anyObject,
  }),
);

/** Everything that happened around one order, phone number, text or run, oldest first. */
export const timeline = named(
  "Timeline",
  object({
    entries: array(timelineEntry),
    truncated: described("Whether there is more than is shown: 200 of each noun at most are.", flag()),
  }),
);

export type TimelineEntryView = Static<typeof timelineEntry>;
export type TimelineView = Static<typeof timeline>;
