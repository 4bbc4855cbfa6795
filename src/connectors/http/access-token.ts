import { PatchbayError } from "../../core/errors.js";
import { isJsonObject } from "../../core/json.js";
import type { Http, HttpResponse } from "../../http/http.js";
import type { Budget } from "./budget.js";
import { toHttpError } from "./errors.js";
import { createHide } from "./hide.js";
import { readJson } from "./read-json.js";
import type { HttpSettings } from "./settings.js";

/** A token this near to its end is not used any more: the call must arrive, too. */
const MARGIN_MS = 30_000;
/** Where the server does not say how long a token is good. */
const STANDARD_MS = 300_000;
const MAX_TOKEN_BYTES = 65_536;

/** The access tokens of one connection: one at a time, asked for when it is needed. */
export interface AccessTokens {
  /**
   * Gives a token that is still good. Calls that want one at the same moment ask for it once.
   * @throws ENDPOINT_MISCONFIGURED, ENDPOINT_BUSY, ENDPOINT_UNREACHABLE: the call itself was certainly not made
   */
  get(budget: Budget): Promise<string>;
  /** Forgets a token that was not accepted; a newer one stays. */
  refuse(token: string): void;
  /** The token that is known, for hiding it. */
  known(): string | null;
}

interface Kept {
  readonly token: string;
  readonly goodUntil: number;
}

/**
 * Makes the tokens of OAuth2 client credentials. They are kept in memory only.
 *
 * Source: RFC 6749, 4.4 and 2.3.1
 */
export function createAccessTokens(settings: HttpSettings, http: Http, now: () => number): AccessTokens {
  let kept: Kept | null = null;
  let asking: Promise<Kept> | null = null;
  const ask = async (budget: Budget): Promise<Kept> => {
    const response = await request(settings, http, budget);
    const { token, goodForMs } = tokenIn(response, settings, now);
    // Of a token that is good for seconds only, half of its time is used.
    return { token, goodUntil: now() + Math.max(goodForMs - MARGIN_MS, goodForMs / 2) };
  };
  return {
    get: async (budget) => {
      if (kept !== null && kept.goodUntil > now()) return kept.token;
      asking ??= ask(budget).finally(() => {
        asking = null;
      });
      kept = await asking;
      return kept.token;
    },
    refuse: (token) => {
      if (kept?.token === token) kept = null;
    },
    known: () => kept?.token ?? null,
  };
}

async function request(settings: HttpSettings, http: Http, budget: Budget): Promise<HttpResponse> {
  const { tokenUrl = "", clientId = "", clientSecret = "", clientLogin, scope, audience } = settings;
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (scope !== undefined) form.set("scope", scope);
  if (audience !== undefined) form.set("audience", audience);
  const headers: Record<string, string> = {
    accept: "application/json",
    "content-type": "application/x-www-form-urlencoded",
  };
  if (clientLogin === "basic") {
    const login = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    headers.authorization = `Basic ${Buffer.from(login).toString("base64")}`;
  } else {
    form.set("client_id", clientId);
    form.set("client_secret", clientSecret);
  }
  const url = new URL(tokenUrl);
  try {
    const limits = { timeoutMs: budget.leftMs(url.host), maxResponseBytes: MAX_TOKEN_BYTES };
    return await http.request({ method: "POST", url: url.href, headers, body: form.toString(), ...limits });
  } catch (error) {
    if (!(error instanceof PatchbayError) || error.code !== "ENDPOINT_OUTCOME_UNKNOWN") throw error;
    const message = `No access token could be had: ${error.message}`;
    throw new PatchbayError("ENDPOINT_UNREACHABLE", message, error.details);
  }
}

/** Source: RFC 6749, 2.3.1: both are encoded as in a form before they are put together. */
function formEncoded(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

function tokenIn(
  response: HttpResponse,
  { tokenUrl = "", clientSecret = "" }: HttpSettings,
  now: () => number,
): { readonly token: string; readonly goodForMs: number } {
  const shown = new URL(tokenUrl).host;
  const read = readJson(response.text);
  if (response.status < 200 || response.status > 299) {
    const request = { method: "POST", repeatable: true } as const;
    const error = toHttpError(response, { request, shown, hide: createHide([clientSecret]), now: now() });
    const code = error.code === "ENDPOINT_REFUSED" ? "ENDPOINT_MISCONFIGURED" : error.code;
    throw new PatchbayError(code, `No access token could be had: ${error.message}`, error.details);
  }
  const body = "value" in read && isJsonObject(read.value) ? read.value : {};
  const { access_token: token, expires_in: seconds, token_type: type } = body;
  if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
    throw new PatchbayError("ENDPOINT_MISCONFIGURED", `${shown} has answered without an access token`);
  }
  if (typeof type === "string" && type.toLowerCase() !== "bearer") {
    throw new PatchbayError("ENDPOINT_MISCONFIGURED", `${shown} gives tokens of a type that is not Bearer`);
  }
  const isNumber = Number(seconds) > 0 && Number.isFinite(Number(seconds));
  return { token, goodForMs: isNumber ? Number(seconds) * 1_000 : STANDARD_MS };
}
