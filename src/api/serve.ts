import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { type PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Eventual } from "../core/eventual.js";
import type { ApiDeps } from "./api-deps.js";
import { audited } from "./audited.js";
import { hasBody, readBody, requireContentType } from "./body.js";
import type { CallerLimits } from "./caller-limits.js";
import type { Checks } from "./checks.js";
import { explain } from "./explain.js";
import type { Gate } from "./gate.js";
import { parseJson } from "./json-body.js";
import { withMask } from "./masked.js";
import { toProblemAnswer } from "./problem.js";
import { createQueryReader } from "./query.js";
import { requestIdOf } from "./request-id.js";
import type { Answer, Call, Route } from "./route.js";
import { type Exchange, send } from "./send.js";

type ServeDeps = Pick<ApiDeps, "log" | "newId" | "bodyLimitBytes"> & {
  readonly gate: Gate;
  readonly checks: Checks;
  /** Null where nothing is served that leaves a trace. */
  readonly audit: Pick<ApiDeps, "trail" | "pseudonym" | "addressOf"> | null;
  readonly limits?: CallerLimits | undefined;
};

/** A body that has neither documents nor files. */
const COMMAND_BYTES = 262_144;

type Serve = (
  exchange: Exchange,
  params: Call<Readonly<Record<string, string>>, unknown, unknown>["params"],
) => Promise<void>;

/**
 * Gives what answers a route's requests: who may call, what is asked, the answer or the problem, one log line.
 * The line names the route, not the URL: URLs carry phone numbers, keys of records and secrets of webhooks.
 */
export function createServe(deps: ServeDeps): (route: Route) => Serve {
  const { gate, log, limits } = deps;
  return (route) => {
    const read = createReader(route, deps);
    const handle = withMask(route, deps.audit === null ? route.handle : audited(route, deps.audit));
    const label = `${route.method} ${route.path}`;
    return async (exchange, params) => {
      const { request, response, requestId } = exchange;
      const begin = performance.now();
      let error: PatchbayError | null = null;
      try {
        const admitted = gate(request, route, params);
        const caller = admitted instanceof Promise ? await admitted : admitted;
        limits?.admit(request, caller);
        const url = urlOf(request);
        const reading = read(exchange, url);
        const { query, body } = reading instanceof Promise ? await reading : reading;
        const answer = await handle({ params, query, body, request, response, url, requestId, caller });
        error = answer?.error ?? null;
        if (answer !== null) send(exchange, answer);
      } catch (thrown) {
        error = toRefusal(thrown, request, limits);
        send(exchange, refusalOf(route, error) ?? toProblemAnswer(error, requestId));
      }
      note({ requestId, route: label, status: response.statusCode, ms: performance.now() - begin }, error, log);
    };
  };
}

/** Gives what a request is refused with; whoever is refused too often is told so instead. */
function toRefusal(thrown: unknown, request: IncomingMessage, limits: CallerLimits | undefined): PatchbayError {
  const error = toPatchbayError(thrown);
  return limits === undefined ? error : limits.refuse(request, error);
}

/** How a route itself answers those who are not let in; null when it leaves that to us. */
function refusalOf({ refuse }: Route, { code }: PatchbayError): Answer | null {
  return refuse !== undefined && (code === "API_KEY_INVALID" || code === "NOT_ALLOWED") ? refuse() : null;
}

const limited: ReadonlySet<string> = new Set(["RATE_LIMITED", "SIGN_INS_TOO_MANY"]);

/** Logs one answered request. */
function note(facts: object, error: PatchbayError | null, log: ApiDeps["log"]): void {
  if (error === null) log.debug(facts, "answered");
  // One line for each of a flood would be a flood of its own.
  else if (limited.has(error.code)) log.debug(facts, "limited");
  else if (error.status < 500) log.info({ code: error.code, ...facts }, "refused");
  else log.error({ code: error.code, why: explain(error), ...facts }, "failed");
}

type Read = (exchange: Exchange, url: string) => Eventual<Input>;

interface Input {
  readonly query: unknown;
  readonly body: unknown;
}

function createReader(route: Route, { checks, bodyLimitBytes }: ServeDeps): Read {
  const readQuery = createQueryReader(route, checks);
  const { body: schema, bodyOptional = false, bodyTypes = ["application/json"], largeBody = false } = route;
  if (schema === undefined) return (_exchange, url) => ({ query: readQuery(url), body: undefined });
  const check = checks.body(schema);
  const limitBytes = largeBody ? bodyLimitBytes : Math.min(COMMAND_BYTES, bodyLimitBytes);
  return async ({ request }, url) => {
    const query = readQuery(url);
    if (bodyOptional && !hasBody(request)) return { query, body: {} };
    requireContentType(request, bodyTypes);
    const body = parseJson(await readBody(request, limitBytes));
    check(body);
    return { query, body };
  };
}

/** Express shortens `url` inside mounted routers only; `originalUrl` is what the caller asked for. */
function urlOf(request: { url?: string | undefined; originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? "/";
}

/** Gives Express a handler that serves one route. */
export function toExpress(serve: Serve, newId: ApiDeps["newId"]): RequestHandler {
  return (request, response) => {
    // Patterns have no wildcards, so every parameter is one text.
    const params = request.params as Record<string, string>;
    return serve({ request, response, requestId: requestIdOf(request, newId) }, params);
  };
}
