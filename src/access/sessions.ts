import type { UserSession } from "../core/user.js";

const HOUR_MS = 3_600_000;

/** A session ends when nobody has used it for so long … */
export const IDLE_MS = 12 * HOUR_MS;
/** … and in any case so long after it began. */
export const LONGEST_MS = 7 * 24 * HOUR_MS;

/** Tells whether a session has ended by its age. */
export function isOver({ createdAt, seenAt }: Pick<UserSession, "createdAt" | "seenAt">, now: number): boolean {
  return now - seenAt.getTime() > IDLE_MS || now - createdAt.getTime() > LONGEST_MS;
}
