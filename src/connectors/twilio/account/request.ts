import { isJsonObject, type Json, type JsonObject } from "../../../core/json.js";
import type { Http } from "../../../http/http.js";
import { toLookUpError, toTwilioError } from "../errors.js";
import { loginOf } from "../login.js";
import type { TwilioSettings } from "../settings.js";

/** A part of Twilio's API; each has a host of its own. */
export type Product = "api" | "messaging" | "accounts";

/** Makes requests to all parts of Twilio's API for one account. Changes are such that they may be made again. */
export interface AccountRequests {
  /** @throws The errors of a connection's `find`. */
  get(product: Product, path: string): Promise<JsonObject>;
  /** Gives everything of a list, page by page. @param member What the list is called in the answer. */
  list(product: Product, path: string, member: string): Promise<readonly JsonObject[]>;
  postForm(product: Product, path: string, form: Readonly<Record<string, string>>): Promise<JsonObject>;
  postJson(product: Product, path: string, body: JsonObject): Promise<JsonObject>;
}

/** A page must fit our limit for answers: a number takes about 1.5 KB. */
const PAGE_SIZE = 50;
const MOST_PAGES = 200;

/** Makes the requests of one account, over our outbound client. */
export function createAccountRequests(settings: TwilioSettings, http: Http): AccountRequests {
  const { authorization, hide } = loginOf(settings);

  async function call(product: Product, path: string, sent?: { type: string; body: string }): Promise<JsonObject> {
    const headers = { authorization, accept: "application/json" };
    const url = originOf(settings.apiUrl, product) + path;
    const response = await http
      .request(
        sent === undefined
          ? { method: "GET", url, headers }
          : { method: "POST", url, headers: { ...headers, "content-type": sent.type }, body: sent.body },
      )
      .catch((error: unknown) => {
        throw toLookUpError(error);
      });
    const body = response.status < 300 ? toObject(response.text) : null;
    if (body !== null) return body;
    throw toTwilioError(response, { purpose: sent === undefined ? "look-up" : "change", hide, now: Date.now() });
  }

  return {
    get: (product, path) => call(product, path),
    list: async (product, path, member) => {
      const items: JsonObject[] = [];
      let next: string | null = `${path}${path.includes("?") ? "&" : "?"}PageSize=${PAGE_SIZE}`;
      for (let page = 0; next !== null && page < MOST_PAGES; page++) {
        const body = await call(product, next);
        const found = body[member];
        if (Array.isArray(found)) items.push(...found.filter(isJsonObject));
        next = nextOf(body);
      }
      return items;
    },
    postForm: (product, path, form) =>
      call(product, path, {
        type: "application/x-www-form-urlencoded",
        body: new URLSearchParams(form).toString(),
      }),
    postJson: (product, path, body) => call(product, path, { type: "application/json", body: JSON.stringify(body) }),
  };
}

/**
 * Gives where a product's API is: beside `api.`, also in a region; a simulator is one address for all of them.
 *
 * Source: https://www.twilio.com/docs/global-infrastructure/using-the-twilio-rest-api-in-a-non-us-region
 */
export function originOf(apiUrl: string, product: Product): string {
  return apiUrl.replace(/\/$/, "").replace(/^(https:\/\/)api\.((?:[\w-]+\.)*twilio\.com)$/, `$1${product}.$2`);
}

/** The older API links by path, the newer ones by URL; whatever host one names, our credentials go to the product's only. */
function nextOf({ next_page_uri: older, meta }: JsonObject): string | null {
  const newer = isJsonObject(meta) ? meta.next_page_url : undefined;
  const link: Json | undefined = older ?? newer;
  if (typeof link !== "string" || !URL.canParse(link, "https://api.twilio.com")) return null;
  const { pathname, search } = new URL(link, "https://api.twilio.com");
  return pathname + search;
}

function toObject(text: string): JsonObject | null {
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : null;
  } catch {
    return null;
  }
}
