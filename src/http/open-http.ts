import { lookup as lookUpName } from "node:dns";
import type { LookupFunction } from "node:net";
import { Agent } from "undici";
import { PatchbayError } from "../core/errors.js";
import { createAllowList } from "./allow-list.js";
import { createConnect } from "./connect.js";
import { createExchange } from "./exchange.js";
import type { Http, HttpDownload, HttpOptions, HttpRequest } from "./http.js";
import { openSocket } from "./open-socket.js";

/** A connection that takes longer is not going to come; the rest of the time belongs to the answer. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Enough for 256 runs at once on answers of half a second, few enough not to look like an attack. */
const CONNECTIONS_PER_ORIGIN = 128;

/**
 * Opens the outbound client: one pool of kept-alive connections for each origin, TLS always verified, no proxy.
 *
 * @throws CONFIG_INVALID when an entry of `allow` is not a host.
 */
export function openHttp({ timeoutMs, maxResponseBytes, allow, userAgent, lookup = systemLookup }: HttpOptions): Http {
  const connectTimeoutMs = Math.min(CONNECT_TIMEOUT_MS, timeoutMs);
  const allowed = createAllowList(allow);
  const agent = new Agent({
    connect: createConnect({ allowed, lookup, connectTimeoutMs }),
    connections: CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    // Size and time of the whole call are watched by the exchange.
    maxResponseSize: -1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  let closing: Promise<void> | null = null;
  const download = (request: HttpRequest): Promise<HttpDownload> =>
    new Promise((resolve, reject) => {
      const { origin, host, pathname, search } = requireUrl(request.url);
      const limits = {
        timeoutMs: request.timeoutMs ?? timeoutMs,
        maxResponseBytes: request.maxResponseBytes ?? maxResponseBytes,
      };
      agent.dispatch(
        {
          origin,
          path: pathname + search,
          method: request.method,
          headers: { "user-agent": userAgent, ...request.headers },
          body: request.body ?? null,
        },
        createExchange({ host, ...limits, resolve, reject }),
      );
    });
  return {
    request: async (request) => {
      const { bytes, ...answer } = await download(request);
      return { text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(), ...answer };
    },
    download,
    connect: (peer, within) => openSocket(peer, { allowed, lookup, connectTimeoutMs: within }),
    close: () => {
      closing ??= agent.close();
      return closing;
    },
  };
}

/** The system's resolver, `dns.lookup`, behind a stable type: its overloads do not fit `LookupFunction`. */
export const systemLookup: LookupFunction = (hostname, options, callback) => lookUpName(hostname, options, callback);

function requireUrl(text: string): URL {
  const url = parseUrl(text);
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new PatchbayError("HOST_FORBIDDEN", "Only absolute http and https URLs can be called", {
    host: url?.host ?? "",
    reason: "not http(s)",
  });
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
