import type { Page, Paging } from "../../core/paging.js";
import { array, described, integer, nullable, object, type Schema, type Static, text } from "./schema.js";

/** Query parameters of every list. */
export const pagingMembers = {
  cursor: described(
    "The `next` of the page before: the list goes on after it.",
    text({ minLength: 1, maxLength: 512 }),
  ),
  limit: described("How many items at most.", integer({ minimum: 1, maximum: 200, default: 50 })),
};

/** The schema of one page of a list. */
export function pageOf<T>(item: Schema<T>) {
  return object({
    items: array(item),
    next: described(
      "Cursor of the following page; null on the last one. Where several filters have little in common, a page may have fewer " +
        "items than asked for, or none, and go on nevertheless: it tells how far was looked back.",
      nullable(text()),
    ),
  });
}

/** One page of a list as it is sent. */
export type PageView<T> = Static<ReturnType<typeof pageOf<T>>>;

const pagingSchema = object({}, pagingMembers);

/** Reads where a page begins and how long it is. */
export function toPaging({ cursor, limit = 50 }: Static<typeof pagingSchema>): Paging {
  return { cursor, limit };
}

/** Gives a stored page as it is sent. */
export function toPageView<Stored, Sent>(page: Page<Stored>, toView: (item: Stored) => Sent): PageView<Sent> {
  return { items: page.items.map(toView), next: page.next };
}

/** Cuts one page out of a list that is in memory, ordered by name; the cursor is the name of the last item. */
export function cutPage<T extends { readonly name: string }>(all: readonly T[], { cursor, limit }: Paging): Page<T> {
  const sorted = all.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const rest = cursor === undefined ? sorted : sorted.filter(({ name }) => name > cursor);
  const items = rest.slice(0, limit);
  return { items, next: rest.length > limit ? (items.at(-1)?.name ?? null) : null };
}
