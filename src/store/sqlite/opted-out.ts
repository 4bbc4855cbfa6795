import type { Change } from "../../core/change.js";

/** Contacts that are remembered: 100,000 take 12 MB. With more, the store is asked about everybody. */
export const MAX_OPTED_OUT = 100_000;

/** Knows who may have opted out of something. */
export interface OptedOut {
  /** False only for somebody who certainly has not. */
  mayBe(contact: string): boolean;
  /** Follows a commit; told before it is stored, so that nobody is missed. */
  note(changes: readonly Change[]): void;
}

/**
 * Remembers who has opted out, so that nearly every message, whose recipient has not, is spared a look into the store. It holds
 * for a store that is the only one on its database. Nobody is forgotten before it is closed: who has opted in again costs a look.
 *
 * @param stored Who has when the store is opened; more than `MAX_OPTED_OUT` for "too many".
 */
export function createOptedOut(stored: readonly string[]): OptedOut {
  const contacts = new Set(stored);
  return {
    mayBe: (contact) => contacts.size > MAX_OPTED_OUT || contacts.has(contact),
    note: (changes) => {
      for (const change of changes) {
        if (change.kind !== "consent-recorded" || change.entry.state !== "opted-out") continue;
        if (contacts.size <= MAX_OPTED_OUT) contacts.add(change.entry.contact);
      }
    },
  };
}
