import type { ConsentEntry } from "../../core/consent.js";
import type { Effect } from "../../core/effect.js";
import type { Event } from "../../core/event.js";
import type { Message } from "../../core/message.js";
import type { Notification } from "../../core/notification.js";
import type { Page } from "../../core/paging.js";
import type { Run } from "../../core/run.js";

/** How many of each noun a timeline has at most; also the largest page of the store. */
export const MOST = 200;

/** Things of one noun, each once and at most `MOST`. */
export interface Shelf<T> {
  readonly things: ReadonlyMap<string, T>;
  /** Keeps things that are not there yet and for which there is room; gives those. */
  keep(things: readonly T[]): readonly T[];
  /** Keeps what is on a page, and remembers that there is more. */
  keepPage(page: Page<T>): readonly T[];
  isCut(): boolean;
}

/** What has been gathered so far. */
export interface Collected {
  readonly events: Shelf<Event>;
  readonly runs: Shelf<Run>;
  readonly effects: Shelf<Effect>;
  readonly messages: Shelf<Message>;
  readonly consents: Shelf<ConsentEntry>;
  readonly notifications: Shelf<Notification>;
}

/** Begins with nothing. */
export function openCollected(): Collected {
  return {
    events: openShelf(),
    runs: openShelf(),
    effects: openShelf(),
    messages: openShelf(),
    consents: openShelf(),
    notifications: openShelf(),
  };
}

function openShelf<T extends { readonly id: string }>(): Shelf<T> {
  const kept = new Map<string, T>();
  let cut = false;
  const keep: Shelf<T>["keep"] = (things) =>
    things.filter((thing) => {
      if (kept.has(thing.id)) return false;
      if (kept.size >= MOST) {
        cut = true;
        return false;
      }
      kept.set(thing.id, thing);
      return true;
    });
  return {
    things: kept,
    keep,
    keepPage({ items, next }) {
      if (next !== null) cut = true;
      return keep(items);
    },
    isCut: () => cut,
  };
}
