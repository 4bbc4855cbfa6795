import type { IncomingMessage } from "node:http";

/** What a browser keeps its session in. With TLS the name says so, and then nobody but this very host can set it. */
export const sessionCookie = { plain: "patchbay_session", secure: "__Host-patchbay_session" } as const;

/**
 * Gives the key that a request carries: as a bearer token, as the `X-Tenant-Access-Token` that stores integrated with the
 * ancestor send, or as the `X-Hub-Token` of hubs; null when it carries none.
 */
export function keyIn({ headers }: IncomingMessage): string | null {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (bearer !== undefined) return bearer;
  }
  const token = headers["x-tenant-access-token"];
  if (typeof token === "string" && headers["x-tenant-access-key"] !== undefined) return token;
  const hub = headers["x-hub-token"];
  return typeof hub === "string" ? hub : null;
}

/** Gives the session that a browser's request carries; null when there is none. */
export function sessionIn(request: IncomingMessage, secure: boolean): string | null {
  return cookieIn(request, secure ? sessionCookie.secure : sessionCookie.plain);
}

/** Gives a cookie of a request; null when there is none of that name. */
export function cookieIn({ headers }: IncomingMessage, name: string): string | null {
  const { cookie } = headers;
  if (cookie === undefined) return null;
  for (const pair of cookie.split(";")) {
    const [key, ...rest] = pair.trim().split("=");
    if (key === name) return rest.join("=");
  }
  return null;
}
