import type { PageView } from "../api/contract/paging.js";
import { type ErrorCode, errorCatalogue } from "../core/error-catalogue.js";
import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";

/** Values of a query; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Talks to one Patchbay server. Every method gives the JSON that the server answered, typed as its contract says. */
export interface Client {
  /** Without a slash at the end. */
  readonly url: string;
  /**
   * @throws SERVER_UNREACHABLE, and whatever the server's problem document says; `details` has `requestId`,
   *   `problems` and `retryAfterMs` where the server gave them.
   */
  get<T>(path: string, query?: Query): Promise<T>;
  /** Gives a file as it is. @throws as `get` does */
  download(path: string): Promise<Uint8Array>;
  /** @throws as `get` does */
  post<T>(path: string, body: Json): Promise<T>;
  /** @throws as `get` does */
  put<T>(path: string, body: Json): Promise<T>;
  /** @throws as `get` does */
  patch<T>(path: string, body: Json): Promise<T>;
  /**
   * Gives the items of a list, up to `limit`, over as many pages as it takes.
   * @throws as `get` does
   */
  list<T>(path: string, query: Query & { readonly limit: number }): Promise<readonly T[]>;
  /**
   * Gives an answer of any length as it comes.
   * @throws as `get` does
   */
  stream(path: string, query?: Query): AsyncIterable<Uint8Array>;
}

export interface ClientOptions {
  readonly url: string;
  readonly apiKey: string | null;
  /** Aborts the request under way. */
  readonly stop: AbortSignal;
  /** How long one answer may take. */
  readonly timeoutMs?: number;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
}

const standardTimeoutMs = 60_000;

const largestPage = 200;

/** Makes a client; makes no request. */
export function createClient(options: ClientOptions): Client {
  const client: Client = {
    url: options.url,
    get: (path, query = {}) => send(options, { method: "GET", path: path + toQuery(query) }),
    download: (path) =>
      exchange(options, { method: "GET", path }, async (response) => {
        if (response.ok) return new Uint8Array(await response.arrayBuffer());
        readAnswer(response, await response.text());
        throw new Error("an answer that is not ok is an error");
      }),
    post: (path, body) => send(options, { method: "POST", path, body }),
    put: (path, body) => send(options, { method: "PUT", path, body }),
    patch: (path, body) => send(options, { method: "PATCH", path, body }),
    list: (path, query) => listAll(client, path, query),
    stream: (path, query = {}) => stream(options, path + toQuery(query)),
  };
  return client;
}

async function listAll<T>(client: Client, path: string, query: Query & { limit: number }): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(largestPage, query.limit - items.length);
    const page = await client.get<PageView<T>>(path, { ...query, limit, cursor });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < query.limit);
  return items;
}

function toQuery(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? "" : `?${given}`;
}

async function* stream(options: ClientOptions, path: string): AsyncGenerator<Uint8Array> {
  const headers = new Headers(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` });
  try {
    const response = await fetch(options.url + path, { headers, signal: options.stop, redirect: "error" });
    if (!response.ok) readAnswer(response, await response.text());
    for await (const chunk of response.body ?? []) yield chunk;
  } catch (thrown) {
    if (thrown instanceof PatchbayError || options.stop.aborted) throw thrown;
    throw unreachable(options, reasonOf(thrown), thrown);
  }
}

function send<T>(options: ClientOptions, call: Call): Promise<T> {
  return exchange(options, call, async (response) => readAnswer(response, await response.text()) as T);
}

async function exchange<T>(
  options: ClientOptions,
  { method, path, body }: Call,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? standardTimeoutMs);
  const headers = new Headers({ accept: "application/json" });
  if (options.apiKey !== null) headers.set("authorization", `Bearer ${options.apiKey}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  try {
    const response = await fetch(options.url + path, {
      method,
      headers,
      signal: AbortSignal.any([options.stop, timeout]),
      redirect: "error",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return await read(response);
  } catch (thrown) {
    if (thrown instanceof PatchbayError || options.stop.aborted) throw thrown;
    throw unreachable(options, timeout.aborted ? "it did not answer in time" : reasonOf(thrown), thrown);
  }
}

function unreachable({ url }: ClientOptions, why: string, thrown: unknown): PatchbayError {
  return new PatchbayError("SERVER_UNREACHABLE", `No Patchbay server answers at ${url}: ${why}`, {
    cause: thrown,
    connectionCode: codeOf(thrown),
  });
}

const brokenConnections: readonly unknown[] = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

/** Tells whether an error means that the server went away, which it does while it is started again. */
export function isBrokenConnection(error: unknown): boolean {
  return error instanceof PatchbayError && brokenConnections.includes(error.details.connectionCode);
}

function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown);
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code !== null) return brokenConnections.includes(code) ? `the connection broke (${code})` : code;
  const cause = causeOf(thrown);
  return cause instanceof Error ? cause.message : String(cause);
}

function codeOf(thrown: unknown): string | null {
  const cause = causeOf(thrown);
  const hasCode = typeof cause === "object" && cause !== null && "code" in cause;
  return hasCode && typeof cause.code === "string" ? cause.code : null;
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
}

function readAnswer(response: Response, text: string): JsonObject {
  const answer = toObject(text);
  // A batch of which every record failed has the failure's status, and is an answer all the same.
  if (answer !== null && (response.ok || Array.isArray(answer.items))) return answer;
  if (answer !== null && typeof answer.code === "string") throw toError(answer.code, answer, response);
  const heading = `${response.status} ${response.statusText}`.trim();
  throw new PatchbayError("SERVER_UNREACHABLE", `${response.url} answered ${heading}, which is not Patchbay's way`, {
    remedy: "Check that PATCHBAY_URL is the address of a Patchbay server, and what stands between.",
  });
}

/** A newer server may know codes that we do not: its words are kept all the same. */
function toError(name: string, problem: JsonObject, response: Response): PatchbayError {
  const unknown = response.status < 500 ? "REQUEST_INVALID" : "INTERNAL_ERROR";
  const code = isErrorCode(name) ? name : unknown;
  const retryAfterSeconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const requestId = text(problem.instance) ?? response.headers.get("x-request-id");
  return new PatchbayError(code, text(problem.detail) ?? text(problem.title) ?? name, {
    ...(requestId === null ? {} : { requestId }),
    ...(text(problem.remedy) === null ? {} : { remedy: text(problem.remedy) }),
    ...(Array.isArray(problem.problems) ? { problems: problem.problems } : {}),
    ...(Number.isFinite(retryAfterSeconds) ? { retryAfterMs: retryAfterSeconds * 1_000 } : {}),
  });
}

function toObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(errorCatalogue, name);
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
