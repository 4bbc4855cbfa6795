import { isJsonObject, type JsonObject } from "./json.js";

/** How long what is kept, in days; null for ever. */
export interface RetentionPolicy {
  /** What an event started, when all of it ended well; events that started nothing; what operators are done with. */
  readonly succeededDays: number | null;
  /** What an event started, when a run of it failed or was cancelled, or raised a warning or an error. */
  readonly failedDays: number | null;
  /** Documents, requests, responses and results, apart from the rows that they belong to. */
  readonly payloadDays: number | null;
  /** Answers to requests with an `Idempotency-Key`. */
  readonly answersDays: number | null;
}

/** The policy at one instant: what ended before is due to go; null for nothing. */
export interface Cutoffs {
  readonly succeeded: Date | null;
  readonly failed: Date | null;
  readonly payload: Date | null;
  readonly answers: Date | null;
}

const DAY_MS = 86_400_000;

/** Gives the instants before which things are due to go. */
export function cutoffsAt(policy: RetentionPolicy, now: Date): Cutoffs {
  const before = (days: number | null): Date | null => (days === null ? null : new Date(now.getTime() - days * DAY_MS));
  return {
    succeeded: before(policy.succeededDays),
    failed: before(policy.failedDays),
    payload: before(policy.payloadDays),
    answers: before(policy.answersDays),
  };
}

/** Whether everything is kept for ever. */
export function keepsEverything(policy: RetentionPolicy): boolean {
  return Object.values(policy).every((days) => days === null);
}

/** What retention goes through, in this order. */
export const retentionStages = [
  "events",
  "notifications",
  "issues",
  "received",
  "conversations",
  "quarantine",
  "operations",
  "recipients",
  "broadcasts",
  "answers",
] as const;

export type RetentionStage = (typeof retentionStages)[number];

/** How many there were of each kind; a kind that is not named had none. */
export type RetentionCounts = Readonly<Partial<Record<RetentionKind, number>>>;

/**
 * `payloads`: events closed, with the documents, requests, texts and results that belong to them. `contents`: what customers
 * wrote, and what has left quarantine, of which only the row is left.
 */
export type RetentionKind = "payloads" | "contents" | "runs" | RetentionStage;

/** One piece of work. */
export interface Sweep {
  readonly stage: RetentionStage;
  readonly cutoffs: Cutoffs;
  readonly now: Date;
  /** Where the piece before ended; null at the beginning of a stage. */
  readonly after: string | null;
}

/** What one piece of work came to. */
export interface Swept {
  /** Where the next piece begins; null when the stage is through. */
  readonly next: string | null;
  readonly counts: RetentionCounts;
}

/** Adds what two pieces of work came to. */
export function addCounts(one: RetentionCounts, other: RetentionCounts): RetentionCounts {
  const sum: Partial<Record<RetentionKind, number>> = { ...one };
  for (const [kind, count] of Object.entries(other) as [RetentionKind, number][]) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** Stands where a document, a request, a response or a result was that is no longer kept. */
export const noLongerKept: JsonObject = Object.freeze({ noLongerKept: true });

/** Stands where the text of a message was that is no longer kept. */
export const textNoLongerKept = "(no longer kept)";

/** Whether a stored value is only the mark of one that is no longer kept. */
export function isNoLongerKept(value: unknown): boolean {
  return isJsonObject(value) && value.noLongerKept === true && Object.keys(value).length === 1;
}
