import { expect } from "chai";
import type { PreparedCall } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { thrown } from "../../http/failed.js";
import { openAccount, openTestHttp } from "./account.js";

const prices = { US: 0.0083, "US/mms": 0.022, GB: 0.05, DE: 0.1 };
const us = { to: "+16175551212", body: "Hello" };

describe("the price of a message", () => {
  let http: Http;
  before(() => {
    http = openTestHttp();
  });
  after(() => http.close());

  const prepare = (payload: JsonObject, settings: JsonObject = { prices }): PreparedCall =>
    openAccount(http, { from: "+15005550006", ...settings }).prepare("send-message", payload);

  it("is so much a segment for an SMS", () => {
    expect(prepare(us).price).to.deep.equal({ amount: 0.0083, currency: "USD" });
    expect(prepare({ ...us, body: "x".repeat(161) }).price?.amount).to.equal(0.0166);
    expect(prepare({ ...us, body: "я".repeat(71) }, { prices, currency: "EUR" }).price).to.deep.equal({
      ...{ amount: 0.0166, currency: "EUR" },
    });
  });

  it("is so much a message for anything else, where it has a price of its own", () => {
    expect(prepare({ ...us, mediaUrl: "https://a.test/1.png" }).price?.amount).to.equal(0.022);
    expect(prepare({ ...us, to: "whatsapp:+16175551212" }).price).to.equal(undefined);
  });

  it("is that of the country, or of the only one with its calling code that has a price", () => {
    expect(prepare({ ...us, to: "+4915112345678" }).price?.amount).to.equal(0.1);
    expect(prepare({ ...us, to: "+447911123456" }).price?.amount).to.equal(0.05);
    expect(prepare({ ...us, to: "+14165551212" }).price).to.equal(undefined);
    expect(prepare({ ...us, to: "+33612345678" }).price).to.equal(undefined);
  });

  it("is nobody's guess without prices", () => {
    expect(prepare(us, {}).price).to.equal(undefined);
    expect(prepare({ ...us, maxPrice: 0.0001 }, {}).request.maxPrice).to.equal(0.0001);
  });

  it("is kept below maxPrice", () => {
    expect(prepare({ ...us, maxPrice: 0.0083 }).request.maxPrice).to.equal(0.0083);
    const error = thrown(() => prepare({ ...us, maxPrice: 0.008 }), "PAYLOAD_INVALID");
    expect(error.message).to.equal("/maxPrice is 0.008 USD, and the message costs about 0.0083");
  });

  it("is read from settings by country", () => {
    for (const wrong of [{ usa: 1 }, { US: -1 }, { US: "1" }, { "US/fax": 1 }]) {
      thrown(() => prepare(us, { prices: wrong }), "ENDPOINT_MISCONFIGURED");
    }
  });
});
