import type { Role } from "./caller.js";

/** A person who signs in. */
export interface User {
  readonly id: string;
  /** What is typed to sign in, in lower case: a word or an e-mail address. */
  readonly name: string;
  readonly role: Role;
  /** Hash with its parameters, see access/password.ts; null for who signs in elsewhere. */
  readonly password: string | null;
  /** Who that is at the provider, as `<issuer> <subject>`; null for who has a password. */
  readonly subject: string | null;
  /** The second factor; null when there is none. */
  readonly factor: SecondFactor | null;
  /** Counted up with each change: of two who change a user at once, one is refused. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

/** Codes from a person's phone. */
export interface SecondFactor {
  /** The shared secret, sealed. */
  readonly sealed: string;
  /** Whether a code has proved that the phone has it: only then it is asked for. */
  readonly confirmed: boolean;
  /** The newest time step whose code was taken: none is taken twice. */
  readonly lastStep: number;
  /** Hashes of the recovery codes that are left. */
  readonly recovery: readonly string[];
}

/** A browser in which a user is signed in. */
export interface UserSession {
  /** As its user sees and ends it: not what the browser holds. */
  readonly id: string;
  /** SHA-256 of what the browser holds, in base64url. */
  readonly hash: string;
  readonly userId: string;
  readonly createdAt: Date;
  /** To the minute. */
  readonly seenAt: Date;
  readonly address: string;
  /** What the browser says it is. */
  readonly browser: string;
}

/** Hash of a token that the first owner is made with. */
export interface SetupToken {
  readonly hash: string;
  readonly madeAt: Date;
}
