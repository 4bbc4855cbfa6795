import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import twilio from "twilio";
import { requireSigned } from "../../../src/connectors/twilio/webhooks/signature.js";
import type { Connection, WebhookRequest } from "../../../src/core/connector.js";
import type { MessageReport } from "../../../src/core/message.js";
import type { Http } from "../../../src/http/http.js";
import { thrown } from "../../http/failed.js";
import { accountSid, authToken, openAccount, openTestHttp } from "./account.js";
import { formRequest, jsonRequest, signedAt } from "./signed.js";

interface Vector {
  readonly name: string;
  readonly url: string;
  readonly form?: Record<string, string>;
  readonly json?: string;
  readonly signature: string;
}

const fixture = new URL("../../../../test/fixtures/connectors/twilio-signatures.json", import.meta.url);
const vectors: Vector[] = JSON.parse(readFileSync(fixture, "utf8"));
const url = "https://shop.test/hooks/twilio/status?effect=eff_01jd0000000000000000000000";
const messageSid = `SM${"a".repeat(32)}`;
const delivered = {
  MessageSid: messageSid,
  SmsSid: messageSid,
  AccountSid: accountSid,
  MessageStatus: "delivered",
  SmsStatus: "delivered",
  From: "+15005550006",
  To: "+16175551212",
  ApiVersion: "2010-04-01",
};

/** A request as Twilio would sign it. */
function signed(form: Record<string, string>, at = url, token = authToken): WebhookRequest {
  return signedAt(at, form, token);
}

describe("requireSigned", () => {
  for (const { name, url: at, form, json, signature } of vectors) {
    const request = form ? formRequest(at, form, signature) : jsonRequest(at, json!, signature);

    it(`accepts ${name}`, () => {
      const fields = requireSigned(request, "12345");
      if (form) expect({ ...fields }).to.deep.equal(form);
      else expect({ ...fields }).to.deep.equal({ property: "1", boolean: "true" });
    });

    it(`refuses ${name} under another token`, () => {
      thrown(() => requireSigned(request, "12346"), "SIGNATURE_INVALID");
    });
  }

  it("does not mind the order in which the parameters came", () => {
    const { url: at, form, signature } = vectors[0]!;
    const reversed = Object.fromEntries(Object.entries(form!).reverse());
    expect({ ...requireSigned(formRequest(at, reversed, signature), "12345") }).to.deep.equal(form);
  });

  it("accepts the port that Twilio left out of the signed URL", () => {
    const { url: at, form, signature } = vectors[0]!;
    const withPort = at.replace("mycompany.com", "mycompany.com:8443");
    requireSigned(formRequest(withPort, form!, signature), "12345");
  });

  it("accepts a name that comes twice, and keeps both values", () => {
    const form = { A: ["2", "1"] };
    const request = signed({});
    const signature = twilio.getExpectedTwilioSignature(authToken, url, form);
    const fields = requireSigned(
      { ...request, headers: { ...request.headers, "x-twilio-signature": signature }, body: Buffer.from("A=2&A=1") },
      authToken,
    );
    expect({ ...fields }).to.deep.equal({ A: ["2", "1"] });
  });

  it("reads a body that is a part of a larger buffer", () => {
    const request = signed({ A: "1" });
    const larger = Buffer.from(`xx${Buffer.from(request.body).toString()}yy`);
    expect({ ...requireSigned({ ...request, body: larger.subarray(2, -2) }, authToken) }).to.deep.equal({ A: "1" });
  });

  it("keeps hostile parameter names harmless", () => {
    const request = signed({});
    const form = new URLSearchParams([["__proto__", "x"]]);
    const params: Record<string, string> = Object.create(null);
    params.__proto__ = "x";
    const signature = twilio.getExpectedTwilioSignature(authToken, url, params);
    const fields = requireSigned(
      { ...request, headers: { ...request.headers, "x-twilio-signature": signature }, body: Buffer.from(`${form}`) },
      authToken,
    );
    expect(Object.keys(fields)).to.deep.equal(["__proto__"]);
  });
});

