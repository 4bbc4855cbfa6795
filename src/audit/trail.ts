import type { Change } from "../core/change.js";
import { PatchbayError } from "../core/errors.js";
import type { Store } from "../core/store.js";
import { type AuditDraft, beginning, chained, type Place } from "./chain.js";

/** Writes down who does what. */
export interface Trail {
  /**
   * Resolves when the entry is on disk, and with it the changes beside it, all or none.
   * @throws what `commit` throws for those
   */
  record(draft: Omit<AuditDraft, "at">, beside?: readonly Change[]): Promise<void>;
  /** Takes the entries away that are older than an instant; the newest stays. @returns How many. */
  trim(before: Date): Promise<number>;
}

/** How often an entry is written anew because another process was first. */
const MAX_TRIES = 50;
const PAGE = 500;

/**
 * Opens the trail. Entries are written one after the other: within a process in turn, between processes the one that comes second
 * reads what the first has written, and goes behind it. Ordinary pushes leave no entry, so nobody waits here but people.
 */
export function openTrail(store: Pick<Store, "audit" | "commit" | "now">): Trail {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const newest = async (): Promise<Place> => (await store.audit.last()) ?? (await store.audit.anchor()) ?? beginning;
  return {
    record: (draft, beside = []) =>
      inTurn(async () => {
        for (let tries = 1; ; tries++) {
          const entry = chained({ ...draft, at: new Date(store.now()) }, await newest());
          try {
            return await store.commit([{ kind: "audit-recorded", entry }, ...beside]);
          } catch (error) {
            const isSecond = error instanceof PatchbayError && error.code === "AUDIT_CONFLICT";
            if (!isSecond || tries >= MAX_TRIES) throw error;
          }
        }
      }),
    trim: (before) =>
      inTurn(async () => {
        const head = await newest();
        let place: Place = (await store.audit.anchor()) ?? beginning;
        let trimmed = 0;
        for (;;) {
          const page = await store.audit.walk(place.id, PAGE);
          const old = page.filter(({ at, id }) => at < before && id !== head.id);
          const end = old.at(-1);
          if (end === undefined) return trimmed;
          await store.commit([
            { kind: "audit-trimmed", anchor: { id: end.id, hash: end.hash, at: new Date(store.now()) } },
          ]);
          place = end;
          trimmed += old.length;
          if (old.length < PAGE) return trimmed;
        }
      }),
  };
}
