import {
  addCounts,
  type Cutoffs,
  cutoffsAt,
  keepsEverything,
  type RetentionCounts,
  type RetentionPolicy,
  type RetentionStage,
  retentionStages,
} from "../core/retention.js";
import type { Store } from "../core/store.js";

/** How long after a pass the next one begins, in milliseconds. */
const PASS_EVERY_MS = 3_600_000;

/** How much of one tick retention may take, in milliseconds, and pieces of work at most, whatever they cost. */
const SLICE_MS = 100;
const SLICE_PIECES = 20;

/** Where a pass has come to; space is given back at its end. */
export type RetentionPlace =
  | { readonly stage: RetentionStage; readonly after: string | null }
  | { readonly stage: "reclaim" };

/** Where every pass begins. */
export const retentionStart: RetentionPlace = { stage: "events", after: null };

/** What goes by its age, a little at a time. */
export interface Retention {
  /** Goes on with a pass, or begins one when it is time. @returns What went; empty when nothing did. */
  tick(): Promise<RetentionCounts>;
}

/** What retention works with. */
export interface RetentionParts {
  readonly retention: Store["retention"];
  readonly policy: RetentionPolicy;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Makes what carries passes on. Only one process on a store does so at a time; one that takes over begins anew. */
export function createRetention({ retention, policy, now }: RetentionParts): Retention {
  let place: RetentionPlace | null = null;
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    tick: async () => {
      const began = now();
      if (keepsEverything(policy) || began < dueAt) return {};
      const cutoffs = cutoffsAt(policy, new Date(began));
      let counts: RetentionCounts = {};
      place ??= retentionStart;
      for (let pieces = 0; place !== null && pieces < SLICE_PIECES && now() - began < SLICE_MS; pieces++) {
        const done: Advance = await advance(place, { cutoffs, now: new Date(began) }, retention);
        counts = addCounts(counts, done.counts);
        place = done.next;
      }
      if (place === null) dueAt = began + PASS_EVERY_MS;
      return counts;
    },
  };
}

/** What one piece of work came to; `next` is null at the end of the pass. */
export interface Advance {
  readonly counts: RetentionCounts;
  readonly next: RetentionPlace | null;
}

/** Does the piece of work at this place. */
export async function advance(
  place: RetentionPlace,
  at: { readonly cutoffs: Cutoffs; readonly now: Date },
  retention: Store["retention"],
): Promise<Advance> {
  if (place.stage === "reclaim") return { counts: {}, next: (await retention.reclaim()) ? place : null };
  const { counts, next } = await retention.sweep({ ...place, ...at });
  return { counts, next: following(place.stage, next) };
}

/** Gives the place behind a piece of work. */
export function following(stage: RetentionStage, next: string | null): RetentionPlace {
  if (next !== null) return { stage, after: next };
  const after = retentionStages[retentionStages.indexOf(stage) + 1];
  return after === undefined ? { stage: "reclaim" } : { stage: after, after: null };
}
