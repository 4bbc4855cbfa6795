import type { Problem } from "./errors.js";
import type { JsonObject } from "./json.js";

export const quarantineStates = ["held", "released", "discarded"] as const;
export type QuarantineState = (typeof quarantineStates)[number];

/** A pushed record that does not fit its data type, kept until an operator corrects and releases it, or discards it. */
export interface QuarantinedRecord {
  readonly id: string;
  readonly shard: number;
  /** `namespace/Type`. */
  readonly dataType: string;
  /** The natural key as one string; null when the record has none. */
  readonly key: string | null;
  /** What makes another bad push the same one: its key, or the document itself. Null for records of before there was this. */
  readonly identity: string | null;
  /** The record's version when this was pushed, 0 when there was none; null when that is not known. */
  readonly recordVersion: number | null;
  /** As it was pushed last. */
  readonly document: JsonObject;
  readonly problems: readonly Problem[];
  readonly state: QuarantineState;
  /** The event that its release made; null before, and when the release changed nothing. */
  readonly eventId: string | null;
  /** How often it was pushed. */
  readonly count: number;
  readonly createdAt: Date;
  /** When it was pushed last, or left. */
  readonly updatedAt: Date;
}
