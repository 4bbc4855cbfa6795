import type { IncomingMessage } from "node:http";
import type { Doors } from "../access/doors.js";
import { type Caller, nobody, thisMachine } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import { after, type Eventual } from "../core/eventual.js";
import { has } from "../core/permission.js";
import { keyIn, sessionIn } from "./credentials.js";
import { isFromLoopback, isNearby, requireOwnNames, requireSameSite } from "./origin.js";
import type { Route } from "./route.js";
import { isSecure } from "./session-cookie.js";

/** What of a route decides who may call it. */
export type Asked = Pick<Route, "may" | "pushes">;

/** Gives who makes a request; throws when that caller may not have what it asks for. */
export type Gate = (
  request: IncomingMessage,
  asked: Asked,
  params: Readonly<Record<string, string>>,
) => Eventual<Caller>;

/**
 * Decides who may call: finds out who it is, and looks into the table of core/permission.ts. This is the one place where that is
 * done; a route that asks for nothing that is in the table is closed.
 *
 * A key goes before a session. While there is no user and no key, whoever calls from this machine is its owner, and nobody else is
 * let in.
 *
 * @throws API_KEY_INVALID, SIGN_IN_NEEDED, SETUP_NEEDED, NOT_ALLOWED, HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED
 */
export function createGate({ doors, publicUrl }: { doors: Doors; publicUrl: string | null }): Gate {
  const identify = createIdentify(doors, publicUrl);
  return (request, asked, params) => {
    if (asked.may === "anyone") return nobody;
    const caller = identify(request, asked.may === "visitor");
    // Spelled out: a push takes this way, and a closure for it costs more than the question.
    return caller instanceof Promise
      ? caller.then((known) => admit(known, asked, params))
      : admit(caller, asked, params);
  };
}

/** Gives who makes a request; nobody, for a visitor, where a credential is missing or wrong. */
export function createIdentify(
  doors: Doors,
  publicUrl: string | null,
): (request: IncomingMessage, visiting: boolean) => Eventual<Caller> {
  return (request, visiting) => {
    const key = keyIn(request);
    if (key !== null) {
      const refuse = () => new PatchbayError("API_KEY_INVALID", "The API key is unknown, revoked or expired");
      return after(doors.holderOfKey(key, isFromLoopback(request)), (holder) => holder ?? strange(visiting, refuse));
    }
    const session = sessionIn(request, isSecure(request, publicUrl));
    const ofSession = session === null ? null : doors.holderOfSession(session);
    return after(ofSession, (holder) => {
      if (holder !== null) {
        requireSameSite(request, publicUrl);
        return holder;
      }
      return after(doors.isGuarded(), (guarded) => {
        if (!guarded) return unguarded(request);
        const ended = () => new PatchbayError("SIGN_IN_NEEDED", "The session has ended");
        const none = () => new PatchbayError("API_KEY_INVALID", "The request carries no API key");
        return strange(visiting, session === null ? none : ended);
      });
    });
  };
}

function strange(visiting: boolean, refuse: () => PatchbayError): Caller {
  if (visiting) return nobody;
  throw refuse();
}

/** Who calls a server that nobody has set up. */
function unguarded(request: IncomingMessage): Caller {
  if (isNearby(request)) {
    requireOwnNames(request);
    return thisMachine;
  }
  if (isFromLoopback(request)) requireOwnNames(request);
  throw new PatchbayError(
    "SETUP_NEEDED",
    "Nobody can sign in yet, so only programs of this server's own machine are answered",
  );
}

function admit(caller: Caller, { may, pushes }: Asked, params: Readonly<Record<string, string>>): Caller {
  if (may === "visitor" || may === "anyone") return caller;
  if (!has(caller, may)) {
    throw new PatchbayError("NOT_ALLOWED", `${caller.name} has the role ${caller.role}, which does not include ${may}`);
  }
  if (caller.dataTypes !== undefined && may !== "account:read") requireScope(caller, pushes?.(params) ?? null);
  return caller;
}

/** A key for some data types is good for nothing else. */
function requireScope({ name, dataTypes = [] }: Caller, pushed: string | null): void {
  if (pushed !== null && dataTypes.includes(pushed)) return;
  throw new PatchbayError("NOT_ALLOWED", `The key ${name} is for ${dataTypes.join(", ")} only`);
}
