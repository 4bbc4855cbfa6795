import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PatchbayError } from "../core/errors.js";
import type { ApiRequest } from "./api-request.js";
import type { Answer, Reaction } from "./reaction.js";
import type { After } from "./timers.js";

/** One request and its answer, as Node has them. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Runs `work` after the latency that this server was given, or at once without one. */
  readonly later: (work: () => void) => void;
}

/** What the server asks others for. */
export interface ServerParts {
  readonly after: After;
  readonly latencyMs: number;
  /** Takes a request over, before its body is read; false leaves it to `react`. */
  readonly takeOver: (exchange: Exchange) => boolean;
  readonly react: (request: ApiRequest) => Reaction;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Cuts every connection and stops listening. */
  stop(): Promise<void>;
}

const LARGEST_BODY_BYTES = 1_048_576;
const KEEP_ALIVE_MS = 60_000;
const tooLarge: Answer = { status: 413, headers: { Connection: "close" }, body: "The body is larger than 1 MiB" };

/**
 * Listens for HTTP.
 *
 * @param address `port` 0 takes any free one.
 * @throws CONFIG_INVALID when the address cannot be listened on.
 */
export async function startServer(
  address: { readonly host: string; readonly port: number },
  parts: ServerParts,
): Promise<RunningServer> {
  const { after, latencyMs } = parts;
  const later = (work: () => void): void => {
    if (latencyMs > 0) after(latencyMs, work);
    else work();
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    if (parts.takeOver({ request, response, later })) return;
    readBody(request, (body) => {
      if (body === null) return write(response, tooLarge);
      later(() => perform(response, parts.react(toApiRequest(request, body)), after));
    });
  });
  await listen(server, address);
  const { address: host, port, family } = server.address() as AddressInfo; // a TCP server has this
  return { url: `http://${family === "IPv6" ? `[${host}]` : host}:${port}`, stop: () => close(server) };
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new PatchbayError("CONFIG_INVALID", `The simulator cannot listen on ${host}:${port} (${cause.message})`, {
          cause,
          remedy: "Give the simulator another port; 0 takes any free one.",
        }),
      );
    });
    server.listen({ host, port }, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function readBody(request: IncomingMessage, done: (body: string | null) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("error", () => undefined);
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
  });
  request.on("end", () => done(size > LARGEST_BODY_BYTES ? null : Buffer.concat(chunks).toString("utf8")));
}

function toApiRequest({ method = "GET", url = "/", headers }: IncomingMessage, body: string): ApiRequest {
  const question = url.indexOf("?");
  return {
    method,
    path: question === -1 ? url : url.slice(0, question),
    query: new URLSearchParams(question === -1 ? "" : url.slice(question + 1)),
    authorization: headers.authorization,
    contentType: headers["content-type"] ?? "",
    body,
  };
}

function perform(response: ServerResponse, reaction: Reaction, after: After): void {
  if (reaction.kind === "reset") {
    response.socket?.resetAndDestroy();
  } else if (reaction.kind === "hang") {
    const cancel = after(reaction.holdMs, () => response.destroy());
    response.on("close", cancel);
  } else if (reaction.delayMs) {
    const { answer } = reaction;
    const cancel = after(reaction.delayMs, () => write(response, answer));
    response.on("close", cancel);
  } else {
    write(response, reaction.answer);
  }
  reaction.afterwards?.();
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { "Content-Length": Buffer.byteLength(body) }) });
  response.end(body);
}
