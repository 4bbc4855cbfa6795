import type { JsonObject } from "../core/json.js";
import { Refusal } from "./twilio-errors.js";

const STANDARD_PAGE = 50;

/** Which page of which list is asked for. */
export interface ListAsked {
  readonly path: string;
  readonly query: URLSearchParams;
  /** What the list is called in the answer. */
  readonly member: string;
}

/** Gives one page as the API of 2010 writes it: with the path of the next page. @throws Refusal 20001 */
export function olderPage(items: readonly JsonObject[], asked: ListAsked): JsonObject {
  const { shown, page, size, next } = cut(items, asked);
  return {
    [asked.member]: shown,
    page,
    page_size: size,
    start: page * size,
    end: page * size + Math.max(0, shown.length - 1),
    uri: link(asked, page, size),
    first_page_uri: link(asked, 0, size),
    next_page_uri: next === null ? null : link(asked, next, size),
    previous_page_uri: page === 0 ? null : link(asked, page - 1, size),
  };
}

/**
 * Gives one page as the newer products write it: with the whole address of the next page.
 *
 * @param host The product's, `https://messaging.twilio.com`.
 * @throws Refusal 20001
 */
export function newerPage(items: readonly JsonObject[], asked: ListAsked, host: string): JsonObject {
  const { shown, page, size, next } = cut(items, asked);
  const address = (number: number): string => `${host}${link(asked, number, size)}`;
  return {
    [asked.member]: shown,
    meta: {
      key: asked.member,
      page,
      page_size: size,
      url: address(page),
      first_page_url: address(0),
      next_page_url: next === null ? null : address(next),
      previous_page_url: page === 0 ? null : address(page - 1),
    },
  };
}

/** Reads how many things a page has, which was judged before. */
export function pageSizeOf(query: URLSearchParams): number {
  return Number(query.get("PageSize") || STANDARD_PAGE);
}

function cut(items: readonly JsonObject[], { query }: ListAsked) {
  const size = pageSizeOf(query);
  const page = pageOf(query);
  const shown = items.slice(page * size, (page + 1) * size);
  return { shown, page, size, next: items.length > (page + 1) * size ? page + 1 : null };
}

/** The token says which page it is; the number beside it is for the client only. */
function pageOf(query: URLSearchParams): number {
  const token = query.get("PageToken") || null;
  if (token === null) return Number(query.get("Page") || 0);
  const [, number] = /^PT(\d{1,6})$/.exec(token) ?? [];
  if (number === undefined) throw new Refusal(20001, `'PageToken' is ${token}`);
  return Number(number);
}

function link({ path, query }: ListAsked, page: number, size: number): string {
  const given = new URLSearchParams(query);
  given.delete("PageToken");
  given.set("PageSize", String(size));
  given.set("Page", String(page));
  if (page > 0) given.set("PageToken", `PT${page}`);
  return `${path}?${given}`;
}
