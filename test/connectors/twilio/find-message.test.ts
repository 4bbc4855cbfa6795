import { expect } from "chai";
import type { Connection, Finding } from "../../../src/core/connector.js";
import type { ErrorCode } from "../../../src/core/error-catalogue.js";
import type { PatchbayError } from "../../../src/core/errors.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { failed } from "../../http/failed.js";
import { answer, type Script, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { accountSid, authToken, messagingServiceSid, openAccount, openTestHttp } from "./account.js";

const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
const since = new Date("2030-03-04T12:00:00.500Z");
const payload = { to: "+16175551212", from: "+15005550006", body: "Hey Maria! Your order 7 has been received!" };
const whatsapp = { ...payload, to: "whatsapp:+16175551212" };

/** Seconds after the first attempt, in Twilio's whole seconds. */
function at(seconds: number): string {
  const instant = new Date(Math.floor(since.getTime() / 1_000) * 1_000 + seconds * 1_000);
  return instant.toUTCString().replace("GMT", "+0000");
}

/** A message as the list shows it: the one that was sent, but for `change`. */
function listed(number: number, change: JsonObject = {}): JsonObject {
  return {
    sid: `SM${String(number).padStart(32, "0")}`,
    account_sid: accountSid,
    body: payload.body,
    date_created: at(1),
    date_sent: null,
    date_updated: at(1),
    direction: "outbound-api",
    error_code: null,
    error_message: null,
    from: payload.from,
    messaging_service_sid: null,
    num_media: "0",
    num_segments: "1",
    price: null,
    price_unit: "USD",
    status: "queued",
    to: payload.to,
    ...change,
  };
}

function envelope(messages: readonly unknown[], next: string | null = null): JsonObject {
  return { messages: messages as JsonObject[], next_page_uri: next, page: 0, page_size: 50, start: 0, end: 49 };
}

const sidOf = (finding: Finding): string | null => (typeof finding === "string" ? finding : finding.vendorId);
const sid = (number: number): unknown => listed(number).sid;

describe("twilio/send-message find", () => {
  let server: ScriptedServer;
  let http: Http;
  let connection: Connection;

  beforeEach(async () => {
    server = await startScriptedServer(answer(200, envelope([])));
    http = openTestHttp();
    connection = openAccount(http, { apiUrl: server.url });
  });

  afterEach(async () => {
    await connection.close();
    await server.close();
    await http.close();
  });

  /** Looks for what the payload made, in the list that the server has now. */
  function find(given: JsonObject = payload, taken: readonly unknown[] = []): Promise<Finding> {
    const { request } = connection.prepare("send-message", given);
    return connection.find("send-message", request, { since, isTaken: async (vendorId) => taken.includes(vendorId) });
  }

  function findAmong(
    messages: readonly JsonObject[],
    given?: JsonObject,
    taken?: readonly unknown[],
  ): Promise<Finding> {
    server.script = answer(200, envelope(messages));
    return find(given, taken);
  }

  describe("on the wire", () => {
    it("asks for the recipient's messages, newest first as they come, and for no date that an unsent one lacks", async () => {
      await find();
      expect(server.seen.map(({ method, path: asked }) => [method, asked])).to.deep.equal([
        ["GET", `${path}?To=%2B16175551212&PageSize=50`],
      ]);
    });

    it("asks for the address on WhatsApp as it was sent to", async () => {
      await find(whatsapp);
      expect(new URL(server.seen[0]!.path, server.url).searchParams.get("To")).to.equal(whatsapp.to);
    });

    it("follows the links at the configured address only", async () => {
      server.script = (response, seen) =>
        answer(200, envelope([listed(1)], seen.path.includes("PageToken") ? null : `${path}?PageToken=PA1`))(
          response,
          seen,
        );
      await find(payload, [sid(1)]);
      expect(server.seen.map((seen) => seen.path)).to.deep.equal([
        `${path}?To=%2B16175551212&PageSize=50`,
        `${path}?PageToken=PA1`,
      ]);
    });
  });

  describe("a message that is there", () => {
    it("is given as sending it would have given it, however far it has come", async () => {
      const finding = await findAmong([
        listed(2, { to: payload.to, body: "Other" }),
        listed(1, { status: "delivered" }),
      ]);
      expect(finding).to.deep.include({
        summary: "SMS to +16175551212 delivered",
        vendorId: sid(1),
        messageStatus: "delivered",
      });
      expect((finding as { response: JsonObject }).response).to.include({
        sid: sid(1),
        date_created: "2030-03-04T12:00:01.000Z",
      });
      expect(JSON.stringify(finding)).to.not.include(accountSid);
    });

    for (const [name, change, given] of [
      ["without the spaces at its end", {}, { ...payload, body: `${payload.body} \n` }],
      ["with other line ends", { body: "a\nb" }, { ...payload, body: "a\r\nb" }],
      [
        "behind the words of a trial account",
        { body: `Sent from your Twilio trial account - ${payload.body}` },
        payload,
      ],
      [
        "from the messaging service, before it has chosen",
        { from: null, messaging_service_sid: messagingServiceSid },
        { to: payload.to, body: payload.body, messagingServiceSid },
      ],
      [
        "from the messaging service, by the number it chose",
        { from: "+16175550199", messaging_service_sid: messagingServiceSid },
        { to: payload.to, body: payload.body, messagingServiceSid },
      ],
      [
        "from a name in other letters",
        { from: "MYSHOP", to: "+4915112345678" },
        { ...payload, to: "+4915112345678", from: "MyShop" },
      ],
      ["on WhatsApp", { to: whatsapp.to, from: `whatsapp:${payload.from}` }, whatsapp],
      [
        "with its media",
        { num_media: "2" },
        { ...payload, mediaUrl: ["https://a.test/1.png", "https://a.test/2.png"] },
      ],
      ["created by Twilio's clock up to two minutes before ours", { date_created: at(-119) }, payload],
      ["long sent", { date_created: at(0), date_sent: at(7_200), status: "sent" }, payload],
    ] as const) {
      it(`is found ${name}`, async () => {
        expect(sidOf(await findAmong([listed(1, change)], given as JsonObject))).to.equal(sid(1));
      });
    }

    it("is found behind newer ones, pages later", async () => {
      const pages = [1, 2, 3].map((page) =>
        Array.from({ length: 50 }, (_, index) => listed(page * 100 + index, { body: "Other" })),
      );
      pages.push([listed(1)]);
      server.script = (response, seen) => {
        const page = Number(new URL(seen.path, server.url).searchParams.get("Page") ?? 0);
        answer(200, envelope(pages[page]!, page < 3 ? `${path}?Page=${page + 1}` : null))(response, seen);
      };
      expect(sidOf(await find())).to.equal(sid(1));
      expect(server.seen).to.have.lengthOf(4);
    });

    it("is the one that nothing else of ours has", async () => {
      expect(sidOf(await findAmong([listed(2), listed(1)], payload, [sid(2)]))).to.equal(sid(1));
    });

    it("is, of two, the only one that was not there before the first attempt", async () => {
      expect(sidOf(await findAmong([listed(2), listed(1, { date_created: at(-5) })]))).to.equal(sid(2));
    });

    it("is not lost to the part of a second that Twilio's dates leave out", async () => {
      const two = [listed(2, { date_created: at(0) }), listed(1, { date_created: at(-1) })];
      expect(sidOf(await findAmong(two))).to.equal(sid(2));
    });
  });

  describe("a message that is not there", () => {
    for (const [name, change] of [
      ["with another text", { body: "Hey Maria! Your order 8 has been received!" }],
      ["with no text", { body: null }],
      ["from another number", { from: "+16175550199" }],
      ["to somebody else", { to: "+16175550100" }],
      ["with media", { num_media: "1", body: "Other" }],
      ["that came in", { direction: "inbound" }],
      ["more than two minutes before the first attempt", { date_created: at(-121) }],
    ] as const) {
      it(`is absent beside one ${name}`, async () => {
        expect(await findAmong([listed(1, change)])).to.equal("absent");
      });
    }

    it("is absent when the only one like it belongs to another effect", async () => {
      expect(await findAmong([listed(1)], payload, [sid(1)])).to.equal("absent");
    });

    it("is absent beside another service's, or another sender's without a service", async () => {
      const byService = { to: payload.to, body: payload.body, messagingServiceSid };
      const other = listed(1, { messaging_service_sid: `MG${"b".repeat(32)}` });
      expect(await findAmong([other], byService)).to.equal("absent");
      expect(await findAmong([listed(1, { messaging_service_sid: null })], byService)).to.equal("absent");
    });

    it("is absent as soon as the list is older than the first attempt, without reading on", async () => {
      server.script = answer(
        200,
        envelope([listed(1, { date_created: at(-600), date_sent: at(-599) })], `${path}?Page=1`),
      );
      expect(await find()).to.equal("absent");
      expect(server.seen).to.have.lengthOf(1);
    });
  });

  describe("a message of which nobody can tell", () => {
    it("is one of several created since the first attempt", async () => {
      expect(await findAmong([listed(2), listed(1)])).to.equal("unclear");
      const older = { date_created: at(-5) };
      expect(await findAmong([listed(3), listed(2), listed(1, older)])).to.equal("unclear");
      expect(await findAmong([listed(2, older), listed(1, older)])).to.equal("unclear");
    });

    it("is behind more pages than are read", async () => {
      server.script = (response, seen) => {
        const page = Number(new URL(seen.path, server.url).searchParams.get("Page") ?? 0);
        answer(200, envelope([listed(page + 1, { body: "Other" })], `${path}?Page=${page + 1}`))(response, seen);
      };
      expect(await find()).to.equal("unclear");
      expect(server.seen).to.have.lengthOf(5);
    });

    it("is not called absent because one scheduled long ago was sent in between", async () => {
      server.script = (response, seen) => {
        const first = !seen.path.includes("Page=1");
        const scheduled = listed(1, { body: "Other", date_created: at(-86_400), date_sent: at(60), status: "sent" });
        answer(200, first ? envelope([scheduled], `${path}?Page=1`) : envelope([listed(2)]))(response, seen);
      };
      expect(sidOf(await find())).to.equal(sid(2));
    });

    for (const [name, given, shown] of [
      ["smart-encoded", { ...payload, body: "Maria’s order", smartEncoded: true }, { body: "Maria's order" }],
      [
        "with its links shortened",
        { ...payload, messagingServiceSid, shortenUrls: true, body: "https://a.test/order/7" },
        { body: "https://s.test/x", messaging_service_sid: messagingServiceSid },
      ],
      [
        "encoded by its service",
        { to: payload.to, body: "Maria’s order", messagingServiceSid },
        { body: "Maria's order", messaging_service_sid: messagingServiceSid },
      ],
      [
        "turned into a link by its service",
        { to: payload.to, mediaUrl: "https://a.test/1.png", messagingServiceSid },
        { body: "https://s.test/x", messaging_service_sid: messagingServiceSid },
      ],
      [
        "of a template",
        { to: payload.to, from: payload.from, contentSid: `HX${"c".repeat(32)}` },
        { body: "Your table is ready" },
      ],
      [
        "of a template, shown without text",
        { to: payload.to, from: payload.from, contentSid: `HX${"c".repeat(32)}` },
        { body: "" },
      ],
      ["not kept", { ...payload, contentRetention: "discard" }, { body: "" }],
      ["sent as one MMS", { ...payload, sendAsMms: true }, { num_media: "1" }],
      ["with words added on the way", payload, { body: `${payload.body} Reply STOP to unsubscribe` }],
    ] as const) {
      it(`may be one ${name}`, async () => {
        expect(await findAmong([listed(1, shown)], given as JsonObject)).to.equal("unclear");
        expect(await findAmong([], given as JsonObject)).to.equal("absent");
      });
    }

    it("may be one to a recipient that Twilio was asked not to keep", async () => {
      expect(await findAmong([], { ...payload, addressRetention: "obfuscate" })).to.equal("unclear");
    });
  });

  describe("a look-up that fails says nothing about the message", () => {
    async function refused(code: ErrorCode, script: Script): Promise<PatchbayError> {
      server.script = script;
      const error = await failed(find(), code);
      for (const secret of [authToken, accountSid]) expect(JSON.stringify(error.details)).to.not.include(secret);
      return error;
    }
    const twilioError = (status: number, code: number, headers: Record<string, string> = {}): Script =>
      answer(status, { code, message: `Twilio says ${code}`, status }, headers);

    for (const [status, code, expected] of [
      [500, 20500, "ENDPOINT_UNREACHABLE"],
      [503, 20503, "ENDPOINT_UNREACHABLE"],
      [408, 99999, "ENDPOINT_UNREACHABLE"],
      [429, 20429, "ENDPOINT_BUSY"],
      [401, 20003, "ENDPOINT_MISCONFIGURED"],
      [403, 20003, "ENDPOINT_MISCONFIGURED"],
      [400, 20001, "ENDPOINT_REFUSED"],
      [400, 21610, "ENDPOINT_REFUSED"],
      [400, 30410, "ENDPOINT_UNREACHABLE"],
    ] as const) {
      it(`and is ${expected} for HTTP ${status} with ${code}`, async () => {
        const error = await refused(expected, twilioError(status, code));
        expect(error.details).to.include({ vendorCode: String(code), httpStatus: status });
      });
    }

    it("in words that speak of the look-up", async () => {
      expect((await refused("ENDPOINT_REFUSED", twilioError(400, 29999))).message).to.equal(
        "Twilio refused the look-up: Twilio says 29999 (Twilio error 29999, HTTP 400)",
      );
      expect((await refused("ENDPOINT_UNREACHABLE", answer(500, "Oops"))).message).to.equal(
        "Twilio could not be asked: no reason was given (HTTP 500)",
      );
    });

    it("and carries how long to wait", async () => {
      const error = await refused("ENDPOINT_BUSY", twilioError(429, 20429, { "retry-after": "7" }));
      expect(error.details.retryAfterMs).to.equal(7_000);
    });

    for (const [name, body] of [
      ["not JSON", "{garbage"],
      ["a web page", "<html>Sign in</html>"],
      ["another list", { results: [], next_page_uri: null }],
      ["a list beside the messages", { results: [], messages: {}, next_page_uri: null }],
      ["a list that does not say whether it goes on", { messages: [] }],
      ["a list that goes on elsewhere", envelope([], "https://elsewhere.test/")],
      ["a message without a SID", envelope([listed(1, { sid: null })])],
      ["a message without a date", envelope([listed(1, { date_created: "soon" })])],
      ["a message to nobody", envelope([listed(1, { to: null })])],
      ["no message at all", envelope(["SM1"])],
    ] as const) {
      it(`and never makes a message absent: the answer is ${name}`, async () => {
        expect((await refused("ENDPOINT_UNREACHABLE", answer(200, body))).retryable).to.equal(true);
      });
    }

    it("and never makes a message absent: a later page fails", async () => {
      await refused("ENDPOINT_UNREACHABLE", (response, seen) => {
        if (seen.path.includes("Page=1")) return answer(500, "Oops")(response, seen);
        answer(200, envelope([listed(1, { body: "Other" })], `${path}?Page=1`))(response, seen);
      });
    });

    it("and may be asked again after a reset, a timeout and a refused connection", async () => {
      const reset = await refused("ENDPOINT_UNREACHABLE", (response) => response.socket?.resetAndDestroy());
      expect(reset.message).to.match(/^Twilio could not be asked: 127\.0\.0\.1:\d+ was called, but: connection/);
      const impatient = openTestHttp(150);
      server.script = () => {};
      const slow = openAccount(impatient, { apiUrl: server.url });
      const search = { since, isTaken: async () => false };
      const { request } = slow.prepare("send-message", payload);
      await failed(slow.find("send-message", request, search), "ENDPOINT_UNREACHABLE");
      await server.close();
      await failed(slow.find("send-message", request, search), "ENDPOINT_UNREACHABLE");
      await impatient.close();
    });

    it("and an error of the caller's own ledger stays what it is", async () => {
      server.script = answer(200, envelope([listed(1)]));
      const { request } = connection.prepare("send-message", payload);
      const isTaken = () => Promise.reject(new Error("the store is closed"));
      const error = await connection.find("send-message", request, { since, isTaken }).catch((thrown: Error) => thrown);
      expect(error).to.be.an.instanceOf(Error).with.property("message", "the store is closed");
    });
  });
});
