import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json } from "../../core/json.js";
import type { HttpResponse } from "../../http/http.js";
import type { Paging } from "./payload.js";
import { toUrl } from "./target.js";

/** As many items as a flow's `each` takes. */
const MOST_ITEMS = 10_000;

/** One page, read. */
export interface Page {
  readonly url: URL;
  readonly headers: HttpResponse["headers"];
  readonly body: Json;
}

/** All pages that were asked for. */
export interface Pages {
  readonly items: Json[];
  readonly pages: number;
  /** Whether the last page that was asked for is the last there is. */
  readonly complete: boolean;
}

/**
 * Asks for one page after the other.
 *
 * @param fetch Gives a page; the time and the size of all of them are its business.
 * @throws ENDPOINT_REFUSED when a page has no list where its items should be, when a page leads back to one that was
 *   there, or when there are too many items
 */
export async function readPages(first: URL, paging: Paging, fetch: (url: URL) => Promise<Page>): Promise<Pages> {
  const items: Json[] = [];
  const seen = new Set<string>();
  let url = start(first, paging);
  for (let pages = 1; ; pages++) {
    seen.add(url.href);
    const page = await fetch(url);
    const found = itemsOf(page, paging);
    for (const item of found) items.push(item);
    if (items.length > MOST_ITEMS) {
      throw refused(
        `There are more than ${MOST_ITEMS} items`,
        "Ask for fewer: by a filter of the API, or by maxPages.",
      );
    }
    const next = nextOf(page, paging, { count: found.length, pages, total: items.length });
    if (next === null) return { items, pages, complete: true };
    if (seen.has(next.href)) {
      throw refused("A page leads back to one that was read already", "Check paginate: its kind, next and parameter.");
    }
    if (pages >= paging.maxPages) return { items, pages, complete: false };
    url = next;
  }
}

interface Progress {
  /** Items on this page. */
  readonly count: number;
  readonly pages: number;
  readonly total: number;
}

function start(url: URL, { kind, parameter = kind, from }: Paging): URL {
  if (from === undefined || (kind !== "page" && kind !== "offset")) return url;
  return withParameter(url, parameter, String(from));
}

function nextOf(page: Page, paging: Paging, progress: Progress): URL | null {
  if (paging.kind === "link-header") return linkedNext(page);
  if (paging.kind === "cursor") return nextByCursor(page, paging);
  const { kind, parameter = kind, pageSize = 1, from = kind === "page" ? 1 : 0 } = paging;
  if (progress.count < pageSize) return null;
  const value = kind === "page" ? from + progress.pages : from + progress.total;
  return withParameter(page.url, parameter, String(value));
}

function nextByCursor({ url, body }: Page, { next = "", parameter }: Paging): URL | null {
  const cursor = at(body, next);
  if (cursor === undefined || cursor === null || cursor === "" || cursor === false) return null;
  if (typeof cursor !== "string" && typeof cursor !== "number") {
    throw refused(`What is at ${next} is neither text nor a number`, "Correct paginate.next.");
  }
  if (parameter !== undefined) return withParameter(url, parameter, String(cursor));
  const address =
    toUrl(String(cursor)) ?? (URL.canParse(String(cursor), url.href) ? new URL(String(cursor), url) : null);
  if (address !== null) return address;
  throw refused(`What is at ${next} is no address`, "Give paginate the parameter that takes the cursor.");
}

/** Source: RFC 8288 */
function linkedNext({ url, headers }: Page): URL | null {
  for (const [, target = "", parameters = ""] of (headers.link ?? "").matchAll(/<([^<>]*)>([^<]*)/g)) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    const names = (relations?.[1] ?? relations?.[2] ?? "").toLowerCase().split(/\s+/);
    if (names.includes("next") && URL.canParse(target, url.href)) return new URL(target, url);
  }
  return null;
}

function withParameter(url: URL, name: string, value: string): URL {
  const next = new URL(url);
  next.searchParams.set(name, value);
  return next;
}

function itemsOf({ body }: Page, { items: path }: Paging): readonly Json[] {
  const found = at(body, path);
  if (Array.isArray(found)) return found;
  // An empty page may leave its list out.
  if (found === undefined || found === null) {
    if (path !== "" && isJsonObject(body)) return [];
  }
  const where = path === "" ? "The body" : `What is at ${path}`;
  throw refused(`${where} is not a list`, "Correct paginate.items: it names where the items are in the body.");
}

function at(body: Json, path: string): Json | undefined {
  if (path === "") return body;
  return path.split(".").reduce<Json | undefined>((value, name) => {
    if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
    return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }, body);
}

function refused(message: string, remedy: string): PatchbayError {
  return new PatchbayError("ENDPOINT_REFUSED", message, { remedy });
}
