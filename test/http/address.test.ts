import { expect } from "chai";
import { isPublicAddress } from "../../src/http/address.js";
import { createAllowList } from "../../src/http/allow-list.js";
import { thrown } from "./failed.js";

const closed = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::127.0.0.1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "64:ff9b::7f00:1",
  "2001:0:4136:e378::1",
  "2001:db8::1",
  "2002:7f00:1::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "not an address",
  "",
];

const open = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1"];

describe("isPublicAddress", () => {
  for (const address of closed) {
    it(`keeps ${address || "an empty address"} closed`, () => {
      expect(isPublicAddress(address)).to.equal(false);
    });
  }

  for (const address of [...open, "2606:4700::1111", "2a00:1450:4001::1"]) {
    it(`lets ${address} pass`, () => {
      expect(isPublicAddress(address)).to.equal(true);
    });
  }
});

describe("createAllowList", () => {
  it("allows every port of a bare host", () => {
    const allowed = createAllowList(["simulator"]);
    expect(allowed("simulator", "80")).to.equal(true);
    expect(allowed("simulator", "4010")).to.equal(true);
  });

  it("allows only the named port when one is given", () => {
    const allowed = createAllowList(["127.0.0.1:4010"]);
    expect(allowed("127.0.0.1", "4010")).to.equal(true);
    expect(allowed("127.0.0.1", "4011")).to.equal(false);
  });

  it("does not allow names under an allowed host, nor other hosts", () => {
    const allowed = createAllowList(["example.test"]);
    expect(allowed("a.example.test", "80")).to.equal(false);
    expect(allowed("example.test.evil.test", "80")).to.equal(false);
  });

  it("reads IPv6 addresses with and without brackets, and upper case", () => {
    const allowed = createAllowList(["::1", "[fd00::2]:8080", "LocalHost"]);
    expect(allowed("::1", "80")).to.equal(true);
    expect(allowed("[::1]", "80")).to.equal(true);
    expect(allowed("fd00::2", "8080")).to.equal(true);
    expect(allowed("fd00::2", "80")).to.equal(false);
    expect(allowed("localhost", "80")).to.equal(true);
  });

  for (const entry of ["http://127.0.0.1", "127.0.0.1/x", "a b", "", "user@host", "host:port"]) {
    it(`refuses "${entry}", naming it`, () => {
      expect(thrown(() => createAllowList([entry]), "CONFIG_INVALID").message).to.include(`"${entry}"`);
    });
  }
});
