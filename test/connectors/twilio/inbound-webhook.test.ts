import { expect } from "chai";
import twilio from "twilio";
import type { Connection, Reception, WebhookRequest } from "../../../src/core/connector.js";
import type { InboundMessage } from "../../../src/core/received-message.js";
import type { Http } from "../../../src/http/http.js";
import { thrown } from "../../http/failed.js";
import { accountSid, authToken, openAccount, openTestHttp } from "./account.js";
import { formRequest, jsonRequest, signedAt, signedJsonAt } from "./signed.js";

const url = "https://shop.test/hooks/twilio/twilio/twilio/s3cret/inbound";
const fallbackUrl = url.replace(/inbound$/, "fallback");
const messageSid = `SM${"b".repeat(32)}`;
const text = {
  ToCountry: "US",
  SmsMessageSid: messageSid,
  NumMedia: "0",
  SmsSid: messageSid,
  SmsStatus: "received",
  Body: "Yes, please 👍",
  To: "+15005550006",
  NumSegments: "1",
  MessageSid: messageSid,
  AccountSid: accountSid,
  From: "+16175551212",
  ApiVersion: "2010-04-01",
};
type Form = Record<string, string>;

describe("twilio webhook inbound", () => {
  let http: Http;
  let connection: Connection;

  before(() => {
    http = openTestHttp();
    connection = openAccount(http);
  });
  after(() => http.close());

  const receive = (request: WebhookRequest, webhook = "inbound"): Reception => connection.receive(webhook, request);
  const read = (form: Form): InboundMessage => receive(signedAt(url, form)).messages[0]!;

  it("gives the message as it came, and TwiML that says nothing", () => {
    const { messages, reports, answer, ignored } = receive(signedAt(url, text));
    expect(messages).to.deep.equal([
      {
        channel: "sms",
        contact: "+16175551212",
        to: "+15005550006",
        service: null,
        body: "Yes, please 👍",
        media: [],
        vendorId: messageSid,
        quotes: null,
        optOut: null,
        fallback: null,
        dedupeKey: `twilio:received:${messageSid}`,
        raw: text,
      },
    ]);
    expect({ reports, ignored }).to.deep.equal({ reports: [], ignored: null });
    expect(answer?.contentType).to.match(/^text\/xml/);
    expect(answer?.body).to.equal(new twilio.twiml.MessagingResponse().toString());
  });

  it("reads a message that comes as JSON", () => {
    const request = signedJsonAt(url, JSON.stringify({ ...text, NumMedia: 0 }));
    expect(receive(request).messages[0]).to.include({ vendorId: messageSid, body: "Yes, please 👍" });
  });

  it("tells channels apart by the sender's prefix and by what is in it", () => {
    const whatsapp = read({ ...text, From: "whatsapp:+16175551212", To: "whatsapp:+15005550006", WaId: "16175551212" });
    expect(whatsapp).to.include({ channel: "whatsapp", contact: "+16175551212", to: "+15005550006" });
    const picture = { NumMedia: "1", MediaUrl0: "https://x.example/1", MediaContentType0: "image/png" };
    expect(read({ ...text, ...picture }).channel).to.equal("mms");
    expect(read({ ...text, MessageSid: `MM${"b".repeat(32)}` }).channel).to.equal("mms");
  });

  it("keeps every file with its type", () => {
    const form: Form = { ...text, NumMedia: "3", Body: "" };
    for (const index of [0, 1, 2]) form[`MediaUrl${index}`] = `https://x.example/${index}`;
    form.MediaContentType0 = "image/png";
    form.MediaContentType2 = "text/x-vcard";
    expect(read(form).media).to.deep.equal([
      { url: "https://x.example/0", contentType: "image/png" },
      { url: "https://x.example/1", contentType: null },
      { url: "https://x.example/2", contentType: "text/x-vcard" },
    ]);
  });

  it("reads what came to a Messaging Service, and a WhatsApp reply that quotes", () => {
    const service = `MG${"c".repeat(32)}`;
    expect(read({ ...text, MessagingServiceSid: service })).to.include({ to: "+15005550006", service });
    expect(read({ ...text, To: "", MessagingServiceSid: service }).to).to.equal(service);
    expect(read({ ...text, OriginalRepliedMessageSid: "SM1" }).quotes).to.equal("SM1");
  });

  it("takes requests signed with either token while one replaces the other", () => {
    const both = openAccount(http, { secondaryAuthToken: "the next token" });
    for (const token of [authToken, "the next token"]) {
      expect(both.receive("inbound", signedAt(url, text, token)).messages).to.have.lengthOf(1);
      expect(both.receive("inbound", signedJsonAt(url, JSON.stringify(text), token)).messages).to.have.lengthOf(1);
    }
    thrown(() => both.receive("inbound", signedAt(url, text, "a third token")), "SIGNATURE_INVALID");
  });

  it("keeps short codes and names as they are, and parameters that it does not know", () => {
    const message = read({ ...text, From: "12345", BrandNew: "ü" });
    expect(message).to.include({ contact: "12345" });
    expect(message.raw).to.include({ BrandNew: "ü" });
  });

  for (const [body, type, optOut] of [
    ["STOP", "", "stop"],
    [" stopall\n", "", "stop"],
    ["Unsubscribe", "", "stop"],
    ["CANCEL", "", "stop"],
    ["end", "", "stop"],
    ["quit", "", "stop"],
    ["revoke", "", "stop"],
    ["OPTOUT", "", "stop"],
    ["START", "", "start"],
    ["unstop", "", "start"],
    ["help", "", "help"],
    ["info", "", "help"],
    ["Arrête", "STOP", "stop"],
    ["STOP", "HELP", "help"],
    ["Please stop", "", null],
    ["YES", "", null],
    ["", "", null],
  ] as const) {
    it(`takes "${body.trim()}" with OptOutType "${type}" for ${optOut}`, () => {
      const form: Form = type === "" ? { ...text, Body: body } : { ...text, Body: body, OptOutType: type };
      expect(read(form).optOut).to.equal(optOut);
    });
  }

  it("gives equal keys for a repetition, also under another token and by the fallback address", () => {
    const request = signedAt(url, text);
    const again = { ...request, headers: { ...request.headers, "i-twilio-idempotency-token": "another" } };
    const { dedupeKey } = read(text);
    expect(receive(again).messages[0]?.dedupeKey).to.equal(dedupeKey);
    expect(receive(signedAt(fallbackUrl, text), "fallback").messages[0]?.dedupeKey).to.equal(dedupeKey);
    expect(read({ ...text, MessageSid: "SM2" }).dedupeKey).not.to.equal(dedupeKey);
  });

  it("remembers what failed before the fallback address, without the secret of our own", () => {
    const form = { ...text, ErrorCode: "11200", ErrorUrl: url };
    const [message] = receive(signedAt(fallbackUrl, form), "fallback").messages;
    const shown = "https://shop.test/hooks/twilio/twilio/twilio/…/inbound";
    expect(message?.fallback).to.deep.equal({ errorCode: "11200", errorUrl: shown });
    expect(message?.raw).to.include({ ErrorUrl: shown, ErrorCode: "11200" });
    expect(JSON.stringify(message)).not.to.contain("s3cret");
  });

  it("follows no channels but SMS, MMS and WhatsApp, and says so", () => {
    const { messages, ignored, answer } = receive(signedAt(url, { ...text, From: "messenger:123" }));
    expect(messages).to.deep.equal([]);
    expect(ignored).to.contain("messenger");
    expect(answer).not.to.equal(null);
  });

  for (const missing of [{ MessageSid: "", SmsSid: "" }, { From: "" }, { To: "" }]) {
    it(`refuses a signed message without ${Object.keys(missing).join(" and ")}`, () => {
      thrown(() => read({ ...text, ...missing }), "REQUEST_INVALID");
    });
  }

  for (const webhook of ["inbound", "fallback"]) {
    describe(`at ${webhook} refuses`, () => {
      const at = webhook === "inbound" ? url : fallbackUrl;
      const refuse = (request: WebhookRequest): void => {
        thrown(() => receive(request, webhook), "SIGNATURE_INVALID");
      };
      const bodyOf = (request: WebhookRequest): string => Buffer.from(request.body).toString();

      it("what is not signed, or under another token", () => {
        const { "x-twilio-signature": _, ...headers } = signedAt(at, text).headers;
        refuse({ ...signedAt(at, text), headers });
        refuse(signedAt(at, text, "another token"));
        expect(twilio.validateRequest(authToken, "", at, text)).to.equal(false);
      });

      it("a forged text, sender or opt-out", () => {
        const request = signedAt(at, text);
        refuse({ ...request, body: Buffer.from(bodyOf(request).replace("Yes", "No")) });
        refuse({ ...request, body: Buffer.from(bodyOf(request).replace("16175551212", "16175551213")) });
        refuse({ ...request, body: Buffer.from(`${bodyOf(request)}&OptOutType=STOP`) });
      });

      it("a truncated request", () => {
        const request = signedAt(at, text);
        for (const length of [0, 1, 50, request.body.byteLength - 1]) {
          refuse({ ...request, body: request.body.slice(0, length) });
        }
        const json = signedJsonAt(at, JSON.stringify(text));
        refuse({ ...json, body: json.body.slice(0, -1) });
      });

      it("a request replayed at the other address, or as another kind of report", () => {
        refuse({ ...signedAt(at === url ? fallbackUrl : url, text), url: at });
        refuse({ ...signedAt(at.replace(webhook, "status"), text), url: at });
      });

      it("JSON that no hash covers, or with another hash", () => {
        const body = JSON.stringify(text);
        refuse(jsonRequest(at, body, twilio.getExpectedTwilioSignature(authToken, at, {})));
        const wrong = `${at}?bodySHA256=${"0".repeat(64)}`;
        refuse(jsonRequest(wrong, body, twilio.getExpectedTwilioSignature(authToken, wrong, {})));
      });

      it("a form under the signature of another one, and another account's message", () => {
        refuse(formRequest(at, text, twilio.getExpectedTwilioSignature(authToken, at, { ...text, Body: "No" })));
        refuse(signedAt(at, { ...text, AccountSid: `AC${"f".repeat(32)}` }));
        const { AccountSid: _, ...anonymous } = text;
        refuse(signedAt(at, anonymous));
      });
    });
  }
});
