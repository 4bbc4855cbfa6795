import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { PatchbayError } from "../core/errors.js";

/** Gives the address a request comes from, without a port; empty when its connection is gone. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * Reads who calls through proxies that are named.
 *
 * `X-Forwarded-For` is believed from right to left, for as long as the address that wrote an entry is a proxy of ours: anybody can
 * send the header, only our own proxies put the last entries there. Without named proxies it means nothing.
 *
 * @param proxies Addresses and networks, `10.0.0.7` or `10.0.0.0/8`.
 * @throws CONFIG_INVALID naming the first one that is neither.
 */
export function createClientAddress(proxies: readonly string[]): ClientAddress {
  const peerOf = (request: IncomingMessage): string => plain(request.socket.remoteAddress ?? "");
  if (proxies.length === 0) return peerOf;
  const isProxy = createNetworks(proxies);
  return (request) => {
    const { "x-forwarded-for": forwarded } = request.headers;
    const hops = (Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? "")).split(",");
    let address = peerOf(request);
    for (let hop = hops.pop(); hop !== undefined && isProxy(address); hop = hops.pop()) {
      const before = plain(hop.trim());
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  };
}

/** Tells whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** Of IPv6 the first half, the network: whoever has one address of it has all of them. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = address.split("%")[0]?.split("::") ?? [];
  const parts = head === "" ? [] : head.split(":");
  const after = tail === "" ? 0 : tail.split(":").length;
  while (parts.length + after < 8) parts.push("0");
  return [...parts, ...tail.split(":")].slice(0, 4).join(":");
}

/** IPv4 has two ways to be written where a socket speaks both. */
function plain(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

function createNetworks(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [, address = "", prefix] = /^([^/]+?)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    if (version === 0 || Number(prefix ?? 0) > most) {
      throw new PatchbayError("CONFIG_INVALID", `TRUST_PROXY: "${entry}" is neither an address nor a network`);
    }
    list.addSubnet(address, Number(prefix ?? most), version === 6 ? "ipv6" : "ipv4");
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? "ipv6" : "ipv4");
  };
}