describe("twilio webhook status", () => {
  let http: Http;
  let connection: Connection;

  before(() => {
    http = openTestHttp();
    connection = openAccount(http);
  });
  after(() => http.close());

  const receive = (request: WebhookRequest): readonly MessageReport[] => connection.receive("status", request).reports;
  const report = (form: Record<string, string>, at = url): MessageReport => receive(signed(form, at))[0]!;

  it("reports what became of the message, with the effect from the callback URL", () => {
    expect(report(delivered)).to.deep.equal({
      effectId: "eff_01jd0000000000000000000000",
      vendorId: messageSid,
      status: "delivered",
      errorCode: null,
      cause: null,
      remedy: null,
      optedOut: false,
      price: null,
      dedupeKey: `twilio:${messageSid}:delivered`,
      raw: delivered,
    });
  });

  it("explains a failure by the dictionary", () => {
    const failure = report({ ...delivered, MessageStatus: "undelivered", ErrorCode: "30005" });
    expect(failure).to.deep.include({ status: "undelivered", errorCode: "30005", optedOut: false });
    expect(failure.cause).to.include("no longer in use");
    expect(failure.remedy).to.include("phone number");
    expect(failure.dedupeKey).to.equal(`twilio:${messageSid}:undelivered:30005`);
  });

  it("explains an unknown failure in Twilio's words, or not at all", () => {
    const failure = { ...delivered, MessageStatus: "failed", ErrorCode: "39999" };
    expect(report({ ...failure, ErrorMessage: "Gremlins" })).to.include({ cause: "Gremlins", remedy: null });
    expect(report(failure)).to.include({ cause: null, remedy: null, errorCode: "39999" });
  });

  it("takes no error code where Twilio sends an empty one or zero", () => {
    expect(report({ ...delivered, ErrorCode: "" }).errorCode).to.equal(null);
    expect(report({ ...delivered, ErrorCode: "0" }).errorCode).to.equal(null);
  });

  for (const [code, from, optedOut] of [
    ["30630", "+15005550006", true],
    ["21610", "+15005550006", true],
    ["30004", "+18005550100", true],
    ["30004", "+15005550006", false],
    ["30003", "+18005550100", false],
  ] as const) {
    it(`says ${optedOut ? "opted out" : "nothing of opting out"} for ${code} from ${from}`, () => {
      const failure = { ...delivered, MessageStatus: "undelivered", ErrorCode: code, From: from };
      expect(report(failure).optedOut).to.equal(optedOut);
    });
  }

  it("tolerates parameters it does not know, and keeps them", () => {
    const form = { ...delivered, RawDlrDoneDate: "2601310900", BrandNew: "ü" };
    expect(report(form).raw).to.deep.equal(form);
  });

  it("gives equal keys for a repetition, even under another token, and others for other reports", () => {
    const request = signed(delivered);
    const again = { ...request, headers: { ...request.headers, "i-twilio-idempotency-token": "another" } };
    expect(receive(again)[0]!.dedupeKey).to.equal(receive(request)[0]!.dedupeKey);
    expect(report({ ...delivered, MessageStatus: "read" }).dedupeKey).to.not.equal(report(delivered).dedupeKey);
  });

  for (const at of [
    "https://shop.test/hooks/twilio/status",
    "https://shop.test/hooks/twilio/status?effect=",
    "https://shop.test/hooks/twilio/status?effect=run_1",
    "https://shop.test/hooks/twilio/status?effect=eff_1%27--",
  ]) {
    it(`names no effect for ${at}`, () => {
      expect(report(delivered, at).effectId).to.equal(null);
    });
  }

  for (const change of [{ MessageStatus: "received" }, { MessageStatus: "partially_delivered" }, { MessageSid: "" }]) {
    it(`reports nothing for ${JSON.stringify(change)}`, () => {
      expect(receive(signed({ ...delivered, ...change }))).to.deep.equal([]);
    });
  }

  it("reads a report that comes as JSON", () => {
    const body = JSON.stringify(delivered);
    const at = `${url}&bodySHA256=${createHash("sha256").update(body).digest("hex")}`;
    const request = jsonRequest(at, body, twilio.getExpectedTwilioSignature(authToken, at, {}));
    expect(receive(request)[0]).to.include({ vendorId: messageSid, status: "delivered" });
  });

  describe("refuses", () => {
    const refuse = (request: WebhookRequest): void => {
      thrown(() => receive(request), "SIGNATURE_INVALID");
    };
    const withHeaders = (changes: Record<string, string>): WebhookRequest => {
      const request = signed(delivered);
      return { ...request, headers: { ...request.headers, ...changes } };
    };

    it("a request without a signature", () => {
      const { "x-twilio-signature": _, ...headers } = signed(delivered).headers;
      refuse({ ...signed(delivered), headers });
      refuse(withHeaders({ "x-twilio-signature": "" }));
    });

    it("a signature of another account's token", () => {
      refuse(signed(delivered, url, "another token"));
    });

    it("a forged, shortened or lengthened signature", () => {
      const signature = signed(delivered).headers["x-twilio-signature"]!;
      refuse(withHeaders({ "x-twilio-signature": `${signature.slice(0, -2)}A=` }));
      refuse(withHeaders({ "x-twilio-signature": signature.slice(0, -1) }));
      refuse(withHeaders({ "x-twilio-signature": `${signature}=` }));
      refuse(withHeaders({ "x-twilio-signature": "\u0000" }));
    });

    it("a body with a changed, missing or added parameter", () => {
      const request = signed(delivered);
      const body = Buffer.from(request.body).toString();
      refuse({ ...request, body: Buffer.from(body.replaceAll("delivered", "undelivered")) });
      refuse({ ...request, body: Buffer.from(body.slice(0, -5)) });
      refuse({ ...request, body: Buffer.from(`${body}&ErrorCode=30630`) });
      refuse({ ...request, body: new Uint8Array() });
    });

    it("a request replayed at another address or for another effect", () => {
      refuse({ ...signed(delivered), url: url.replace("eff_01", "eff_02") });
      refuse({ ...signed(delivered), url: url.replace("shop.test", "other.test") });
      refuse({ ...signed(delivered), url: url.replace("https:", "http:") });
      refuse({ ...signed(delivered), url: `${url}&more=1` });
    });

    it("an address that is no URL, without failing otherwise", () => {
      for (const odd of ["/hooks/twilio/status", "", "https://", "http://[", "::"]) {
        refuse({ ...signed(delivered), url: odd });
      }
    });

    it("a form that calls itself something else", () => {
      refuse(withHeaders({ "content-type": "text/plain" }));
      refuse(withHeaders({ "content-type": "application/json" }));
      refuse(withHeaders({ "content-type": "application/x-www-form-urlencoded-not" }));
    });

    it("a JSON body that is not the signed one, or that no hash covers", () => {
      const body = JSON.stringify(delivered);
      const at = `${url}&bodySHA256=${createHash("sha256").update(body).digest("hex")}`;
      const signature = twilio.getExpectedTwilioSignature(authToken, at, {});
      refuse(jsonRequest(at, body.replace("delivered", "failed"), signature));
      refuse(jsonRequest(url, body, twilio.getExpectedTwilioSignature(authToken, url, {})));
    });

    it("a form under the signature of a bodiless request", () => {
      const bare = twilio.getExpectedTwilioSignature(authToken, url, {});
      refuse(formRequest(url, delivered, bare));
    });

    it("another account's report, and one that names no account", () => {
      refuse(signed({ ...delivered, AccountSid: `AC${"f".repeat(32)}` }));
      const { AccountSid: _, ...anonymous } = delivered;
      refuse(signed(anonymous));
    });
  });
});
