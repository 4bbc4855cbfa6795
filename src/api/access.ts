import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Caller, environmentKey, nobody, thisMachine } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import type { Access } from "./route.js";

/** Gives who makes a request; throws when a caller may not have what it asks for. */
export type Gate = (request: IncomingMessage, access: Access) => Caller;

/**
 * Decides who may call.
 *
 * With an API key set, every `key` route needs it: as a bearer token, or as the `X-Tenant-Access-Token` that stores
 * integrated with the ancestor send. Without one, only pages and programs of this machine may call: the Host header
 * must be a loopback name or the public URL's host, which stops DNS rebinding, and a browser's Origin must be the
 * same, which stops other sites' forms.
 *
 * @throws API_KEY_INVALID, HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED
 */
export function createGate({ apiKey, publicUrl }: { apiKey: string | null; publicUrl: string | null }): Gate {
  if (apiKey !== null) {
    const isKey = createSecretCheck(apiKey);
    return (request, access) => {
      if (access === "key") requireKey(request, isKey);
      return carriesKey(request, isKey) ? environmentKey : nobody;
    };
  }
  const hosts = new Set(["127.0.0.1", "localhost", "[::1]"]);
  if (publicUrl !== null) hosts.add(new URL(publicUrl).hostname);
  return (request, access) => {
    if (access === "anyone") return nobody;
    requireOwnHost(request, hosts);
    return thisMachine;
  };
}

/** Gives a comparison with a secret that takes the same time wherever the difference is. */
export function createSecretCheck(secret: string): (given: string) => boolean {
  const expected = digest(secret);
  return (given) => timingSafeEqual(digest(given), expected);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function requireKey(request: IncomingMessage, isKey: (given: string) => boolean): void {
  const given = keyOf(request);
  if (given === null) {
    throw new PatchbayError("API_KEY_INVALID", "The request carries no API key");
  }
  if (!isKey(given)) throw new PatchbayError("API_KEY_INVALID", "The API key is not this server's");
}

/** Tells whether a request carries the key in one of the ways `key` routes take it. */
export function carriesKey(request: IncomingMessage, isKey: (given: string) => boolean): boolean {
  const given = keyOf(request);
  return given !== null && isKey(given);
}

function keyOf({ headers }: IncomingMessage): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  const token = headers["x-tenant-access-token"];
  return typeof token === "string" && headers["x-tenant-access-key"] !== undefined ? token : null;
}

function requireOwnHost({ headers }: IncomingMessage, hosts: ReadonlySet<string>): void {
  const name = hostName(headers.host ?? "");
  if (!hosts.has(name)) {
    throw new PatchbayError("HOST_NOT_ALLOWED", `The Host header names "${name}", which is not this server`);
  }
  if (headers.origin !== undefined && !hosts.has(hostName(headers.origin.replace(/^https?:\/\//, "")))) {
    throw new PatchbayError("ORIGIN_NOT_ALLOWED", `A page of "${headers.origin}" made this request`);
  }
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "").slice(0, 255);
}
