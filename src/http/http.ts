import type { LookupFunction, Socket } from "node:net";

/** How the outbound client behaves; units are in the names. */
export interface HttpOptions {
  /** Time one call may take, from asking for a connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /** Hosts that may be called although their addresses are not public: `host` or `host:port`. */
  readonly allow: readonly string[];
  /** Sent unless a request brings its own. */
  readonly userAgent: string;
  /** How names become addresses; the system's resolver when not given. */
  readonly lookup?: LookupFunction;
}

/** One request. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute, http or https. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In place of the client's own. */
  readonly timeoutMs?: number;
  /** How large the answer may be, in place of the client's own. */
  readonly maxResponseBytes?: number;
}

/** A complete answer, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly elapsedMs: number;
}

/** A complete answer as bytes. */
export type HttpDownload = Omit<HttpResponse, "text"> & { readonly bytes: Uint8Array };

/** Where a connection goes that speaks something else than HTTP, such as SMTP. */
export interface Peer {
  readonly hostname: string;
  readonly port: number;
}

/** The one way out of this process. */
export interface Http {
  /**
   * Sends one request once and reads the whole answer. Redirects are answers, and are not followed.
   *
   * @throws HOST_FORBIDDEN when the address is not public and not allowed.
   * @throws ENDPOINT_UNREACHABLE when certainly no byte of the request was sent.
   * @throws ENDPOINT_OUTCOME_UNKNOWN when the request may have arrived but no complete answer came back.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Does as `request` does, and gives the body as it came. @throws as `request` does */
  download(request: HttpRequest): Promise<HttpDownload>;
  /**
   * Connects to a host for another protocol, behind the same guard; the socket is the caller's, `close` leaves it alone.
   * @throws HOST_FORBIDDEN, ENDPOINT_UNREACHABLE
   */
  connect(peer: Peer, timeoutMs: number): Promise<Socket>;
  /** Waits for the calls under way and closes every connection. */
  close(): Promise<void>;
}
