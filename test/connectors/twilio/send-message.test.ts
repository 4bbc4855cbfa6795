import { createServer, type Server } from "node:net";
import { inspect } from "node:util";
import { expect } from "chai";
import type { CallResult, Connection } from "../../../src/core/connector.js";
import type { ErrorCode } from "../../../src/core/error-catalogue.js";
import type { PatchbayError } from "../../../src/core/errors.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { failed } from "../../http/failed.js";
import { answer, type Script, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { accountSid, authToken, openAccount, openTestHttp } from "./account.js";

const sid = `SM${"0123456789abcdef".repeat(2)}`;
const created = {
  sid,
  account_sid: accountSid,
  api_version: "2010-04-01",
  body: "Hello",
  date_created: "Thu, 24 Aug 2023 05:01:45 +0000",
  date_sent: null,
  date_updated: "Thu, 24 Aug 2023 05:01:45 +0000",
  direction: "outbound-api",
  error_code: null,
  error_message: null,
  from: "+15005550006",
  messaging_service_sid: null,
  num_media: "0",
  num_segments: "1",
  price: null,
  price_unit: "USD",
  status: "queued",
  subresource_uris: { media: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media.json` },
  to: "+16175551212",
  uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`,
};
const payload = { to: "+16175551212", from: "+15005550006", body: "Hello" };
const basic = Buffer.from(`${accountSid}:${authToken}`).toString("base64");

function twilioError(status: number, code: number, headers: Record<string, string> = {}): Script {
  const more = `https://www.twilio.com/docs/errors/${code}`;
  return answer(status, { code, message: `Twilio says ${code}`, more_info: more, status }, headers);
}

/** Fails when a credential can be found in anything an error leads to. */
function expectNoCredentials(error: Error): void {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const everything = [
      JSON.stringify(current),
      current.stack,
      inspect(current, { depth: 20, showHidden: true }),
    ].join();
    for (const secret of [authToken, basic, accountSid, "Basic "]) expect(everything).to.not.include(secret);
  }
}

describe("twilio/send-message send", () => {
  let server: ScriptedServer;
  let http: Http;
  let connection: Connection;

  beforeEach(async () => {
    server = await startScriptedServer(answer(201, created));
    http = openTestHttp();
    connection = openAccount(http, { apiUrl: server.url });
  });

  afterEach(async () => {
    await connection.close();
    await server.close();
    await http.close();
  });

  function send(given: JsonObject = payload, callbackUrl: string | null = null, via = connection): Promise<CallResult> {
    const { request } = via.prepare("send-message", given);
    return via.send("send-message", request, { effectId: "eff_1", callbackUrl });
  }

  async function refused(code: ErrorCode, script: Script): Promise<PatchbayError> {
    server.script = script;
    const error = await failed(send(), code);
    expectNoCredentials(error);
    expect(server.seen).to.have.lengthOf(1);
    return error;
  }

  describe("on the wire", () => {
    it("is one authenticated form post to the account's messages", async () => {
      await send();
      const [seen] = server.seen;
      expect(seen).to.include({ method: "POST", path: `/2010-04-01/Accounts/${accountSid}/Messages.json` });
      expect(seen!.headers).to.include({
        authorization: `Basic ${basic}`,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      });
      expect(seen!.body).to.equal("To=%2B16175551212&From=%2B15005550006&Body=Hello");
      expect(server.seen).to.have.lengthOf(1);
    });

    it("keeps every character of the text", async () => {
      const body = '1+1=2 & 50% ü 👍\n"quoted" #?/\\';
      await send({ ...payload, body });
      expect(new URLSearchParams(server.seen[0]!.body).get("Body")).to.equal(body);
      expect(server.seen[0]!.body).to.include("1%2B1%3D2").and.to.include("%26").and.to.include("%F0%9F%91%8D");
    });

    it("repeats the key of every medium", async () => {
      await send({ ...payload, mediaUrl: ["https://a.test/1.png?x=1&y=2", "https://a.test/2.png"] });
      expect(new URLSearchParams(server.seen[0]!.body).getAll("MediaUrl")).to.deep.equal([
        "https://a.test/1.png?x=1&y=2",
        "https://a.test/2.png",
      ]);
    });

    it("carries the callback URL with the effect, and none when there is none", async () => {
      await send(payload, "https://shop.test/hooks/twilio/status?effect=eff_1");
      await send(payload, null);
      const [withCallback, without] = server.seen.map(({ body }) => new URLSearchParams(body).get("StatusCallback"));
      expect(withCallback).to.equal("https://shop.test/hooks/twilio/status?effect=eff_1");
      expect(without).to.equal(null);
    });

    it("carries every parameter of the payload", async () => {
      const others = {
        messagingServiceSid: `MG${"a".repeat(32)}`,
        sendAt: `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 19)}Z`,
        validityPeriod: 60,
        fallbackFrom: "+15005550007",
        sendAsMms: true,
        smartEncoded: false,
        shortenUrls: true,
        persistentAction: ["geo:1,2|Shop"],
        provideFeedback: true,
        attempt: 2,
        contentRetention: "discard",
        addressRetention: "obfuscate",
        riskCheck: "disable",
        messageIntent: "otp",
        applicationSid: `AP${"c".repeat(32)}`,
        maxPrice: 0.05,
        trafficType: "free",
        forceDelivery: true,
      };
      await send({ ...payload, ...others });
      const form = Object.fromEntries(new URLSearchParams(server.seen[0]!.body));
      expect(form).to.deep.equal({
        To: payload.to,
        From: payload.from,
        Body: payload.body,
        MessagingServiceSid: others.messagingServiceSid,
        SendAt: others.sendAt,
        ScheduleType: "fixed",
        ValidityPeriod: "60",
        FallbackFrom: "+15005550007",
        SendAsMms: "true",
        SmartEncoded: "false",
        ShortenUrls: "true",
        PersistentAction: "geo:1,2|Shop",
        ProvideFeedback: "true",
        Attempt: "2",
        ContentRetention: "discard",
        AddressRetention: "obfuscate",
        RiskCheck: "disable",
        MessageIntent: "otp",
        ApplicationSid: others.applicationSid,
        MaxPrice: "0.05",
        TrafficType: "free",
        ForceDelivery: "true",
      });
    });

    it("sends a stored request again byte for byte", async () => {
      const { request } = connection.prepare("send-message", payload);
      const stored: JsonObject = JSON.parse(JSON.stringify(request));
      const context = { effectId: "eff_1", callbackUrl: "https://shop.test/hook?effect=eff_1" };
      await connection.send("send-message", request, context);
      await connection.send("send-message", stored, context);
      expect(server.seen[1]!.body).to.equal(server.seen[0]!.body);
    });

    it("takes an apiUrl with a slash at its end", async () => {
      await send(payload, null, openAccount(http, { apiUrl: `${server.url}/` }));
      expect(server.seen[0]!.path).to.equal(`/2010-04-01/Accounts/${accountSid}/Messages.json`);
    });
  });

  describe("a message that was taken", () => {
    it("gives its SID, its status and what Twilio said, without the account", async () => {
      const result = await send();
      expect(result).to.deep.equal({
        summary: "SMS to +16175551212 queued",
        vendorId: sid,
        messageStatus: "queued",
        response: {
          sid,
          status: "queued",
          direction: "outbound-api",
          to: "+16175551212",
          from: "+15005550006",
          messaging_service_sid: null,
          num_segments: "1",
          num_media: "0",
          price: null,
          price_unit: "USD",
          error_code: null,
          error_message: null,
          date_created: "2023-08-24T05:01:45.000Z",
          date_sent: null,
          date_updated: "2023-08-24T05:01:45.000Z",
        },
      });
      expect(JSON.stringify(result)).to.not.include(accountSid);
    });

    it("says MMS and WhatsApp where it is one", async () => {
      server.script = answer(201, { ...created, sid: sid.replace("SM", "MM"), status: "accepted" });
      expect((await send()).summary).to.equal("MMS to +16175551212 accepted");
      server.script = answer(201, { ...created, to: "whatsapp:+16175551212" });
      expect((await send()).summary).to.equal("WhatsApp to +16175551212 queued");
    });

    it("has no status of ours when Twilio uses a word we do not know", async () => {
      server.script = answer(201, { ...created, status: "teleported" });
      expect(await send()).to.include({ messageStatus: null, vendorId: sid });
    });
  });

  describe("a message that was refused", () => {
    for (const [status, code, expected] of [
      [400, 21211, "ENDPOINT_REFUSED"],
      [400, 21614, "ENDPOINT_REFUSED"],
      [404, 20404, "ENDPOINT_REFUSED"],
      [400, 21610, "RECIPIENT_OPTED_OUT"],
      [400, 21606, "ENDPOINT_MISCONFIGURED"],
      [400, 21408, "ENDPOINT_MISCONFIGURED"],
      [401, 20003, "ENDPOINT_MISCONFIGURED"],
      [403, 20003, "ENDPOINT_MISCONFIGURED"],
      [400, 21611, "ENDPOINT_BUSY"],
      [429, 20429, "ENDPOINT_BUSY"],
      [429, 99999, "ENDPOINT_BUSY"],
      [400, 30410, "ENDPOINT_OUTCOME_UNKNOWN"],
      [500, 20500, "ENDPOINT_OUTCOME_UNKNOWN"],
      [503, 20503, "ENDPOINT_OUTCOME_UNKNOWN"],
      [503, 20429, "ENDPOINT_OUTCOME_UNKNOWN"],
      [408, 99999, "ENDPOINT_OUTCOME_UNKNOWN"],
    ] as const) {
      it(`is ${expected} for HTTP ${status} with ${code}`, async () => {
        const error = await refused(expected, twilioError(status, code));
        expect(error.details).to.include({ vendorCode: String(code), httpStatus: status });
      });
    }

    it("explains a code we know in our words, with its remedy and Twilio's answer", async () => {
      const error = await refused("RECIPIENT_OPTED_OUT", twilioError(400, 21610, { "twilio-request-id": "RQ123" }));
      expect(error.message).to.equal(
        "Twilio did not send the message: The recipient has answered STOP to this sender. (Twilio error 21610, HTTP 400)",
      );
      expect(error.remedy).to.include("START");
      expect(error.details).to.include({ requestId: "RQ123" });
      expect(error.details.response).to.include({ code: 21610, message: "Twilio says 21610" });
    });

    it("keeps Twilio's words for a code we do not know", async () => {
      const error = await refused("ENDPOINT_REFUSED", twilioError(400, 29999));
      expect(error.message).to.equal("Twilio refused the message: Twilio says 29999 (Twilio error 29999, HTTP 400)");
      expect(error.details).to.not.have.property("remedy");
    });

    it("reads problem documents of Twilio's newer APIs", async () => {
      const problem = { type: "about:blank", title: "Bad", status: 400, code: "29999", detail: "No such thing" };
      const error = await refused("ENDPOINT_REFUSED", answer(400, problem));
      expect(error.message).to.include("No such thing (Twilio error 29999, HTTP 400)");
    });

    it("is refused, too, when something before Twilio answers in HTML", async () => {
      const error = await refused("ENDPOINT_REFUSED", answer(403, "<html>Forbidden</html>"));
      expect(error.message).to.include("HTTP 403");
      expect(error.details).to.deep.equal({ httpStatus: 403, response: { text: "<html>Forbidden</html>" } });
    });

    it("is the connection's fault when the credentials are wrong, whatever the body", async () => {
      await refused("ENDPOINT_MISCONFIGURED", answer(401, ""));
    });

    it("is the connection's fault when the API address redirects", async () => {
      await refused("ENDPOINT_MISCONFIGURED", answer(301, "", { location: "https://elsewhere.test/" }));
    });

    for (const [name, header, expected] of [
      ["seconds", "7", 7_000],
      ["a date in the past", "Thu, 24 Aug 2023 05:01:45 GMT", 0],
    ] as const) {
      it(`carries Retry-After given as ${name}`, async () => {
        const error = await refused("ENDPOINT_BUSY", twilioError(429, 20429, { "retry-after": header }));
        expect(error.details.retryAfterMs).to.equal(expected);
        expect(error.retryable).to.equal(true);
      });
    }

    it("carries no wait when Retry-After is missing or nonsense", async () => {
      expect((await refused("ENDPOINT_BUSY", twilioError(429, 20429))).details).to.not.have.property("retryAfterMs");
      server.seen.length = 0;
      const error = await refused("ENDPOINT_BUSY", twilioError(429, 20429, { "retry-after": "soon" }));
      expect(error.details).to.not.have.property("retryAfterMs");
    });

    it("keeps at most 4 KB of the answer", async () => {
      const error = await refused("ENDPOINT_OUTCOME_UNKNOWN", answer(502, `<html>${"x".repeat(50_000)}</html>`));
      expect(JSON.stringify(error.details.response)).to.have.length.below(4_200);
    });

    it("hides credentials that the answer echoes", async () => {
      const error = await refused("ENDPOINT_REFUSED", (response, seen) => {
        const { authorization } = seen.headers;
        const message = `${authorization?.slice(6)} ${authToken} at ${seen.path}`;
        response.writeHead(400, { "twilio-request-id": authToken }).end(JSON.stringify({ code: 29999, message }));
      });
      expect(error.message).to.include("[hidden] [hidden] at /2010-04-01/Accounts/[hidden]/Messages.json");
    });
  });

  describe("a call whose outcome nobody knows", () => {
    for (const [name, script] of [
      ["a 201 that is not JSON", answer(201, "{garbage")],
      ["a 201 in HTML", answer(201, "<html>OK</html>")],
      ["an empty 201", answer(201, "")],
      ["a 201 that is a list", answer(201, [])],
      ["a 201 without a SID", answer(201, { ...created, sid: undefined })],
      ["a 201 with another kind of SID", answer(201, { ...created, sid: `CA${"0".repeat(32)}` })],
      ["a redirect that may follow a success", answer(303, "", { location: "https://elsewhere.test/" })],
      ["a 500 in HTML", answer(500, "<html>Oops</html>")],
    ] as const) {
      it(`is ${name}`, async () => {
        const error = await refused("ENDPOINT_OUTCOME_UNKNOWN", script);
        expect(error.retryable).to.equal(false);
      });
    }

    it("is a connection reset after the request was read", async () => {
      await refused("ENDPOINT_OUTCOME_UNKNOWN", (response) => response.socket?.resetAndDestroy());
    });

    it("is a connection closed after the request was read", async () => {
      await refused("ENDPOINT_OUTCOME_UNKNOWN", (response) => response.socket?.destroy());
    });

    it("is an answer that does not come in time", async () => {
      const impatient = openTestHttp(150);
      server.script = () => {};
      const error = await failed(
        send(payload, null, openAccount(impatient, { apiUrl: server.url })),
        "ENDPOINT_OUTCOME_UNKNOWN",
      );
      expectNoCredentials(error);
      await server.close();
      await impatient.close();
    });
  });

  describe("a call that certainly took no effect", () => {
    it("is one to a server that refuses the connection", async () => {
      await server.close();
      const error = await failed(send(), "ENDPOINT_UNREACHABLE");
      expectNoCredentials(error);
      expect(error.retryable).to.equal(true);
    });

    it("is one to a server with which no connection comes about in time", async () => {
      const silent: Server = createServer();
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as { port: number };
      const sockets: { destroy(): void }[] = [];
      silent.on("connection", (socket) => {
        socket.on("error", () => {});
        sockets.push(socket);
      });
      const impatient = openTestHttp(150);
      const account = openAccount(impatient, { apiUrl: `https://127.0.0.1:${port}` });
      expectNoCredentials(await failed(send(payload, null, account), "ENDPOINT_UNREACHABLE"));
      for (const socket of sockets) socket.destroy();
      silent.close();
      await impatient.close();
    });

    it("is one to an address that is not allowed", async () => {
      const account = openAccount(http, { apiUrl: "http://169.254.169.254" });
      expectNoCredentials(await failed(send(payload, null, account), "HOST_FORBIDDEN"));
    });
  });

  it("keeps calls apart that are under way together", async () => {
    server.script = (response, { body }) => {
      const to = new URLSearchParams(body).get("To");
      if (to === "+16175550007") return twilioError(400, 21610)(response, server.seen[0]!);
      answer(201, { ...created, to })(response, server.seen[0]!);
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => send({ ...payload, to: `+1617555${String(index).padStart(4, "0")}` })),
    );
    const summaries = outcomes.map((outcome, index) =>
      outcome.status === "fulfilled" ? outcome.value.summary : `${index} ${outcome.reason.code}`,
    );
    expect(summaries[6]).to.equal("SMS to +16175550006 queued");
    expect(summaries[7]).to.equal("7 RECIPIENT_OPTED_OUT");
    expect(new Set(summaries)).to.have.lengthOf(20);
  });
});
