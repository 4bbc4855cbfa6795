import { createHash } from "node:crypto";
import { type AuditAnchor, type AuditEntry, auditId, auditNumber, NO_HASH } from "../core/audit.js";
import type { Store } from "../core/store.js";

/** An entry before it has its place in the chain. */
export type AuditDraft = Omit<AuditEntry, "id" | "previous" | "hash">;

/** The place behind which the next entry comes. */
export type Place = Pick<AuditAnchor, "id" | "hash">;

export const beginning: Place = Object.freeze({ id: auditId(0), hash: NO_HASH });

/** Gives a draft its place behind another entry. */
export function chained(draft: AuditDraft, { id, hash }: Place): AuditEntry {
  const entry = { ...draft, id: auditId(auditNumber(id) + 1), previous: hash };
  return { ...entry, hash: hashOf(entry) };
}

/** Covers everything of an entry, and by the hash before it everything that came before. */
function hashOf({ actor, target, facts, at, ...entry }: Omit<AuditEntry, "hash">): string {
  const content = [
    ...[entry.previous, entry.id, at.toISOString(), actor.kind, actor.id, actor.role],
    ...[entry.action, sorted(target), sorted(facts), entry.address, entry.requestId, entry.outcome, entry.code],
  ];
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

function sorted(members: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What a walk over the whole chain has found. */
export interface Verdict {
  readonly intact: boolean;
  /** How many entries were read. */
  readonly entries: number;
  /** The newest entry that is in order; keep it elsewhere, and nobody can cut the end of the chain off unnoticed. */
  readonly head: Place;
  /** The entries before this one were taken away in order; null when none were. */
  readonly anchor: AuditAnchor | null;
  readonly broken: { readonly id: string; readonly reason: string } | null;
}

const PAGE = 500;

/**
 * Walks over the chain, oldest first, and names the first entry that is not as it was written.
 * @param known A head of an earlier time, which must still be part of the chain; null for none.
 */
export async function verifyChain(store: Pick<Store, "audit">, known: Place | null): Promise<Verdict> {
  const anchor = await store.audit.anchor();
  let head: Place = anchor ?? beginning;
  let met = known === null || head.id === known.id;
  let entries = 0;
  const end = (broken: Verdict["broken"]): Verdict => ({ intact: broken === null, entries, head, anchor, broken });
  for (;;) {
    const page = await store.audit.walk(head.id, PAGE);
    for (const entry of page) {
      const reason = faultOf(entry, { head, known });
      if (reason !== null) return end({ id: entry.id, reason });
      met ||= entry.id === known?.id;
      head = { id: entry.id, hash: entry.hash };
      entries += 1;
    }
    if (page.length < PAGE) break;
  }
  const isCut = !met && known !== null && known.id > head.id;
  return end(isCut ? { id: known.id, reason: "it was there when the chain was looked at before, and is gone" } : null);
}

function faultOf(entry: AuditEntry, { head, known }: { head: Place; known: Place | null }): string | null {
  const next = auditId(auditNumber(head.id) + 1);
  if (entry.id !== next) return `${next} should come before it, and is gone`;
  if (entry.previous !== head.hash) return "it does not follow the entry before it, which was another one";
  const { hash, ...content } = entry;
  if (hashOf(content) !== hash) return "it is not as it was written";
  return known?.id === entry.id && known.hash !== hash ? "it is not the one that was there before" : null;
}
