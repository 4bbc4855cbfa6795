import { readFileSync } from "node:fs";
import { expect } from "chai";
import { preflight } from "../../../src/connectors/twilio/preflight.js";
import type { TwilioSettings } from "../../../src/connectors/twilio/settings.js";
import type { Connection } from "../../../src/core/connector.js";
import { PatchbayError } from "../../../src/core/errors.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { thrown } from "../../http/failed.js";
import { accountSid, authToken, messagingServiceSid, openAccount, openTestHttp } from "./account.js";

/** A message that Twilio would refuse, and the code that it would answer. */
interface Refused {
  readonly what: string;
  readonly payload: JsonObject;
  readonly settings?: JsonObject;
  readonly code: string;
  readonly vendorCode: string;
}

const fixture = new URL("../../../../test/fixtures/connectors/twilio-refused-messages.json", import.meta.url);
const refused: readonly Refused[] = JSON.parse(readFileSync(fixture, "utf8"));

describe("a message that Twilio would refuse", () => {
  let http: Http;
  before(() => {
    http = openTestHttp();
  });
  after(() => http.close());

  function prepared(payload: JsonObject, settings: JsonObject = { from: "+15005550006" }): unknown {
    const connection: Connection = openAccount(http, settings);
    try {
      return connection.prepare("send-message", payload);
    } catch (error) {
      return error;
    }
  }

  for (const { what, payload, settings, code, vendorCode } of refused) {
    it(`is refused with Twilio's ${vendorCode}, and a remedy: ${what}`, () => {
      const error = prepared(payload, settings);
      if (!(error instanceof PatchbayError)) throw new Error("it was prepared");
      expect({ code: error.code, vendorCode: error.details.vendorCode }).to.deep.equal({ code, vendorCode });
      expect(error.remedy).to.match(/^[A-Z].*\.$/);
    });
  }
});

describe("a scheduled message", () => {
  const settings: TwilioSettings = {
    ...{ accountSid, authToken, apiUrl: "https://api.twilio.com", checkMedia: false },
    ...{ mmsMegabytes: 5, whatsappMegabytes: 25, deleteMediaAfterFetch: false, currency: "USD" },
    messagingServiceSid,
  };
  const now = Date.parse("2030-01-01T00:00:00Z");
  const at = (aheadMs: number) => ({
    ...{ to: "+16175551212", body: "Hello" },
    sendAt: new Date(now + aheadMs).toISOString(),
  });

  it("lies more than five minutes and at most 35 days ahead", () => {
    for (const aheadMs of [301_000, 35 * 86_400_000]) {
      expect(preflight(at(aheadMs), settings, now).request.scheduleType).to.equal("fixed");
    }
    for (const aheadMs of [-1_000, 0, 300_000, 35 * 86_400_000 + 1_000]) {
      const error = thrown(() => preflight(at(aheadMs), settings, now), "PAYLOAD_INVALID");
      expect(error.details.vendorCode).to.equal("35115");
    }
  });

  it("is not tried any more once Twilio would find it too soon", () => {
    expect(preflight(at(3_600_000), settings, now).validForMs).to.equal(3_300_000);
  });

  it("is refused for a day that there is not", () => {
    const payload = { to: "+16175551212", body: "Hello", sendAt: "2030-02-31T00:00:00Z" };
    const error = thrown(() => preflight(payload, settings, now), "PAYLOAD_INVALID");
    expect(error.details.vendorCode).to.equal("35114");
  });
});
