import type { ErrorCode } from "./error-catalogue.js";
import type { Json } from "./json.js";
import type { Lane } from "./sending.js";

export const runStatuses = ["queued", "running", "waiting", "succeeded", "failed", "cancelled"] as const;

/**
 * `queued`: not begun. `running`: a worker has a lease on it. `waiting`: due again at `dueAt`.
 * The rest are final.
 */
export type RunStatus = (typeof runStatuses)[number];

/** A final one. */
export type FinalStatus = Extract<RunStatus, "succeeded" | "failed" | "cancelled">;

/** Tells whether a run in this status will never do anything again by itself. */
export function isFinished(status: RunStatus): status is FinalStatus {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

/** A failure as it is stored and shown. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/** One recorded step of a run. */
export interface StepResult {
  readonly id: string;
  /** `suppressed`: a call that was not made because its recipient has opted out; no error. */
  readonly outcome: "done" | "skipped" | "failed" | "suppressed";
  /** What later steps read as `$steps.<id>`; null when skipped, failed or suppressed. */
  readonly output: Json;
  /** Why it failed or was suppressed; null otherwise. */
  readonly failure: Failure | null;
  readonly finishedAt: Date;
}

/** How a run ended before it was taken up again. */
export interface RunEnd {
  readonly status: FinalStatus;
  readonly failure: Failure | null;
  readonly stopReason: string | null;
  readonly endedAt: Date;
  /** When it was taken up again. */
  readonly retriedAt: Date;
}

/** Where a run of one item comes from. */
export interface RunParent {
  readonly runId: string;
  /** The `each` step. */
  readonly stepId: string;
  readonly index: number;
}

/** What an unfinished run rests for; instants are ISO-8601. */
export type RunWait =
  /** The next attempt of a call. */
  | { readonly kind: "retry"; readonly effectId: string }
  /** The pace of the connection or of its sender, or the connection's circuit breaker. */
  | {
      readonly kind: "connection";
      readonly connection: string;
      readonly reason: string;
      /** Its place in the pace that several processes share; null when it has none. */
      readonly placeAt: string | null;
      /** The same place with all that belongs to it, or one in marketing's line; absent when it has none. */
      readonly connectionPlace?: KeptPlace;
      /** Its place among those who wait for the same sender, where processes share that; absent when it has none. */
      readonly senderPlace?: KeptPlace;
      /** When it began to wait; absent where an older version wrote it. */
      readonly since?: string;
      /** Given when the connection is switched off; the run is woken when it is on again. */
      readonly off?: true;
    }
  /** The recipient's night. */
  | { readonly kind: "quiet-hours"; readonly timeZone: string; readonly until: string }
  /** The next day: what the sender, or the whole connection, may send in this one has been sent. */
  | { readonly kind: "daily-cap"; readonly of: string; readonly most: number; readonly until: string }
  /** The broadcast that it belongs to, which is paused. */
  | { readonly kind: "broadcast"; readonly broadcast: string }
  /** Somebody earlier: an older run of this flow for this record, an older message to this recipient, another run's call. */
  | { readonly kind: "turn"; readonly behind: string; readonly since: string }
  /** The vendor is asked what became of a call; so often it has not answered. */
  | { readonly kind: "outcome"; readonly effectId: string; readonly asked: number }
  | {
      readonly kind: "awaited";
      readonly stepId: string;
      readonly since: string;
      readonly until: string;
      /** The awaited record and its version when the wait began; null for other waits. */
      readonly record: { readonly dataType: string; readonly key: string; readonly version: number } | null;
    }
  | {
      readonly kind: "items";
      readonly stepId: string;
      readonly total: number;
      /** The first item that has no run yet. */
      readonly next: number;
      /** Items whose runs have ended badly before this instant are still to be taken up again; null when none are. */
      readonly again: string | null;
    };

/** A place in a pace that several processes share; see core/pace-row.ts. */
export interface KeptPlace {
  readonly at: string;
  /** Whether the call may be made then; else it asks again then. */
  readonly firm: boolean;
  /** How much had gone before it when it got the place, in milliseconds of the pace. */
  readonly passedMs: number;
}

/** One execution of one flow for one event. Every run is finished, due, or owned by a live lease. */
export interface Run {
  readonly id: string;
  readonly shard: number;
  /** `namespace/name`. */
  readonly flow: string;
  /** Content hash of the flow version it is pinned to. */
  readonly flowHash: string;
  readonly eventId: string;
  /** The record the event is about. */
  readonly dataType: string | null;
  readonly key: string | null;
  /** Null unless it is the run of one item of an `each` step. */
  readonly parent: RunParent | null;
  /** Where in the flow its steps are, part of their effects' keys: empty, or `lines[3]` for the fourth item of `lines`. */
  readonly path: string;
  /** What `$item` is; null when there is none. */
  readonly item: Json;
  readonly status: RunStatus;
  /** What it rests for; null when it is under way, queued or finished. */
  readonly wait: RunWait | null;
  /** When somebody may take it: first start, retry, wait, or the end of the current lease; null when finished. */
  readonly dueAt: Date | null;
  /** Who holds the lease; null when nobody does. */
  readonly leasedBy: string | null;
  /** Counts claims; a commit with an older number is refused, so a late worker changes nothing. */
  readonly fence: number;
  /** How often something that it listened to has happened, as this copy of the run knows. */
  readonly wakes: number;
  /** Attempts made at the current step. */
  readonly attempts: number;
  /** Finished steps, in order; the next step is the first of its way through the flow that is not here. */
  readonly steps: readonly StepResult[];
  /** Why it failed or waits; null otherwise. */
  readonly failure: Failure | null;
  /** Why it ended early: a `stop` step said so, or the recipient of a call has opted out. */
  readonly stopReason: string | null;
  /** How it ended before it was taken up again, oldest first; the newest 20 at most. */
  readonly earlier: readonly RunEnd[];
  /** As the event's depth. */
  readonly depth: number;
  /** Whether workers take it before others. */
  readonly lane: Lane;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}
