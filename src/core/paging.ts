/**
 * One page, newest first. `next` is the cursor of the following page, null on the last one. A list by several filters may give a page
 * with fewer items than asked for, or none, and a `next`: it has looked back as far as there, and goes on when it is asked to.
 */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Where a page begins and how many items it has at most. */
export interface Paging {
  /** An item's id (or a `next` value): the page begins after it. */
  readonly cursor?: string | undefined;
  /** 1 to 200. */
  readonly limit: number;
}

/**
 * Ends a list at a place in it. A page that comes to what is older is the last one, and so is one without any of it that has looked
 * back past the place.
 *
 * @param first The id of the oldest item that is wanted, or one between it and the next older.
 */
export function endedAt<T extends { readonly id: string }>(
  { items, next }: Page<T>,
  first: string | undefined,
): Page<T> {
  if (first === undefined) return { items, next };
  const within = items.filter(({ id }) => id >= first);
  const goesOn = within.length === items.length && next !== null && next >= first;
  return { items: within, next: goesOn ? next : null };
}
