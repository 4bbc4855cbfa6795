import type { IncomingMessage } from "node:http";
import type { Seat } from "../access/sessions.js";
import { LONGEST_MS } from "../access/sessions.js";
import { type ClientAddress, createClientAddress, networkOf } from "./client-address.js";
import { sessionCookie } from "./credentials.js";

/** Gives the header that hands a browser its session, or takes it away when there is no token. */
export function cookieHeader(token: string | null, secure: boolean): Readonly<Record<string, string>> {
  const name = secure ? sessionCookie.secure : sessionCookie.plain;
  const age = token === null ? 0 : Math.floor(LONGEST_MS / 1_000);
  const more = secure ? "; Secure" : "";
  return { "Set-Cookie": `${name}=${token ?? ""}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${more}` };
}

/**
 * Tells whether a browser came by the public URL with TLS: then its cookie goes over TLS only. Who comes by the machine's own name
 * has no TLS.
 */
export function isSecure({ headers }: IncomingMessage, publicUrl: string | null): boolean {
  if (publicUrl === null || !publicUrl.startsWith("https:")) return false;
  return (headers.host ?? "").toLowerCase() === new URL(publicUrl).host;
}

/** Says where a person sits, for the list of the person's sessions. */
export function seatOf(request: IncomingMessage, addressOf: ClientAddress = createClientAddress([])): Seat {
  const address = addressOf(request);
  return { address, network: networkOf(address), browser: request.headers["user-agent"] ?? "unknown" };
}
