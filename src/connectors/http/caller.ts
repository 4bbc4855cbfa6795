import type { Http, HttpResponse } from "../../http/http.js";
import type { Login } from "./authorize.js";
import type { Budget } from "./budget.js";
import { toBrokenOff } from "./errors.js";
import type { KeptRequest } from "./payload.js";
import { type Target, toUrl } from "./target.js";

const MOST_REDIRECTS = 5;

/** One request, complete but for what proves who makes it. */
export interface Outgoing {
  readonly request: KeptRequest;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What requests are made with. */
export interface CallerParts {
  readonly http: Http;
  readonly login: Login;
  readonly target: Target;
}

/**
 * Makes a request and reads the answer, whatever its status: with the connection's credentials where they belong, once more with
 * a new access token when the old one is not accepted, and behind redirects of what only reads.
 *
 * @throws What the outbound client throws, named for what the request does; HOST_FORBIDDEN for a redirect to another host.
 */
export async function callOut(outgoing: Outgoing, budget: Budget, parts: CallerParts): Promise<HttpResponse> {
  let { url } = outgoing;
  for (let redirects = 0; ; redirects++) {
    const response = await callProven({ ...outgoing, url }, budget, parts);
    const next = redirectOf(response, outgoing, url);
    if (next === null || redirects >= MOST_REDIRECTS) return response;
    parts.target.requireAllowed(next);
    url = next;
  }
}

async function callProven(outgoing: Outgoing, budget: Budget, parts: CallerParts): Promise<HttpResponse> {
  const { login, target } = parts;
  if (!target.isHome(outgoing.url)) return callOnce(outgoing, budget, parts);
  const proof = await login.prove(budget);
  const response = await callOnce(withProof(outgoing, proof), budget, parts);
  if (response.status !== 401 || !login.refuse(proof)) return response;
  // What was answered with 401 was not looked at.
  return callOnce(withProof(outgoing, await login.prove(budget)), budget, parts);
}

function withProof(
  outgoing: Outgoing,
  { headers, query }: { headers: Outgoing["headers"]; query: readonly (readonly [string, string])[] },
): Outgoing {
  const url = new URL(outgoing.url);
  for (const [name, value] of query) {
    if (url.searchParams.has(name)) url.searchParams.delete(name);
    // Put behind as text: the URL's own way would write the rest of the query anew.
    url.search += `${url.search === "" ? "" : "&"}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  }
  // The connection's own come last: no step replaces what proves who calls.
  return { ...outgoing, url, headers: { ...outgoing.headers, ...headers } };
}

async function callOnce({ request, url, headers, body }: Outgoing, budget: Budget, parts: CallerParts) {
  const shown = parts.target.show(url);
  try {
    const response = await parts.http.request({
      method: request.method,
      url: url.href,
      headers,
      ...(body === null ? {} : { body }),
      timeoutMs: budget.leftMs(shown),
      maxResponseBytes: budget.leftBytes(),
    });
    budget.spend(Buffer.byteLength(response.text));
    return response;
  } catch (error) {
    throw toBrokenOff(error, { request, shown });
  }
}

/** Only what reads is asked for again elsewhere; null for an answer that is none or cannot be followed. */
function redirectOf({ status, headers }: HttpResponse, { request }: Outgoing, from: URL): URL | null {
  const isReading = request.method === "GET" || request.method === "HEAD";
  if (!isReading || ![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return null;
  return (
    toUrl(headers.location) ?? (URL.canParse(headers.location, from.href) ? new URL(headers.location, from) : null)
  );
}
