import type { Event, EventKind } from "../../core/event.js";
import {
  anyObject,
  array,
  described,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Schema,
  type Static,
  text,
  toInstant,
} from "./schema.js";

const kinds = [
  "record\\.(created|updated|deleted)",
  "message\\.[a-z-]+",
  "notification\\.(info|notice|warning|error)",
  "webhook\\.[A-Za-z0-9][A-Za-z0-9._:/-]*",
  "schedule\\.due|silence\\.noticed|flow\\.started",
].join("|");

/** A kind of event as a filter. */
export const eventKind: Schema<EventKind> = { json: text({ pattern: `^(${kinds})$` }).json };

/** Tells whether a text names a kind of event. */
export function isEventKind(word: string): word is EventKind {
  return new RegExp(`^(${kinds})$`).test(word);
}

/** Why a flow did or did not start for an event. */
export const decision = named(
  "Decision",
  object({
    flow: text(),
    verdict: oneOf(["fired", "not-fired", "inactive", "failed"]),
    reason: text(),
    runId: nullable(text()),
  }),
);

/** Something that happened. */
export const event = named(
  "Event",
  object({
    id: text(),
    kind: described("`record.created`, `message.delivered`, …", text()),
    dataType: nullable(text()),
    key: nullable(text()),
    version: nullable(integer()),
    payload: described("`{ noLongerKept: true }` when it has gone by its age.", anyObject),
    causedByRun: described("The run that caused it; null when it came from outside.", nullable(text())),
    depth: integer({ minimum: 0 }),
    decisions: array(decision),
    createdAt: instant,
  }),
);

export type EventView = Static<typeof event>;

export function toEventView(stored: Event): EventView {
  const { id, kind, dataType, key, version, payload, causedByRun, depth, decisions, createdAt } = stored;
  return { id, kind, dataType, key, version, payload, causedByRun, depth, decisions, createdAt: toInstant(createdAt) };
}
