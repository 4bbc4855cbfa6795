import { BlockList, isIP } from "node:net";

/** IPv4 networks that are not the public internet; the last one is Azure's metadata service. */
const closedIpv4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "168.63.129.16/32",
];

/**
 * Everything outside 2000::/3 (the first three: loopback, mapped and translated IPv4, unique local, link local,
 * multicast), and the parts inside it that carry another address (Teredo, 6to4) or are documentation.
 */
const closedIpv6 = ["::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const closed = { 4: toBlockList(closedIpv4, "ipv4"), 6: toBlockList(closedIpv6, "ipv6") };

/**
 * Tells whether an address is on the public internet, so that calling it cannot reach our own machines.
 *
 * IPv4 addresses written inside IPv6 (`::ffff:127.0.0.1`) count as not public, whatever they are.
 *
 * Source: https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  const bare = address.split("%")[0] ?? "";
  const version = isIP(bare);
  if (version === 4) return !closed[4].check(bare, "ipv4");
  if (version === 6) return !closed[6].check(bare, "ipv6");
  return false;
}

function toBlockList(networks: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [start = "", prefix] = network.split("/");
    list.addSubnet(start, Number(prefix), family);
  }
  return list;
}
