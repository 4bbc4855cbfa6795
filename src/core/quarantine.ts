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
  /** As it was pushed. */
  readonly document: JsonObject;
  readonly problems: readonly Problem[];
  readonly state: QuarantineState;
  /** The event that its release made; null before, and when the release changed nothing. */
  readonly eventId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
