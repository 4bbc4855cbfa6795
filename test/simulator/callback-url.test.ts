import { expect } from "chai";
import { parseCallbackUrl } from "../../src/simulator/callback-url.js";

describe("a callback URL", () => {
  for (const url of [
    "http://127.0.0.1:4000/status",
    "http://127.9.9.9/status",
    "http://localhost:4000/status",
    "http://patchbay.localhost/status",
    "http://[::1]:4000/status",
    "http://0x7f.1/status",
  ]) {
    it(`may be ${url}`, () => {
      expect(parseCallbackUrl(url).signed).to.equal(url);
    });
  }

  for (const url of [
    "",
    "status",
    "//127.0.0.1/status",
    "http://",
    "https://127.0.0.1/status",
    "ftp://127.0.0.1/status",
    "http://shop.example/status",
    "http://10.0.0.1/status",
    "http://169.254.169.254/latest/meta-data",
    "http://0.0.0.0/status",
    "http://[::ffff:127.0.0.1]/status",
    "http://127.0.0.1.shop.example/status",
    "http://localhost.shop.example/status",
    "http://127.0.0.1@shop.example/status",
    "http://127.0.0.1\\@shop.example/status",
    "http://my_shop.localhost/status",
    "http://127.0.0.1/sta tus",
    "http://127.0.0.1/statüs",
    "http:127.0.0.1/status",
  ]) {
    it(`may not be ${JSON.stringify(url)}`, () => {
      expect(() => parseCallbackUrl(url))
        .to.throw()
        .with.property("code", 21609);
    });
  }

  it("is signed without its fragment and with the slash that is requested", () => {
    expect(parseCallbackUrl("http://127.0.0.1:4000?a=1#rc=3")).to.include({
      signed: "http://127.0.0.1:4000/?a=1",
      path: "/?a=1",
      authority: "127.0.0.1:4000",
    });
  });
});
