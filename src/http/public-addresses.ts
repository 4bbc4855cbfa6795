import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import { PatchbayError } from "../core/errors.js";
import { isPublicAddress } from "./address.js";
import type { AllowList } from "./allow-list.js";

/** A host of an address, and its port. */
export interface Host {
  readonly hostname: string;
  readonly port: string;
}

/**
 * Gives the addresses of a host that may be called: for programs that make their connections themselves and can be told
 * where to. The same rule as for our own calls: one closed address among several refuses the name.
 *
 * @throws HOST_FORBIDDEN, ENDPOINT_UNREACHABLE when the name has no address
 */
export async function lookUpAllowed(
  { hostname, port }: Host,
  { allowed, lookup }: { readonly allowed: AllowList; readonly lookup: LookupFunction },
): Promise<readonly string[]> {
  const bare = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(bare) === 0 ? await lookUp(hostname, lookup) : [bare];
  if (allowed(hostname, port) || addresses.every(isPublicAddress)) return addresses;
  throw new PatchbayError("HOST_FORBIDDEN", `${hostname} is not on the public internet, so it is not called`, {
    host: hostname,
    reason: "address not public",
  });
}

function lookUp(hostname: string, lookup: LookupFunction): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, found) => {
      const addresses = typeof found === "string" ? [found] : (found ?? []).map(({ address }) => address);
      if (error === null && addresses.length > 0) return resolve(addresses);
      const reason = `the name has no address${error?.code ? ` (${error.code})` : ""}`;
      reject(new PatchbayError("ENDPOINT_UNREACHABLE", `${hostname} cannot be reached: ${reason}`, { host: hostname }));
    });
  });
}
