import type { FetchedMedia, MediaDesk } from "../../core/connector.js";
import { PatchbayError } from "../../core/errors.js";
import type { Message } from "../../core/message.js";
import type { Http, HttpDownload } from "../../http/http.js";
import { toLookUpError, toTwilioError } from "./errors.js";
import { loginOf } from "./login.js";
import type { TwilioSettings } from "./settings.js";

/** A file is larger than other answers. */
const TIMEOUT_MS = 60_000;
const MOST_REDIRECTS = 5;
const MEGABYTE = 1_048_576;

/** Twilio's own API, whatever edge and region a message came by. */
const TWILIO_API = /^api(\.[a-z0-9-]+){0,2}\.twilio\.com$/;
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}$/;

/**
 * Opens the desk for files that came with messages to one account.
 *
 * The account's login goes to Twilio's API (or the simulator in its place) and nowhere else: a file lies on another host, to
 * which Twilio redirects with an address that is proof enough by itself.
 *
 * Source: https://www.twilio.com/docs/messaging/api/media-resource
 */
export function openMediaDesk(settings: TwilioSettings, http: Http): MediaDesk {
  const { authorization, hide } = loginOf(settings);
  const own = new URL(settings.apiUrl).origin;

  const fail = (answer: HttpDownload): PatchbayError => {
    const { bytes, ...rest } = answer;
    const text = Buffer.from(bytes).subarray(0, 4_096).toString();
    const error = toTwilioError({ ...rest, text }, { purpose: "look-up", hide, now: Date.now() });
    return toLookUpError(error);
  };

  async function download(url: URL, maxResponseBytes: number): Promise<FetchedMedia> {
    let next = url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const headers = redirects === 0 ? { authorization } : {};
      const answer = await http.download({
        method: "GET",
        url: next.href,
        headers,
        timeoutMs: TIMEOUT_MS,
        maxResponseBytes,
      });
      const place = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined;
      if (place === undefined) return requireFile(answer, fail);
      next = requireRedirect(place, next, own);
    }
    throw new PatchbayError("MEDIA_REFUSED", `Twilio redirects more than ${MOST_REDIRECTS} times to the file`);
  }

  return {
    fetch: async ({ url, channel }) => {
      const limit = limitOf(channel, settings);
      try {
        return await download(requireTwilio(url, own), limit);
      } catch (error) {
        throw tooLarge(error, limit) ?? toLookUpError(error);
      }
    },
    remove: settings.deleteMediaAfterFetch
      ? async (url) => {
          const at = requireTwilio(url, own);
          const answer = await http.download({ method: "DELETE", url: `${at.href}.json`, headers: { authorization } });
          // Gone is what was wanted.
          if (answer.status !== 404 && (answer.status < 200 || answer.status > 299)) throw fail(answer);
        }
      : null,
  };
}

function limitOf(channel: Message["channel"], { mmsMegabytes, whatsappMegabytes }: TwilioSettings): number {
  return (channel === "whatsapp" ? whatsappMegabytes : mmsMegabytes) * MEGABYTE;
}

/** @throws MEDIA_REFUSED */
function requireTwilio(url: string, own: string): URL {
  if (URL.canParse(url)) {
    const { origin, protocol, hostname, pathname, search, username } = new URL(url);
    const isApi = origin === own || (protocol === "https:" && TWILIO_API.test(hostname));
    // Neither a query nor a login of its own belongs to a file's address.
    if (isApi && username === "" && search === "" && /\/Media\/ME[0-9a-fA-F]{32}$/.test(pathname)) return new URL(url);
  }
  throw new PatchbayError("MEDIA_REFUSED", "The file does not lie where Twilio keeps the files of messages");
}

/** @throws MEDIA_REFUSED */
function requireRedirect(place: string, from: URL, own: string): URL {
  if (URL.canParse(place, from.href)) {
    const next = new URL(place, from.href);
    const { origin, protocol, username, password } = next;
    if (username === "" && password === "" && (protocol === "https:" || origin === own)) return next;
  }
  throw new PatchbayError("MEDIA_REFUSED", "Twilio redirects to a place from which no file is fetched");
}

function requireFile(answer: HttpDownload, fail: (answer: HttpDownload) => PatchbayError): FetchedMedia {
  const { status, headers, bytes } = answer;
  if (status !== 200) throw fail(answer);
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
  return { bytes, contentType: TYPE.test(type) ? type : null };
}

function tooLarge(error: unknown, limit: number): PatchbayError | null {
  const isSize =
    error instanceof PatchbayError && String(error.details.reason).includes("UND_ERR_RES_EXCEEDED_MAX_SIZE");
  if (!isSize) return null;
  return new PatchbayError(
    "MEDIA_REFUSED",
    `The file is larger than ${limit / MEGABYTE} MB, which the connection allows`,
    {
      limit,
    },
  );
}
