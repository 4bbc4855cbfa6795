import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PatchbayError } from "../core/errors.js";

/** Where and how long a server waits. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** How long a stop waits for requests under way, in milliseconds; 10 seconds when absent. */
  readonly stopWithinMs?: number;
  /** Connections at once; 16,384 when absent. */
  readonly maxConnections?: number;
  /** How long the head of a request may take to arrive, in milliseconds; 10 seconds when absent. */
  readonly headersWithinMs?: number;
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Address for callers on this machine, without a slash at the end. */
  readonly url: string;
  /** Takes no new connections, lets requests under way finish, then closes what is left. Safe to call twice. */
  stop(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
/** How often is looked for connections that are too slow: Node's own half a minute would triple their time. */
const SLOW_CHECK_MS = 2_000;
/** All headers of a request together. Their number is not limited apart: Node would pass over what is too many in silence. */
const MAX_HEAD_BYTES = 16_384;
const MAX_CONNECTIONS = 16_384;
/** Time to receive a whole request: long streams of NDJSON are slowed down to what the store takes. */
const REQUEST_TIMEOUT_MS = 600_000;
/** Longer than the idle time of usual load balancers (60 s), so that they close first and no request meets a closing socket. */
const KEEP_ALIVE_MS = 65_000;
const IDLE_CHECK_MS = 25;

/**
 * Starts an HTTP server.
 * @throws CONFIG_INVALID when the address cannot be listened on, such as a port in use.
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  const { headersWithinMs = HEADERS_TIMEOUT_MS, maxConnections = MAX_CONNECTIONS } = options;
  const server = createServer(
    {
      headersTimeout: headersWithinMs,
      connectionsCheckingInterval: Math.min(SLOW_CHECK_MS, headersWithinMs),
      maxHeaderSize: MAX_HEAD_BYTES,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    handler,
  );
  server.maxConnections = maxConnections;
  // Whoever holds all connections and asks for nothing makes room for who comes next.
  server.on("drop", () => server.closeIdleConnections());
  await bind(server, options);
  const { port } = server.address() as AddressInfo;
  const name = options.host.includes(":") ? `[${options.host}]` : options.host;
  let stopped: Promise<void> | null = null;
  return {
    port,
    url: `http://${name === "0.0.0.0" ? "127.0.0.1" : name}:${port}`,
    stop() {
      stopped ??= stop(server, options.stopWithinMs ?? 10_000);
      return stopped;
    },
  };
}

function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "another program listens there" : cause.message;
      reject(new PatchbayError("CONFIG_INVALID", `Cannot listen on HOST ${host}, PORT ${port}: ${why}`, { cause }));
    });
    server.listen({ host, port }, resolve);
  });
}

function stop(server: Server, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A kept-alive connection becomes idle whenever its last answer is out, not only now.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    const deadline = setTimeout(() => server.closeAllConnections(), withinMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}
