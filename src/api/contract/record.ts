import type { StoredRecord } from "../../core/record.js";
import type { Accepted } from "../../engine/engine.js";
import { decision } from "./event.js";
import { problemItem } from "./problem.js";
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
  type Static,
  text,
  toInstant,
} from "./schema.js";

const verdict = described(
  "`quarantined`: the record does not fit its data type and is kept for an operator.",
  oneOf(["created", "updated", "unchanged", "deleted", "quarantined"]),
);

/** What became of one pushed record. */
export const accepted = named(
  "Accepted",
  object({
    verdict,
    dataType: text(),
    key: text(),
    version: integer({ minimum: 0 }),
    eventId: described("Null when nothing changed.", nullable(text())),
    decisions: described("Why each flow did or did not start.", array(decision)),
    quarantineId: described("Where it waits for an operator; null unless it is quarantined.", nullable(text())),
    problems: described("Why it is quarantined; empty otherwise.", array(problemItem)),
  }),
);

/** What became of one record of an array or of NDJSON. */
export const batchItem = named(
  "BatchItem",
  object(
    {
      index: described("Position in the array, or line number from 0.", integer({ minimum: 0 })),
      status: described("What one request with this record alone would be answered with.", integer()),
    },
    {
      verdict,
      key: text(),
      eventId: nullable(text()),
      quarantineId: text(),
      problems: described("Why it is quarantined.", array(problemItem)),
      error: object(
        { code: text(), title: text(), detail: text(), remedy: text() },
        {
          problems: array(problemItem),
          retryAfterSeconds: described("When to send the record again.", integer({ minimum: 1 })),
        },
      ),
    },
  ),
);

const counts = {
  created: integer({ minimum: 0 }),
  updated: integer({ minimum: 0 }),
  unchanged: integer({ minimum: 0 }),
  quarantined: integer({ minimum: 0 }),
  failed: integer({ minimum: 0 }),
};

/** What became of the records of an array or of NDJSON. */
export const batch = named(
  "Batch",
  object(
    {
      items: array(batchItem),
      ...counts,
      omitted: described(
        "Outcomes not listed: of more than 1,000 NDJSON lines only failures and quarantined ones are, the first 1,000.",
        integer({ minimum: 0 }),
      ),
    },
    {
      sendAgainFrom: described(
        "Index of the first record that was not taken for want of time or room: that one and what follows it can be sent again as it was.",
        integer({ minimum: 0 }),
      ),
    },
  ),
);

/** One record as it is now. */
export const record = named(
  "Record",
  object({
    dataType: text(),
    key: text(),
    version: integer({ minimum: 1 }),
    document: anyObject,
    eventId: text(),
    updatedAt: instant,
  }),
);

export type AcceptedView = Static<typeof accepted>;
export type BatchItemView = Static<typeof batchItem>;
export type BatchView = Static<typeof batch>;
export type RecordView = Static<typeof record>;

export function toAcceptedView(done: Accepted): AcceptedView {
  const { verdict, dataType, key, version, eventId, decisions, quarantineId, problems } = done;
  return { verdict, dataType, key, version, eventId, decisions, quarantineId, problems };
}

export function toRecordView({ dataType, key, version, document, eventId, updatedAt }: StoredRecord): RecordView {
  return { dataType, key, version, document, eventId, updatedAt: toInstant(updatedAt) };
}
