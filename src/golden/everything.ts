import type { Page, Paging } from "../core/paging.js";

const LIMIT = 200;

/** As much of a list as any test comes to. */
const MAX_PAGES = 50;

/** Reads a whole list, page by page. @returns oldest first */
export async function everything<T>(list: (paging: Paging) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const found: Page<T> = await list({ limit: LIMIT, ...(cursor !== null && { cursor }) });
    items.push(...found.items);
    cursor = found.next;
    if (cursor === null) break;
  }
  return items.reverse();
}
