import { isIPv6 } from "node:net";
import { PatchbayError } from "../core/errors.js";

/** Tells whether a host may be called although its address is not public. */
export type AllowList = (hostname: string, port: string) => boolean;

/**
 * Reads the hosts that may be called although their addresses are not public.
 *
 * An entry is `host` (every port) or `host:port`; it names exactly that host, not the addresses the host has or the
 * names under it. IPv6 addresses may stand in brackets, and must when a port follows.
 *
 * @throws CONFIG_INVALID naming the first entry that is neither.
 */
export function createAllowList(entries: readonly string[]): AllowList {
  const allowed = new Set(entries.map(normalise));
  return (hostname, port) => {
    const host = hostname.replace(/^\[|\]$/g, "");
    return allowed.has(host) || allowed.has(`${host}:${port}`);
  };
}

function normalise(entry: string): string {
  const [, written = entry, port] = isIPv6(entry) ? [] : (/^(.*?)(?::(\d{1,5}))?$/.exec(entry) ?? []);
  const literal = isIPv6(written) ? `[${written}]` : written;
  if (literal === "" || /[/?#@\s]/.test(literal) || !URL.canParse(`http://${literal}`)) {
    throw new PatchbayError("CONFIG_INVALID", `"${entry}" is not a host or host:port that calls can be allowed to`);
  }
  const host = new URL(`http://${literal}`).hostname.replace(/^\[|\]$/g, "");
  return port === undefined ? host : `${host}:${port}`;
}
