import type { JsonObject } from "./json.js";

/** Names a record. */
export interface RecordName {
  /** `namespace/Type`. */
  readonly dataType: string;
  readonly key: string;
}

/** One JSON document of a data type, as it is now: its latest event. */
export interface StoredRecord {
  /** `namespace/Type`. */
  readonly dataType: string;
  /** The natural key as one string. */
  readonly key: string;
  /** 1 for the first version, counting up with every change. */
  readonly version: number;
  readonly document: JsonObject;
  /** The event that made this version. */
  readonly eventId: string;
  readonly updatedAt: Date;
}

/** What became of one pushed record; `quarantined`: it does not fit its data type and waits for an operator. */
export type RecordVerdict = "created" | "updated" | "unchanged" | "deleted" | "quarantined";
