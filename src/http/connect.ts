import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import { PatchbayError } from "../core/errors.js";
import { isPublicAddress } from "./address.js";
import type { AllowList } from "./allow-list.js";

/** What the connector needs: whom it may call, how names become addresses, and how long it may take. */
export interface ConnectOptions {
  readonly allowed: AllowList;
  readonly lookup: LookupFunction;
  readonly connectTimeoutMs: number;
}

/**
 * Opens sockets to public addresses and to allowed hosts only.
 *
 * The address that is judged is the address that is connected to: a name is judged by what this very connection's
 * lookup gave, so a name that changes its address between a check and the call gains nothing. One closed address
 * among several refuses the name.
 */
export function createConnect({ allowed, lookup, connectTimeoutMs }: ConnectOptions): buildConnector.connector {
  // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
  const common = { timeout: connectTimeoutMs, rejectUnauthorized: true };
  const open = buildConnector({ ...common, lookup });
  const guarded = buildConnector({ ...common, lookup: guardLookup(lookup) });
  return (options, callback) => {
    const { hostname, protocol } = options;
    if (allowed(hostname, options.port || (protocol === "https:" ? "443" : "80"))) return open(options, callback);
    if (isIP(hostname) === 0) return guarded(options, callback);
    if (isPublicAddress(hostname)) return open(options, callback);
    process.nextTick(callback, forbidden(hostname), null);
  };
}

/** Makes a resolver that gives public addresses only: one closed address among several refuses the name. */
export function guardLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, options, (error, address, family) => {
      if (error) return callback(error, address, family);
      const addresses = typeof address === "string" ? [address] : address.map((entry) => entry.address);
      if (addresses.every(isPublicAddress)) return callback(null, address, family);
      callback(forbidden(hostname), []);
    });
}

/** Names a host that is not called. */
export function forbidden(host: string): PatchbayError {
  return new PatchbayError("HOST_FORBIDDEN", `${host} is not on the public internet, so it is not called`, {
    host,
    reason: "address not public",
  });
}
