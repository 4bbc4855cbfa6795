import type { Json } from "./json.js";

/** One batch of the list of an `each` step. */
export interface KeptItems {
  /** How many items the whole list has. */
  readonly total: number;
  readonly items: readonly Json[];
}

/** Items of one `each` step. */
export interface ItemsOf {
  readonly parentRunId: string;
  readonly stepId: string;
}

/** How many runs of an `each` step's items there are. */
export interface ItemCounts {
  readonly total: number;
  /** Queued or running: not at rest, and not ended. */
  readonly active: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
}
