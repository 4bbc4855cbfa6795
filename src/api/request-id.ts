import type { IncomingMessage } from "node:http";
import type { NewId } from "../core/id.js";

const sane = /^[A-Za-z0-9._:~-]{1,128}$/;

/** Gives the id a request is called by in its answer and in the log: the caller's `X-Request-Id` when it is harmless. */
export function requestIdOf(request: IncomingMessage, newId: NewId): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && sane.test(given) ? given : newId("req");
}
