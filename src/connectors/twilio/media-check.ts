import type { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { Http, HttpResponse } from "../../http/http.js";
import { refusal } from "./refusal.js";

/** A media host that takes longer is not waited for: Twilio has the last word anyway. */
const TIMEOUT_MS = 5_000;

/** How long a file's size is believed, and of how many: one picture is sent to many. */
const BELIEVED_MS = 600_000;
const MOST_KNOWN = 1_000;

const MEGABYTE = 1_048_576;

/** What was found out about one file; nulls where its host does not say. */
interface FileFacts {
  readonly gone: boolean;
  readonly bytes: number | null;
  readonly contentType: string | null;
}

/** Looks at files before they are sent. */
export interface MediaCheck {
  /** @throws MEDIA_INVALID when Twilio would certainly not take them */
  check(request: JsonObject): Promise<void>;
}

/** A check that asks nobody. */
export const uncheckedMedia: MediaCheck = { check: async () => undefined };

/**
 * Makes a check that asks each file's host for its size (HEAD, without credentials, redirects not followed), and refuses what
 * is too large or not there. A host that does not answer, or not so, proves nothing: then Twilio decides.
 *
 * Limits: an MMS 5 MB in all, other types than pictures half a megabyte each; WhatsApp 16 MB, pictures 5 MB.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/accepted-mime-types, …/whatsapp/guidance-whatsapp-media-messages
 */
export function createMediaCheck(http: Http, now: () => number): MediaCheck {
  const known = new Map<string, { readonly facts: FileFacts; readonly until: number }>();
  async function factsOf(url: string): Promise<FileFacts> {
    const kept = known.get(url);
    if (kept !== undefined && kept.until > now()) return kept.facts;
    const facts = await ask(url, http);
    if (known.size >= MOST_KNOWN) known.clear();
    // What proved nothing is asked again: the host may be there by then.
    if (!facts.gone && facts.bytes !== null) known.set(url, { facts, until: now() + BELIEVED_MS });
    return facts;
  }
  return {
    check: async ({ mediaUrl, to }) => {
      if (!Array.isArray(mediaUrl)) return;
      const urls = mediaUrl.filter((url) => typeof url === "string");
      const facts = await Promise.all(urls.map(factsOf));
      const problem = String(to).startsWith("whatsapp:") ? whatsappProblem(urls, facts) : mmsProblem(urls, facts);
      if (problem !== null) throw problem;
    },
  };
}

async function ask(url: string, http: Http): Promise<FileFacts> {
  try {
    return toFacts(await http.request({ method: "HEAD", url, headers: {}, timeoutMs: TIMEOUT_MS }));
  } catch {
    return { gone: false, bytes: null, contentType: null };
  }
}

function toFacts({ status, headers }: HttpResponse): FileFacts {
  const gone = status === 404 || status === 410;
  const length = headers["content-length"] ?? "";
  const bytes = status === 200 && /^\d{1,15}$/.test(length) ? Number(length) : null;
  return { gone, bytes, contentType: headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? null };
}

const TOO_LARGE_FOR_CARRIERS = 30019;
const NOT_FETCHED = 63019;
const BAD_URL = 21620;

function mmsProblem(urls: readonly string[], files: readonly FileFacts[]): PatchbayError | null {
  const gone = goneProblem(urls, files);
  if (gone !== null) return gone;
  for (const [index, { bytes, contentType }] of files.entries()) {
    const limit = isPicture(contentType) ? 5 * MEGABYTE : MEGABYTE / 2;
    if (bytes === null || contentType === null || bytes <= limit) continue;
    return tooLarge(`/mediaUrl/${index} (${contentType})`, { bytes, limit, vendorCode: TOO_LARGE_FOR_CARRIERS });
  }
  const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  const limit = 5 * MEGABYTE;
  return bytes > limit ? tooLarge("All media together", { bytes, limit, vendorCode: TOO_LARGE_FOR_CARRIERS }) : null;
}

function whatsappProblem(urls: readonly string[], files: readonly FileFacts[]): PatchbayError | null {
  const gone = goneProblem(urls, files);
  if (gone !== null) return gone;
  for (const [index, { bytes, contentType }] of files.entries()) {
    const limit = (contentType?.startsWith("image/") ? 5 : 16) * MEGABYTE;
    if (bytes !== null && bytes > limit) {
      return tooLarge(`/mediaUrl/${index} (${contentType})`, { bytes, limit, vendorCode: NOT_FETCHED });
    }
  }
  return null;
}

/** JPEG, PNG and GIF: what Twilio makes smaller by itself where a carrier wants that. */
function isPicture(contentType: string | null): boolean {
  return contentType !== null && /^image\/(jpe?g|png|gif)$/.test(contentType);
}

function goneProblem(urls: readonly string[], files: readonly FileFacts[]): PatchbayError | null {
  const index = files.findIndex(({ gone }) => gone);
  if (index === -1) return null;
  const url = urls[index] ?? "";
  return refusal("MEDIA_INVALID", BAD_URL, { message: `/mediaUrl/${index} ${url} is not there`, url });
}

function tooLarge(
  what: string,
  { bytes, limit, vendorCode }: { bytes: number; limit: number; vendorCode: number },
): PatchbayError {
  const message = `${what} ${what.startsWith("All") ? "are" : "is"} ${inMegabytes(bytes)}; Twilio takes ${inMegabytes(limit)}`;
  return refusal("MEDIA_INVALID", vendorCode, { message, bytes, limit });
}

function inMegabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
