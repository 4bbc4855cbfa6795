import type { SilenceTrigger } from "../core/flow.js";

/** A silence that has lasted long enough. */
export interface Silence {
  readonly silentSince: Date;
  /** The same for one silence, however often it is noticed. */
  readonly dedupeKey: string;
}

/**
 * Tells whether a data type has been silent for as long as a trigger says.
 *
 * @param newestAt When its newest record event came; null for never.
 * @param watchedSince When the flow was switched on: silence before that does not count.
 */
export function silenceDue(
  { forMs }: SilenceTrigger,
  { flow, newestAt, watchedSince, now }: { flow: string; newestAt: Date | null; watchedSince: Date; now: Date },
): Silence | null {
  const silentSince = newestAt === null || newestAt < watchedSince ? watchedSince : newestAt;
  if (now.getTime() - silentSince.getTime() < forMs) return null;
  return { silentSince, dedupeKey: `silence:${flow}:${silentSince.toISOString()}` };
}
