import type { Http } from "../../http/http.js";
import { type AccessTokens, createAccessTokens } from "./access-token.js";
import type { Budget } from "./budget.js";
import { createHide, type Hide } from "./hide.js";
import type { HttpSettings } from "./settings.js";

/** What proves who makes a request. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  /** The access token in it; null for a proof that does not change. */
  readonly token: string | null;
}

/** Who makes the calls of one connection. */
export interface Login {
  /** @throws ENDPOINT_MISCONFIGURED, ENDPOINT_BUSY, ENDPOINT_UNREACHABLE when no access token could be had */
  prove(budget: Budget): Promise<Proof>;
  /** Takes note that a proof was not accepted. @returns Whether another one can be had. */
  refuse(proof: Proof): boolean;
  /** Takes everything that is secret, the current access token too, out of a text. */
  readonly hide: Hide;
}

/** Makes the login of a connection. */
export function createLogin(settings: HttpSettings, http: Http, now: () => number): Login {
  const tokens = settings.auth === "oauth2" ? createAccessTokens(settings, http, now) : null;
  const { headers: own = {} } = settings;
  const fixed = Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]));
  const hideFixed = createHide(secretsOf(settings));
  return {
    prove: async (budget) => {
      if (tokens === null)
        return { headers: { ...fixed, ...headersOf(settings) }, query: queryOf(settings), token: null };
      const token = await tokens.get(budget);
      return { headers: { ...fixed, authorization: `Bearer ${token}` }, query: [], token };
    },
    refuse: ({ token }) => {
      if (token === null) return false;
      tokens?.refuse(token);
      return true;
    },
    hide: (text) => hideToken(hideFixed(text), tokens),
  };
}

function hideToken(text: string, tokens: AccessTokens | null): string {
  const token = tokens?.known() ?? null;
  return token === null ? text : createHide([token])(text);
}

function headersOf({ auth, username = "", password = "", token = "", keyName = "", key = "" }: HttpSettings) {
  if (auth === "basic") {
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
  }
  if (auth === "bearer") return { authorization: `Bearer ${token}` };
  return auth === "header" ? { [keyName.toLowerCase()]: key } : {};
}

function queryOf({ auth, keyName = "", key = "" }: HttpSettings): Proof["query"] {
  return auth === "query" ? [[keyName, key]] : [];
}

/** A user name is a secret when there is no password: some APIs take their key so. */
function secretsOf(settings: HttpSettings): readonly string[] {
  const { username = "", password = "", token = "", key = "", clientSecret = "", secretUrl = "", headers } = settings;
  const login = settings.auth === "basic" ? [`${username}:${password}`, password === "" ? username : ""] : [];
  const path = secretUrl === "" ? "" : new URL(secretUrl).pathname;
  return [
    password,
    token,
    key,
    clientSecret,
    secretUrl,
    path,
    ...login,
    ...Object.values(headers ?? {}).filter(isLong),
  ];
}

/** Fixed headers are as a rule no secrets (`application/json`); a long one without spaces or slashes may be. */
function isLong(value: string): boolean {
  return /^[^\s/;]{16,}$/.test(value);
}
