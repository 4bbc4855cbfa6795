import { PatchbayError } from "../../core/errors.js";
import type { Fetched, SourceAccess } from "./source-access.js";

/** Redirects that are followed, one after the other. */
const MAX_REDIRECTS = 5;

/** What was read from the web, and the address it came from in the end. */
export interface WebContent {
  readonly url: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a file from the web. Every address on the way is judged anew, and TLS is never left: an answer that leads to plain
 * http or to a host that may not be called is refused.
 *
 * @throws HOST_FORBIDDEN, SOURCE_UNKNOWN, SOURCE_UNREADABLE
 */
export async function fetchWeb(from: string, access: SourceAccess): Promise<WebContent> {
  let url = from;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    requireSafe(new URL(url), access);
    const answer = await fetched(url, access);
    const next = redirectOf(answer, url);
    if (next === null) return { url, bytes: contentOf(answer, url) };
    url = next;
  }
  throw unreadable(from, `it redirects more than ${MAX_REDIRECTS} times`);
}

/**
 * Refuses an address that can be read and changed by others on the way.
 * @throws HOST_FORBIDDEN
 */
export function requireSafe(url: URL, access: Pick<SourceAccess, "isAllowed">): void {
  if (url.protocol === "https:") return;
  if (url.protocol === "http:" && access.isAllowed({ hostname: url.hostname, port: url.port || "80" })) return;
  throw new PatchbayError("HOST_FORBIDDEN", `${url.origin} is not https, so collections are not read from it`, {
    host: url.host,
    reason: "not https",
    remedy: "Use https, or allow this host in OUTBOUND_ALLOW if it is your own.",
  });
}

/** Makes the error that says why a source could not be read. */
export function unreadable(source: string, reason: string): PatchbayError {
  return new PatchbayError("SOURCE_UNREADABLE", `${source} cannot be read: ${reason}`, { source });
}

async function fetched(url: string, access: SourceAccess): Promise<Fetched> {
  try {
    return await access.get(url);
  } catch (error) {
    if (!(error instanceof PatchbayError) || error.code === "HOST_FORBIDDEN") throw error;
    throw unreadable(url, error.message);
  }
}

function redirectOf({ status, headers }: Fetched, url: string): string | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const { location } = headers;
  if (location !== undefined && URL.canParse(location, url)) return new URL(location, url).href;
  throw unreadable(url, `it answers ${status} without saying where to`);
}

function contentOf({ status, bytes }: Fetched, url: string): Uint8Array {
  if (status === 200) return bytes;
  if (status === 404 || status === 410) {
    throw new PatchbayError("SOURCE_UNKNOWN", `There is nothing at ${url} (it answers ${status})`, { source: url });
  }
  throw unreadable(url, `it answers ${status}`);
}
