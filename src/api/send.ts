import type { IncomingMessage, ServerResponse } from "node:http";
import { hasBody } from "./body.js";
import type { Answer } from "./route.js";

/**
 * On every answer: nothing here is a page, to be framed, sniffed, kept by a browser or taken into another site's page. Pages have
 * more (page-headers.ts). No answer ever has a header of CORS: other sites' scripts read nothing.
 */
export const safeHeaders = Object.freeze({
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
});

const LINGER_MS = 1_000;
const LINGER_BYTES = 1_048_576;

/** One request and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
}

/** Sends an answer with one write. An answer to a body that was not read to its end also ends the connection. */
export function send({ request, response, requestId }: Exchange, { status, body, headers }: Answer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const all: Record<string, string | number> = { ...safeHeaders, "X-Request-Id": requestId };
  if (body === undefined) {
    response.writeHead(status, Object.assign(all, headers));
    response.end();
    return;
  }
  const text = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  all["Content-Type"] = "application/json";
  all["Content-Length"] = Buffer.byteLength(text);
  Object.assign(all, headers);
  if (!request.complete && hasBody(request)) {
    all.Connection = "close";
    response.writeHead(status, all);
    response.write(text);
    endAfterReading(request, response);
    return;
  }
  response.writeHead(status, all);
  response.end(text);
}

/**
 * Ends an answer once the caller has stopped sending, or soon in any case. Closing a socket with unread bytes resets
 * it, and the caller would lose the answer that says why.
 */
function endAfterReading(request: IncomingMessage, response: ServerResponse): void {
  let budget = LINGER_BYTES;
  const end = (): void => {
    clearTimeout(timer);
    request.off("data", onData).off("close", end);
    response.end();
  };
  const onData = (chunk: Buffer): void => {
    budget -= chunk.length;
    if (budget < 0) end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.on("data", onData).once("end", end).once("close", end).resume();
}
