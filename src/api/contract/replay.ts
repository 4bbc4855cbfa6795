import { decision } from "./event.js";
import {
  anyObject,
  array,
  described,
  flag,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
} from "./schema.js";

const verdicts = ["would-send", "suppressed", "already-sent", "under-way", "unknown"] as const;

const previewedCall = named(
  "PreviewedCall",
  object({
    flow: text(),
    stepId: text(),
    endpoint: text(),
    recipient: nullable(text()),
    body: described("The text of the message; null when it sends none.", nullable(text())),
    verdict: described("`already-sent` and `unknown` ones are left alone.", oneOf(verdicts)),
    effectId: described("The ledger row; null when there is none yet.", nullable(text())),
  }),
);

/** Asks for an event to be replayed, or what that would do. */
export const replayRequest = named(
  "ReplayRequest",
  object({}, { dryRun: described("Only tells what would happen.", flag({ default: false })) }),
);

/** What a replay of one event would do now. */
export const replayPreview = named(
  "ReplayPreview",
  object({
    eventId: text(),
    decisions: array(decision),
    calls: described("Up to the first call of each run that would be made.", array(previewedCall)),
    failures: described(
      "Runs that would fail before they call anything.",
      array(object({ flow: text(), code: text(), message: text() })),
    ),
  }),
);

/** What a replay has started. */
export const replayed = named("Replayed", object({ eventId: text(), decisions: array(decision) }));

/** Starts a flow by hand. */
export const flowStart = named(
  "FlowStart",
  object(
    {},
    {
      payload: described("Takes the record's place; when absent the record that is named, or nothing.", anyObject),
      record: described(
        "The record that the start is about, so that it is found with it.",
        object({ dataType: text({ minLength: 1, maxLength: 200 }), key: text({ minLength: 1, maxLength: 1024 }) }),
      ),
    },
  ),
);

/** A flow that was started by hand. */
export const startedFlow = named("StartedFlow", object({ runId: text(), eventId: text() }));

/** Calls by what would become of them. */
export const callCounts = object({
  "would-send": integer({ minimum: 0 }),
  suppressed: integer({ minimum: 0 }),
  "already-sent": integer({ minimum: 0 }),
  "under-way": integer({ minimum: 0 }),
  unknown: integer({ minimum: 0 }),
});

/** The schemas that only a preview is made of, for the list of named ones. */
export const replayParts = [previewedCall];

export type ReplayPreviewView = Static<typeof replayPreview>;
export type ReplayedView = Static<typeof replayed>;
export type StartedFlowView = Static<typeof startedFlow>;
export type CallCountsView = Static<typeof callCounts>;
