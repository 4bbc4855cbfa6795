import type { ApiKey } from "./api-key.js";
import type { SetupToken, User, UserSession } from "./user.js";

/** What is kept about who may come in. All of it is short: it is read at once. */
export interface AccessStore {
  /** Everything, by the time it was made. Revoked keys and disabled users too. */
  all(): Promise<AccessState>;
  /** What several processes count together, so that nobody has as many tries as there are processes. */
  readonly attempts: {
    /** @returns 0, or how many milliseconds too early it comes: then it is not counted. */
    count(attempt: CountedAttempt): Promise<number>;
    /** Of one that did not fail. */
    takeBack(attempt: Pick<CountedAttempt, "place" | "everyMs">): Promise<void>;
    /** Drops what counts for nothing any more. */
    forget(before: Date): Promise<void>;
  };
}

/** An attempt to sign in, at one of the places it is counted by. */
export interface CountedAttempt {
  /** Says neither who tries nor from where: what people type may be a password. */
  readonly place: string;
  /** How many may fail in a row, and how long until there is one more. */
  readonly most: number;
  readonly everyMs: number;
  readonly now: Date;
}

export interface AccessState {
  readonly keys: readonly ApiKey[];
  readonly users: readonly User[];
  readonly sessions: readonly UserSession[];
  readonly setupTokens: readonly SetupToken[];
}

export type AccessChange =
  | { readonly kind: "key-made"; readonly key: ApiKey }
  /** A key that is revoked stays so from the first time on. */
  | { readonly kind: "key-revoked"; readonly id: string; readonly at: Date }
  /** Only moves forward. */
  | { readonly kind: "key-used"; readonly id: string; readonly at: Date }
  /** Refused with USER_KNOWN when somebody has the name, or is that subject. */
  | { readonly kind: "user-added"; readonly user: User }
  /** Replaces all but id, name and creation. Refused with USER_CHANGED unless the stored revision is `revision - 1`. */
  | { readonly kind: "user-changed"; readonly user: User }
  | { readonly kind: "session-opened"; readonly session: UserSession }
  /** Only moves forward. */
  | { readonly kind: "session-seen"; readonly id: string; readonly at: Date }
  | { readonly kind: "session-ended"; readonly id: string }
  /** Ends all sessions of a user but one. */
  | { readonly kind: "sessions-ended"; readonly userId: string; readonly but: string | null }
  /** Drops sessions that began, or were last seen, before these instants. */
  | { readonly kind: "sessions-forgotten"; readonly begunBefore: Date; readonly seenBefore: Date }
  | { readonly kind: "setup-offered"; readonly token: SetupToken }
  /** Takes all setup tokens away. Refused with SETUP_TOKEN_INVALID unless this one is there: it works once. */
  | { readonly kind: "setup-done"; readonly hash: string };
