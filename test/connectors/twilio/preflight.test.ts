import { expect } from "chai";
import type { Connection, PreparedCall } from "../../../src/core/connector.js";
import type { ErrorCode } from "../../../src/core/error-catalogue.js";
import type { PatchbayError } from "../../../src/core/errors.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { thrown } from "../../http/failed.js";
import { accountSid, authToken, messagingServiceSid, openAccount, openTestHttp } from "./account.js";

const from = "+15005550006";
const good = { to: "+16175551212", body: "Hello" };

describe("twilio/send-message prepare", () => {
  let http: Http;
  let connection: Connection;

  before(() => {
    http = openTestHttp();
    connection = openAccount(http, { from, defaultCountry: "US" });
  });
  after(() => http.close());

  const prepare = (payload: JsonObject): PreparedCall => connection.prepare("send-message", payload);
  const prepareWith = (settings: JsonObject, payload: JsonObject): PreparedCall =>
    openAccount(http, settings).prepare("send-message", payload);
  const refused = (payload: JsonObject, code: ErrorCode): PatchbayError => thrown(() => prepare(payload), code);

  it("gives the request, the recipient and the message of an SMS", () => {
    expect(prepare({ to: "(617) 555-1212", body: "Hello" })).to.deep.equal({
      request: { to: "+16175551212", from, body: "Hello" },
      recipient: "+16175551212",
      message: { channel: "sms", from, service: null, to: "+16175551212", body: "Hello", segments: 1, media: [] },
      validForMs: null,
    });
  });

  it("holds no credentials in the request", () => {
    const text = JSON.stringify(prepare(good));
    expect(text).to.not.include(accountSid);
    expect(text).to.not.include(authToken);
  });

  it("gives a request that survives being stored as JSON", () => {
    const { request } = prepare({ ...good, mediaUrl: ["https://a.test/1.png"], contentRetention: "discard" });
    expect(JSON.parse(JSON.stringify(request))).to.deep.equal(request);
  });

  describe("recipient", () => {
    for (const to of [undefined, null, "", "  ", "whatsapp:", "whatsapp: "]) {
      it(`misses the phone when to is ${JSON.stringify(to)}`, () => {
        refused({ body: "Hello", ...(to === undefined ? {} : { to }) }, "PHONE_MISSING");
      });
    }

    for (const to of ["12", "hello", "+1", "messenger:123", "whatsapp:hello"]) {
      it(`refuses ${to}`, () => {
        refused({ ...good, to }, "PHONE_INVALID");
      });
    }

    it("reads a number without country code only with a default country", () => {
      expect(prepare({ ...good, to: "617 555 1212" }).recipient).to.equal("+16175551212");
      thrown(() => prepareWith({ from }, { ...good, to: "617 555 1212" }), "PHONE_INVALID");
      expect(prepareWith({ from }, { ...good, to: "+1 617 555 1212" }).recipient).to.equal("+16175551212");
    });

    it("refuses a message to its own sender", () => {
      expect(thrown(() => prepare({ ...good, to: from }), "ENDPOINT_MISCONFIGURED").message).to.include(from);
    });

    it("refuses another type than text", () => {
      expect(refused({ ...good, to: 16175551212 }, "PAYLOAD_INVALID").message).to.include("/to must be string");
    });
  });

  describe("WhatsApp", () => {
    it("keeps the channel and normalises the number", () => {
      const { request, recipient, message } = prepare({ ...good, to: "whatsapp:(617) 555-1212" });
      expect(request).to.include({ to: "whatsapp:+16175551212", from: `whatsapp:${from}` });
      expect(recipient).to.equal("+16175551212");
      expect(message).to.include({ channel: "whatsapp", to: "+16175551212", from, segments: 1 });
    });

    it("takes a sender that is on WhatsApp already", () => {
      const { request } = prepareWith({ from: `whatsapp:${from}` }, { ...good, to: "whatsapp:+16175551212" });
      expect(request.from).to.equal(`whatsapp:${from}`);
    });

    it("refuses senders that do not exist there", () => {
      refused({ ...good, to: "whatsapp:+16175551212", from: "Shop" }, "PAYLOAD_INVALID");
      thrown(() => prepareWith({ from: "12345" }, { ...good, to: "whatsapp:+16175551212" }), "ENDPOINT_MISCONFIGURED");
    });

    it("refuses a WhatsApp sender for a plain number", () => {
      refused({ ...good, from: `whatsapp:${from}` }, "PAYLOAD_INVALID");
      thrown(() => prepareWith({ from: `whatsapp:${from}` }, good), "ENDPOINT_MISCONFIGURED");
    });
  });

  describe("text", () => {
    for (const body of [undefined, null, "", " \n "]) {
      it(`is empty when body is ${JSON.stringify(body)} and there is nothing else`, () => {
        refused({ to: good.to, ...(body === undefined ? {} : { body }) }, "MESSAGE_EMPTY");
      });
    }

    it("may have 1,600 characters and no more", () => {
      expect(prepare({ ...good, body: "x".repeat(1_600) }).message?.segments).to.equal(11);
      const error = refused({ ...good, body: "x".repeat(1_601) }, "MESSAGE_TOO_LONG");
      expect(error.message).to.include("1601 characters");
      expect(error.details).to.deep.equal({ length: 1_601, limit: 1_600, vendorCode: "21617" });
    });

    it("counts characters, not UTF-16 halves", () => {
      expect(prepare({ ...good, body: "👍".repeat(1_600) }).message?.body).to.have.lengthOf(3_200);
      expect(refused({ ...good, body: "👍".repeat(1_601) }, "MESSAGE_TOO_LONG").details.length).to.equal(1_601);
    });

    it("is counted in segments of its encoding", () => {
      expect(prepare({ ...good, body: "x".repeat(161) }).message?.segments).to.equal(2);
      expect(prepare({ ...good, body: "я".repeat(71) }).message?.segments).to.equal(2);
    });

    it("keeps spaces and line ends as they are", () => {
      expect(prepare({ ...good, body: " a\n b " }).request.body).to.equal(" a\n b ");
    });
  });

  describe("media", () => {
    const url = (count: number): string[] => Array.from({ length: count }, (_, index) => `https://a.test/${index}.png`);

    it("makes it an MMS, with or without text", () => {
      expect(prepare({ to: good.to, mediaUrl: url(10) }).message).to.deep.include({ channel: "mms", media: url(10) });
      expect(prepare({ to: good.to, mediaUrl: url(1) }).request).to.deep.equal({ to: good.to, from, mediaUrl: url(1) });
      expect(prepare({ ...good, mediaUrl: url(1) }).request).to.include({ body: "Hello" });
    });

    it("may be one URL without a list", () => {
      expect(prepare({ to: good.to, mediaUrl: "https://a.test/1.png" }).request.mediaUrl).to.deep.equal([
        "https://a.test/1.png",
      ]);
    });

    it("may not be more than ten", () => {
      expect(refused({ ...good, mediaUrl: url(11) }, "MEDIA_INVALID").message).to.include("11 media");
    });

    for (const wrong of [
      "/a.png",
      "a.png",
      "ftp://a.test/a.png",
      "https://",
      "https:///a.png",
      "data:image/png,x",
      "",
    ]) {
      it(`refuses "${wrong}", naming its place`, () => {
        expect(refused({ ...good, mediaUrl: [...url(1), wrong] }, "MEDIA_INVALID").message).to.include("/mediaUrl/1");
      });
    }
  });

  describe("sender", () => {
    it("is missing when neither payload nor connection names one", () => {
      thrown(() => prepareWith({}, good), "SENDER_MISSING");
      thrown(() => prepareWith({}, { ...good, from: " " }), "SENDER_MISSING");
    });

    for (const [written, sent] of [
      ["+15005550006", "+15005550006"],
      ["(500) 555-0006", "+15005550006"],
      ["12345", "12345"],
      ["My Shop-1", "My Shop-1"],
    ] as const) {
      it(`of the payload goes before the connection's: ${written}`, () => {
        expect(prepare({ ...good, to: "+4915112345678", from: written }).request.from).to.equal(sent);
      });
    }

    it("of the payload puts the connection's messaging service aside", () => {
      const { request } = prepareWith({ messagingServiceSid }, { ...good, from });
      expect(request).to.deep.equal({ ...good, from });
    });

    it("may be a messaging service, of payload or connection", () => {
      expect(prepareWith({ messagingServiceSid }, good).message).to.include({
        service: messagingServiceSid,
        from: null,
      });
      expect(prepareWith({ messagingServiceSid }, good)).to.deep.include({
        request: { ...good, messagingServiceSid },
      });
      expect(prepare({ ...good, messagingServiceSid }).request).to.deep.equal({ ...good, messagingServiceSid });
    });

    it("is sent together with the service when the connection has both", () => {
      const { request } = prepareWith({ from, messagingServiceSid }, good);
      expect(request).to.deep.equal({ ...good, from, messagingServiceSid });
    });

    for (const wrong of ["Name of a shop", "12", "+1", "Café"]) {
      it(`refuses ${wrong}`, () => {
        expect(refused({ ...good, from: wrong }, "PAYLOAD_INVALID").message).to.include("/from");
      });
    }

    it("refuses a messaging service that is none", () => {
      refused({ ...good, messagingServiceSid: "MG123" }, "PAYLOAD_INVALID");
    });
  });

  describe("content templates", () => {
    const contentSid = `HX${"b".repeat(32)}`;

    it("stand in place of text, with their values as one JSON text", () => {
      const { request, message } = prepare({ to: good.to, contentSid, contentVariables: { 1: "Sarah" } });
      expect(request).to.deep.equal({ to: good.to, from, contentSid, contentVariables: '{"1":"Sarah"}' });
      expect(message).to.include({ body: "", segments: 1 });
    });

    it("refuse text or media beside them", () => {
      refused({ ...good, contentSid }, "PAYLOAD_INVALID");
      refused({ to: good.to, contentSid, mediaUrl: "https://a.test/1.png" }, "PAYLOAD_INVALID");
    });

    it("are needed for values", () => {
      refused({ ...good, contentVariables: { 1: "Sarah" } }, "PAYLOAD_INVALID");
    });
  });

  describe("other parameters", () => {
    it("schedules with a messaging service, in the form Twilio reads", () => {
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      const { request } = prepare({ ...good, messagingServiceSid, sendAt: tomorrow });
      expect(request).to.include({ sendAt: `${tomorrow.slice(0, 19)}Z`, scheduleType: "fixed" });
    });

    for (const payload of [{ sendAt: "2030-01-31T09:00:00Z" }, { shortenUrls: true }, { fallbackFrom: from }]) {
      it(`need a messaging service: ${Object.keys(payload)[0]}`, () => {
        refused({ ...good, ...payload }, "PAYLOAD_INVALID");
      });
    }

    it("are handed on as they are", () => {
      const plain = { validityPeriod: 60, smartEncoded: true, attempt: 2, riskCheck: "disable", messageIntent: "otp" };
      expect(prepare({ ...good, ...plain }).request).to.deep.equal({ ...good, from, ...plain });
    });

    it("limit how long it makes sense to try, where Twilio would not send it later either", () => {
      expect(prepare({ ...good, validityPeriod: 60 }).validForMs).to.equal(60_000);
    });

    it("make a long text one MMS with sendAsMms", () => {
      expect(prepare({ ...good, body: "x".repeat(500), sendAsMms: true }).message).to.include({
        channel: "mms",
        segments: 1,
      });
    });

    for (const payload of [
      { colour: "red" },
      { statusCallback: "https://a.test/" },
      { validityPeriod: 0 },
      { sendAt: "soon" },
    ]) {
      it(`are refused with their path: ${JSON.stringify(payload)}`, () => {
        const error = refused({ ...good, ...payload }, "PAYLOAD_INVALID");
        expect(error.message).to.include(`/${Object.keys(payload)[0]}`);
      });
    }
  });

  describe("settings", () => {
    for (const settings of [
      { accountSid: "AC123" },
      { authToken: "" },
      { from: "not a sender name" },
      { messagingServiceSid: "MG1" },
      { defaultCountry: "USA" },
      { defaultCountry: "ZZ" },
      { apiUrl: "ftp://a" },
      { apiUrl: "https://user:password@a" },
      { colour: "red" },
    ] as JsonObject[]) {
      it(`are refused with their path: ${JSON.stringify(settings)}`, () => {
        const error = thrown(() => openAccount(http, settings), "ENDPOINT_MISCONFIGURED");
        expect(error.message).to.include(`/${Object.keys(settings)[0]}`);
        expect(error.message).to.not.include(authToken);
      });
    }
  });
});
