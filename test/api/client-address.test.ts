import type { IncomingMessage } from "node:http";
import { expect } from "chai";
import { createClientAddress, networkOf } from "../../src/api/client-address.js";
import { thrown } from "../http/failed.js";

const ask = (proxies: string[], remoteAddress: string, forwarded?: string): string =>
  createClientAddress(proxies)({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
  } as unknown as IncomingMessage);

describe("The address of a caller", () => {
  it("is that of its connection, whatever the request says, while no proxy is named", () => {
    expect(ask([], "203.0.113.7", "1.2.3.4")).to.equal("203.0.113.7");
    expect(ask([], "::ffff:203.0.113.7")).to.equal("203.0.113.7");
  });

  it("is what the nearest proxy of ours says", () => {
    expect(ask(["10.0.0.0/8"], "10.0.0.1", "1.1.1.1, 203.0.113.7")).to.equal("203.0.113.7");
    expect(ask(["10.0.0.0/8"], "10.0.0.1", "203.0.113.7, 10.9.9.9 ,10.0.0.2")).to.equal("203.0.113.7");
    expect(ask(["fd00::/8"], "fd00::1", "2001:db8::7")).to.equal("2001:db8::7");
  });

  it("is not what somebody else's request says", () => {
    expect(ask(["10.0.0.0/8"], "203.0.113.7", "127.0.0.1")).to.equal("203.0.113.7");
    expect(ask(["10.0.0.0/8"], "10.0.0.1", "127.0.0.1, 203.0.113.7")).to.equal("203.0.113.7");
  });

  it("is the proxy's own where the proxy says nothing that is an address", () => {
    for (const forwarded of [undefined, "", "unknown", "203.0.113.7:443", ", ,"]) {
      expect(ask(["10.0.0.1"], "10.0.0.1", forwarded)).to.equal("10.0.0.1");
    }
  });

  it("cannot be asked of what is no network", () => {
    for (const entry of ["proxy", "10.0.0.0/33", "10.0.0/8", "::/129", "/8", "10.0.0.1/-1"]) {
      expect(thrown(() => createClientAddress([entry]), "CONFIG_INVALID").message).to.contain(`"${entry}"`);
    }
  });
});

describe("The network of a caller", () => {
  it("is the address of IPv4 and the first half of IPv6", () => {
    const networks = ["203.0.113.7", "2001:db8:1:2:3:4:5:6", "2001:db8::1", "::1", "fe80::1%eth0", "2001:db8:1:2::"];
    expect(networks.map(networkOf)).to.deep.equal([
      ...["203.0.113.7", "2001:db8:1:2", "2001:db8:0:0", "0:0:0:0", "fe80:0:0:0", "2001:db8:1:2"],
    ]);
  });
});
