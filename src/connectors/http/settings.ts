import { PatchbayError } from "../../core/errors.js";

/** How a connection proves who it is. */
export type AuthKind = "none" | "basic" | "bearer" | "header" | "query" | "oauth2";

/** One API that is called over HTTP. */
export interface HttpSettings {
  readonly baseUrl?: string;
  readonly secretUrl?: string;
  readonly allowedHosts?: readonly string[];
  readonly allowPlainHttp: boolean;
  readonly auth: AuthKind;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  readonly keyName?: string;
  readonly key?: string;
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly clientLogin: "basic" | "body";
  readonly scope?: string;
  readonly audience?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyHeader?: string;
  readonly timeoutSeconds: number;
  readonly maxResponseKilobytes: number;
}

/** Name of a header, as RFC 9110 has it. */
export const HEADER_NAME = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$";
const HTTP_URL = "^https?://[^\\s#\\\\]+$";
const HOST = "^(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[0-9]{1,5})?$|^\\[[0-9A-Fa-f:.]+\\](:[0-9]{1,5})?$";

/** What a header can have: nothing that ends it. */
const HEADER_VALUE = "^[\\t\\x20-\\x7e\\x80-\\xff]*$";

const secret = (title: string, description: string) => ({
  type: "string",
  minLength: 1,
  maxLength: 8_192,
  pattern: HEADER_VALUE,
  writeOnly: true,
  title,
  description,
});

const text = (title: string, description: string) => ({ type: "string", minLength: 1, title, description });

/** What a connection of this connector may be given. */
export const httpSettingsSchema = Object.freeze({
  type: "object",
  additionalProperties: false,
  properties: {
    baseUrl: {
      type: "string",
      pattern: HTTP_URL,
      title: "Base URL",
      description: "What paths are put behind: https://api.example.com/v1.",
    },
    secretUrl: {
      type: "string",
      pattern: HTTP_URL,
      writeOnly: true,
      title: "Secret URL",
      description:
        "In place of the base URL, an address that is itself a secret, such as an incoming webhook of Slack.",
    },
    allowedHosts: {
      type: "array",
      minItems: 1,
      maxItems: 50,
      items: { type: "string", pattern: HOST },
      title: "Hosts",
      description:
        "Hosts that calls may go to: api.example.com, api.example.com:8443 or *.example.com. The base URL's alone when left out. Credentials go to the base URL's alone in any case.",
    },
    allowPlainHttp: {
      type: "boolean",
      default: false,
      title: "Credentials without TLS",
      description: "Whether credentials may be sent by http:// to another machine.",
    },
    auth: {
      enum: ["none", "basic", "bearer", "header", "query", "oauth2"],
      default: "none",
      title: "Authentication",
      description:
        "How calls prove who makes them: username and password, a token, a key in a header or in the query, or OAuth2 client credentials.",
    },
    username: text("User name", "For auth: basic."),
    password: secret("Password", "For auth: basic."),
    token: secret("Token", "For auth: bearer."),
    keyName: {
      type: "string",
      pattern: HEADER_NAME,
      title: "Name of the key",
      description: "For auth: header and auth: query, the header or the query parameter that takes the key.",
    },
    key: secret("Key", "For auth: header and auth: query."),
    tokenUrl: {
      type: "string",
      pattern: HTTP_URL,
      title: "Token URL",
      description: "For auth: oauth2, where access tokens are asked for.",
    },
    clientId: text("Client id", "For auth: oauth2."),
    clientSecret: secret("Client secret", "For auth: oauth2."),
    clientLogin: {
      enum: ["basic", "body"],
      default: "basic",
      title: "Client login",
      description:
        "For auth: oauth2, whether the client's id and secret go in the Authorization header or in the form.",
    },
    scope: text("Scope", "For auth: oauth2, what is asked for, separated by spaces."),
    audience: text("Audience", "For auth: oauth2, where the API wants one."),
    headers: {
      type: "object",
      maxProperties: 50,
      propertyNames: { pattern: HEADER_NAME },
      additionalProperties: { type: "string", maxLength: 4_096, pattern: HEADER_VALUE },
      title: "Headers",
      description: "Sent with every call to the base URL's host.",
    },
    idempotencyHeader: {
      type: "string",
      pattern: HEADER_NAME,
      title: "Idempotency header",
      description:
        "Header by which the API recognises a repeated POST or PATCH, such as Idempotency-Key; with it such calls are repeated when their outcome is unknown.",
    },
    timeoutSeconds: {
      type: "integer",
      minimum: 1,
      maximum: 120,
      default: 30,
      title: "Time for a call, in seconds",
      description: "For the whole call, with its pages and the token it needs.",
    },
    maxResponseKilobytes: {
      type: "integer",
      minimum: 1,
      maximum: 1_024,
      default: 512,
      title: "Largest answer, in KB",
      description: "Of a call with all its pages; a larger answer is an error.",
    },
  },
  anyOf: [{ required: ["baseUrl"] }, { required: ["secretUrl"] }],
});

const needed: Readonly<Record<AuthKind, readonly (keyof HttpSettings)[]>> = {
  none: [],
  basic: ["username"],
  bearer: ["token"],
  header: ["keyName", "key"],
  query: ["keyName", "key"],
  oauth2: ["tokenUrl", "clientId", "clientSecret"],
};

/** Settings that belong to authentication; those that the kind does not use are refused, so that none is forgotten. */
const used: Readonly<Record<AuthKind, readonly (keyof HttpSettings)[]>> = {
  none: [],
  basic: ["username", "password"],
  bearer: ["token"],
  header: ["keyName", "key"],
  query: ["keyName", "key"],
  oauth2: ["tokenUrl", "clientId", "clientSecret", "scope", "audience"],
};

/**
 * Refuses settings that do not go together.
 * @throws ENDPOINT_MISCONFIGURED naming the setting, never its value
 */
export function refuseContradictions(settings: HttpSettings): void {
  if (settings.baseUrl !== undefined && settings.secretUrl !== undefined) {
    throw misconfigured("/secretUrl is in place of /baseUrl: give one of them");
  }
  for (const name of needed[settings.auth]) {
    if (settings[name] === undefined) throw misconfigured(`/${name} is required with auth: ${settings.auth}`);
  }
  const ofAuth = new Set(Object.values(used).flat());
  for (const name of ofAuth) {
    if (settings[name] === undefined || used[settings.auth].includes(name)) continue;
    throw misconfigured(`/${name} is not used with auth: ${settings.auth}`);
  }
}

/** Names a setting that is wrong. */
export function misconfigured(problem: string): PatchbayError {
  return new PatchbayError("ENDPOINT_MISCONFIGURED", `HTTP settings: ${problem}`);
}
