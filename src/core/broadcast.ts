import type { PriceSum } from "./price.js";

export const broadcastStates = ["draft", "running", "paused", "stopped", "done"] as const;

/**
 * `draft`: nothing has left, and it can be previewed. `running`: recipients are started at its pace. `paused`: none is
 * started, and none that has been started is called. `stopped`: by a person, for good. `done`: everybody's turn has come.
 */
export type BroadcastState = (typeof broadcastStates)[number];

/** Whose turn comes: records of one data type. */
export interface Audience {
  readonly dataType: string;
  /** Indexed field to its exact value. */
  readonly where: Readonly<Record<string, string>>;
  /** JSONata over the record, without `=`: only records for which it is true. Null for all. */
  readonly when: string | null;
}

/** Why a record of the audience gets nothing. */
export const exclusionReasons = [
  "duplicate",
  "opted-out",
  "phone-missing",
  "phone-invalid",
  "nothing-to-send",
  "failed",
] as const;

/**
 * `duplicate`: another record of this broadcast has the same recipient. `nothing-to-send`: the flow ends before it calls
 * anything. `failed`: the flow fails before it calls anything; the recipient's code says with what.
 */
export type ExclusionReason = (typeof exclusionReasons)[number];

/** One flow, started once for each record of an audience: paced, stoppable, and never twice for one recipient. */
export interface Broadcast {
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** `namespace/name`. */
  readonly flow: string;
  /** The version that was confirmed, which all of it uses; null for a draft. */
  readonly flowHash: string | null;
  readonly audience: Audience;
  /** Runs started a second, at most. */
  readonly perSecond: number;
  readonly state: BroadcastState;
  /** Counts its changes: of two who change it at a time, one does. */
  readonly revision: number;
  /** The event of the last record that was looked at; null before the first. */
  readonly cursor: string | null;
  /** Whether every record was looked at. */
  readonly walked: boolean;
  /** Records looked at. */
  readonly examined: number;
  /** Records of the audience that were started. */
  readonly started: number;
  /** Records of the audience that get nothing, by the reason; a reason that is not named had none. */
  readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
  /** What all its messages were likely to cost when it was started, by currency; null before that. */
  readonly estimate: readonly PriceSum[] | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}

export const recipientOutcomes = [
  "excluded",
  "queued",
  "waiting",
  "unknown",
  "not-sent",
  "stopped",
  "suppressed",
  "failed",
  "sent",
  "undelivered",
  "delivered",
  "read",
] as const;

/**
 * What has become of one recipient. `excluded`: never started. `queued`: started, and nothing has left yet; `waiting`: so, and
 * it waits for the end of quiet hours or for the next day. `unknown`: nobody knows whether it was sent. `not-sent`: the flow
 * ended without sending. `stopped`: the broadcast was stopped before. `suppressed`: the recipient had opted out by then.
 * `failed`: certainly not sent. `sent`: the vendor has it. The rest is what the vendor reported.
 */
export type RecipientOutcome = (typeof recipientOutcomes)[number];

/** How far an outcome is along the way: a recipient only moves forward, in whatever order news comes. */
export const outcomeRank: Readonly<Record<RecipientOutcome, number>> = Object.freeze({
  excluded: 9,
  queued: 0,
  waiting: 1,
  unknown: 2,
  "not-sent": 3,
  stopped: 3,
  suppressed: 3,
  failed: 3,
  sent: 4,
  undelivered: 5,
  delivered: 5,
  read: 6,
});

/** One record of a broadcast's audience, and what has become of it. */
export interface BroadcastRecipient {
  readonly id: string;
  readonly broadcastId: string;
  /** Of the audience's data type. */
  readonly key: string;
  /** Null when it is not known, or not yet. */
  readonly recipient: string | null;
  /** Null for one that is excluded. */
  readonly runId: string | null;
  readonly outcome: RecipientOutcome;
  /** Why it is excluded; null for others. */
  readonly exclusion: ExclusionReason | null;
  /** In plain words, why it got nothing or was not delivered; null when there is nothing to explain. */
  readonly reason: string | null;
  /** The error's code, ours or the vendor's; null when there is none. */
  readonly code: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** News about the recipient whose run it is. */
export interface RecipientNews {
  readonly runId: string;
  readonly outcome: RecipientOutcome;
  readonly reason: string | null;
  readonly code: string | null;
  readonly at: Date;
}

/** How many recipients there are by outcome; one that is not named has none. */
export type OutcomeCounts = Readonly<Partial<Record<RecipientOutcome, number>>>;

const DEDUPE_PREFIX = "broadcast:";

/** Names the start of one record, so that it is started once, whoever does it and however often. */
export function startKey(broadcastId: string, recordKey: string): string {
  return `${DEDUPE_PREFIX}${broadcastId}:${recordKey}`;
}

/** Gives the broadcast that an event belongs to; null for none. */
export function broadcastOf({ dedupeKey }: { readonly dedupeKey: string | null }): string | null {
  if (dedupeKey === null || !dedupeKey.startsWith(DEDUPE_PREFIX)) return null;
  return dedupeKey.slice(DEDUPE_PREFIX.length, dedupeKey.indexOf(":", DEDUPE_PREFIX.length));
}
