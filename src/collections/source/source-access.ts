/** What was fetched from an address. */
export interface Fetched {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** How sources outside this machine are reached; the same guard as for every other call. */
export interface SourceAccess {
  /**
   * Fetches once, within limits of size and time; redirects are answers.
   * @throws HOST_FORBIDDEN, ENDPOINT_UNREACHABLE, ENDPOINT_OUTCOME_UNKNOWN
   */
  get(url: string): Promise<Fetched>;
  /**
   * Gives the addresses of a host that may be called.
   * @throws HOST_FORBIDDEN, ENDPOINT_UNREACHABLE
   */
  addressesOf(host: { readonly hostname: string; readonly port: string }): Promise<readonly string[]>;
  /** Tells whether a host was allowed by name: it may be called without TLS. */
  isAllowed(host: { readonly hostname: string; readonly port: string }): boolean;
  /** Where programs are looked for (`PATH`). */
  readonly searchPath: string;
  /** Sources of the indexes in which names are looked up, the first first. */
  readonly indexes: readonly string[];
}
