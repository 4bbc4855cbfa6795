import type { LookupFunction } from "node:net";
import { createAllowList } from "./allow-list.js";
import type { HttpDownload } from "./http.js";
import { openHttp, systemLookup } from "./open-http.js";
import { type Host, lookUpAllowed } from "./public-addresses.js";

/** How files are fetched from outside; units are in the names. */
export interface DownloadOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Hosts that may be called although their addresses are not public, and without TLS. */
  readonly allow: readonly string[];
  readonly userAgent: string;
  /** How names become addresses; the system's resolver when not given. */
  readonly lookup?: LookupFunction;
}

/** Fetches files, behind the same guard as every other call. */
export interface Downloads {
  /**
   * Fetches once; redirects are answers, and are not followed.
   * @throws HOST_FORBIDDEN, ENDPOINT_UNREACHABLE, ENDPOINT_OUTCOME_UNKNOWN
   */
  get(url: string): Promise<HttpDownload>;
  /** @throws HOST_FORBIDDEN, ENDPOINT_UNREACHABLE */
  addressesOf(host: Host): Promise<readonly string[]>;
  /** Tells whether a host was allowed by name. */
  isAllowed(host: Host): boolean;
  close(): Promise<void>;
}

/**
 * Opens a client of its own for downloads: what a file may weigh and how long it may take is not what a vendor's answer may.
 * @throws CONFIG_INVALID when an entry of `allow` is not a host.
 */
export function openDownloads({ maxBytes, allow, lookup = systemLookup, ...rest }: DownloadOptions): Downloads {
  const http = openHttp({ ...rest, maxResponseBytes: maxBytes, allow, lookup });
  const allowed = createAllowList(allow);
  return {
    get: (url) => http.download({ method: "GET", url, headers: { accept: "*/*" } }),
    addressesOf: (host) => lookUpAllowed(host, { allowed, lookup }),
    isAllowed: ({ hostname, port }) => allowed(hostname, port),
    close: () => http.close(),
  };
}
