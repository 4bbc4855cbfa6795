import { type QuarantinedRecord, quarantineStates } from "../../core/quarantine.js";
import { problemItem } from "./problem.js";
import {
  anyObject,
  array,
  described,
  instant,
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
    document: described("As it was pushed.", anyObject),
    problems: array(problemItem),
    state: oneOf(quarantineStates),
    eventId: described(
      "The event that its release made; null before, and when the release changed nothing.",
      nullable(text()),
    ),
    createdAt: instant,
    updatedAt: instant,
  }),
);

/** Releases a quarantined record. */
export const releaseRequest = named(
  "Release",
  object({}, { document: described("The corrected record; as it was pushed when absent.", anyObject) }),
);

export type QuarantinedRecordView = Static<typeof quarantinedRecord>;

export function toQuarantinedRecordView(stored: QuarantinedRecord): QuarantinedRecordView {
  const { id, dataType, key, document, problems, state, eventId } = stored;
  return {
    ...{ id, dataType, key, document, problems, state, eventId },
    createdAt: toInstant(stored.createdAt),
    updatedAt: toInstant(stored.updatedAt),
  };
}
