import type { EventKind } from "./event.js";

export const operationStates = ["running", "stopped", "done"] as const;

/** `stopped`: by a person. */
export type OperationState = (typeof operationStates)[number];

/** What a bulk operation works on: events to replay, or failed runs to retry. */
export type OperationWork =
  | {
      readonly kind: "replay";
      readonly eventKind: EventKind | null;
      readonly dataType: string | null;
      /** Instants in ISO-8601; from is included, until is not. */
      readonly from: string;
      readonly until: string;
    }
  | {
      readonly kind: "retry";
      readonly flow: string | null;
      /** Code of the failure; null for any. */
      readonly code: string | null;
      readonly from: string;
      readonly until: string;
      readonly version: "pinned" | "newest";
    };

/** Many replays or retries in one, paced and stoppable; a crash leaves it where its last commit was. */
export interface Operation {
  readonly id: string;
  readonly work: OperationWork;
  readonly state: OperationState;
  /** Runs started or taken up again a second, at most. */
  readonly perSecond: number;
  /** The last event or run that was dealt with; null before the first. */
  readonly cursor: string | null;
  /** Events or runs looked at. */
  readonly examined: number;
  /** Runs started or taken up again. */
  readonly started: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}
