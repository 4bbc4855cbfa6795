import { type QuarantinedRecord, quarantineStates } from "../../core/quarantine.js";
import { problemItem } from "./problem.js";
import {
  anyObject,
  array,
  described,
  flag,
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

/** A pushed record that does not fit its data type and waits for an operator. */
export const quarantinedRecord = named(
  "QuarantinedRecord",
  object({
    id: text(),
    dataType: text(),
    key: described("Null when the record has none.", nullable(text())),
    recordVersion: described(
      "The record's version when this was pushed, 0 when there was none; null when that is not known.",
      nullable(integer({ minimum: 0 })),
    ),
    document: described("As it was pushed last.", anyObject),
    problems: array(problemItem),
    state: oneOf(quarantineStates),
    eventId: described(
      "The event that its release made; null before, and when the release changed nothing.",
      nullable(text()),
    ),
    count: described("How often it was pushed.", integer({ minimum: 1 })),
    createdAt: instant,
    updatedAt: instant,
  }),
);

/** Releases a quarantined record. */
export const releaseRequest = named(
  "Release",
  object(
    {},
    {
      document: described("The corrected record; as it was pushed when absent.", anyObject),
      force: described("Whether it may replace a version of the record that came after it; false when absent.", flag()),
    },
  ),
);

export type QuarantinedRecordView = Static<typeof quarantinedRecord>;

export function toQuarantinedRecordView(stored: QuarantinedRecord): QuarantinedRecordView {
  const { id, dataType, key, document, problems, state, eventId, count, recordVersion } = stored;
  return {
    ...{ id, dataType, key, document, problems, state, eventId, count, recordVersion },
    createdAt: toInstant(stored.createdAt),
    updatedAt: toInstant(stored.updatedAt),
  };
}
