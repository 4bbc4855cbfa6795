import type { LookupFunction } from "node:net";
import { expect } from "chai";
import { createAllowList } from "../../src/http/allow-list.js";
import { lookUpAllowed } from "../../src/http/public-addresses.js";
import { failed } from "./failed.js";

/** A resolver that knows one name. */
const names =
  (...addresses: readonly string[]): LookupFunction =>
  (hostname, _options, callback) => {
    if (hostname !== "shop.test") return callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), []);
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };

const ask = (hostname: string, addresses: readonly string[], allow: readonly string[] = []) =>
  lookUpAllowed({ hostname, port: "443" }, { allowed: createAllowList(allow), lookup: names(...addresses) });

describe("the addresses of a host that may be called", () => {
  it("are those that its name gives", async () => {
    expect(await ask("shop.test", ["93.184.215.14", "2606:2800::1"])).to.deep.equal(["93.184.215.14", "2606:2800::1"]);
  });

  it("are none when one of them is not public", async () => {
    await failed(ask("shop.test", ["93.184.215.14", "10.0.0.1"]), "HOST_FORBIDDEN");
  });

  it("are itself when it is an address", async () => {
    expect(await ask("93.184.215.14", [])).to.deep.equal(["93.184.215.14"]);
    await failed(ask("[::1]", []), "HOST_FORBIDDEN");
  });

  it("may be anything for a host that was allowed by name", async () => {
    expect(await ask("shop.test", ["10.0.0.1"], ["shop.test:443"])).to.deep.equal(["10.0.0.1"]);
    await failed(ask("shop.test", ["10.0.0.1"], ["shop.test:80"]), "HOST_FORBIDDEN");
  });

  it("are an unreachable host's when the name has none", async () => {
    for (const hostname of ["other.test", "shop.test"]) {
      await failed(ask(hostname, []), "ENDPOINT_UNREACHABLE");
    }
  });
});
