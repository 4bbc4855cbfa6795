import type { Caller } from "./caller.js";

/** One act of a person or a program that is not an ordinary push: who did what to which thing, from where, when. */
export interface AuditEntry {
  /** `aud_` and its number in fifteen digits, from 1, without gaps: the order of the chain. */
  readonly id: string;
  readonly at: Date;
  /** Pseudonymous: ids, never names. */
  readonly actor: Pick<Caller, "kind" | "id" | "role">;
  /** Id of the route, `retry-run`, or `sign-in`. */
  readonly action: string;
  /** Ids and names of definitions by what they are called in the address; what could name a person is a keyed hash. */
  readonly target: Readonly<Record<string, string>>;
  /** What else was asked for that is a yes, a no or one of a few words. */
  readonly facts: Readonly<Record<string, string | boolean | number>>;
  /** Where the request came from; null for nowhere. */
  readonly address: string | null;
  /** Null for what no request has asked for by itself. */
  readonly requestId: string | null;
  /** `asked` is written before the act, so that none is done without it; `refused` follows where it was not done after all. */
  readonly outcome: "asked" | "refused" | "done";
  /** Why it was refused. */
  readonly code: string | null;
  /** Hash of the entry before; 64 zeros for the first one. */
  readonly previous: string;
  /** SHA-256 of everything above, in hexadecimal. */
  readonly hash: string;
}

/** What is left of the entries that retention has taken: the chain goes on behind it. */
export interface AuditAnchor {
  /** Of the last entry that is gone. */
  readonly id: string;
  readonly hash: string;
  readonly at: Date;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
}

export type AuditChange =
  /** Refused with AUDIT_CONFLICT when there is an entry of that number: somebody else was first. */
  | { readonly kind: "audit-recorded"; readonly entry: AuditEntry }
  /** Drops the entries up to the anchor's, and keeps the anchor in place of the one before. */
  | { readonly kind: "audit-trimmed"; readonly anchor: AuditAnchor };

export const NO_HASH = "0".repeat(64);

/** Gives the id of an entry by its number. */
export function auditId(number: number): string {
  return `aud_${String(number).padStart(15, "0")}`;
}

/** Gives the number of an entry. */
export function auditNumber(id: string): number {
  return Number(id.slice("aud_".length));
}
