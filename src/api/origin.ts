import type { IncomingMessage } from "node:http";
import { PatchbayError } from "../core/errors.js";

const loopbackNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);
const loopbackAddress = /^(?:::1$|(?:::ffff:)?127\.)/;

/** Tells whether a request comes from a program of this machine that calls it by a name of this machine, and not through a proxy. */
export function isNearby(request: IncomingMessage): boolean {
  return isFromLoopback(request) && loopbackNames.has(hostName(request.headers.host ?? ""));
}

/** Tells whether a request's connection comes from this machine, and nothing says that somebody else is behind it. */
export function isFromLoopback({ socket, headers }: IncomingMessage): boolean {
  const passedOn = headers.forwarded ?? headers["x-forwarded-for"] ?? headers["x-forwarded-host"] ?? headers.via;
  return passedOn === undefined && loopbackAddress.test(socket.remoteAddress ?? "");
}

/**
 * Refuses what a page of another site makes a browser on this machine ask: a Host header that is no name of this machine (DNS
 * rebinding), an Origin that is another site.
 *
 * @throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED
 */
export function requireOwnNames({ headers }: IncomingMessage): void {
  const name = hostName(headers.host ?? "");
  if (!loopbackNames.has(name)) {
    throw new PatchbayError("HOST_NOT_ALLOWED", `The Host header names "${name}", which is not this server`);
  }
  if (headers.origin !== undefined && !loopbackNames.has(hostName(withoutScheme(headers.origin)))) {
    throw new PatchbayError("ORIGIN_NOT_ALLOWED", `A page of "${headers.origin}" made this request`);
  }
}

/**
 * Refuses what another site's page makes a browser do in the name of who is signed in. Browsers say themselves where a request
 * comes from: in `Sec-Fetch-Site` wherever the connection is trusted, in `Origin` with every request that may change something.
 *
 * Source: https://www.w3.org/TR/fetch-metadata/ and ADR 0025
 * @param publicUrl The other name of this server, where something stands before it.
 * @throws ORIGIN_NOT_ALLOWED
 */
export function requireSameSite({ method, headers }: IncomingMessage, publicUrl: string | null): void {
  if (method === "GET" || method === "HEAD") return;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return;
  const { origin } = headers;
  if (site === undefined && origin !== undefined) {
    const host = withoutScheme(origin).toLowerCase();
    if (host === (headers.host ?? "").toLowerCase()) return;
    if (publicUrl !== null && origin.toLowerCase() === new URL(publicUrl).origin) return;
  }
  throw new PatchbayError("ORIGIN_NOT_ALLOWED", "The request does not come from a page of this server");
}

function withoutScheme(origin: string): string {
  return origin.replace(/^https?:\/\//, "");
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "").slice(0, 255);
}
