import type { Role } from "./caller.js";

/** What a program calls with. The key itself is kept nowhere. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The part of the key that people may see: how one is told from another. */
  readonly prefix: string;
  /** SHA-256 of the whole key, in base64url: its 256 random bits need nothing slower. */
  readonly hash: string;
  readonly role: Role;
  /** Data types whose records may be pushed with it, and then it is good for nothing else; null for all that the role may do. */
  readonly dataTypes: readonly string[] | null;
  /** Name of who made it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** To the minute, for it is not written with every request. */
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Tells whether a key opens anything at an instant. */
export function isLive({ expiresAt, revokedAt }: Pick<ApiKey, "expiresAt" | "revokedAt">, now: number): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt.getTime() > now);
}
