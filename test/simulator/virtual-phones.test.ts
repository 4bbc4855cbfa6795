import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { isSigned, openBench, openCatcher } from "./bench.js";

const from = "+16175551212";

describe("the simulator's virtual phones", () => {
  it("write to the inbound URL as Twilio hands a text over, signed", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher((response) => response.writeHead(200).end("<Response/>"));
    const set = await bench.call("PUT", "/simulator/inbound-url", { json: { url: `${catcher.url}/in?a=1` } });
    expect([set.status, set.body]).to.deep.equal([200, { url: `${catcher.url}/in?a=1`, fallbackUrl: null }]);
    const { status, body } = await bench.call("POST", "/simulator/inbound", { json: { from, body: "Yes 👍" } });
    expect(status).to.equal(201);
    await bench.simulator.settled();
    const [request] = catcher.caught;
    expect(isSigned(request!, catcher.url, bench.simulator.authToken)).to.equal(true);
    expect(request?.headers["i-twilio-idempotency-token"]).to.be.a("string");
    expect(request?.fields).to.deep.include({
      MessageSid: body.sid,
      SmsStatus: "received",
      AccountSid: bench.simulator.accountSid,
      From: from,
      To: "+15005550006",
      Body: "Yes 👍",
      NumMedia: "0",
      NumSegments: "1",
    });
    const { texts } = (await bench.call("GET", "/simulator/inbound")).body;
    expect((texts as JsonObject[])[0]?.answers).to.deep.equal([
      { url: `${catcher.url}/in?a=1`, status: 200, body: "<Response/>" },
    ]);
  });

  it("write by WhatsApp, with media, an opt-out, a quotation and whatever else Twilio may say", async () => {
    await using catcher = await openCatcher();
    await using bench = await openBench({ inboundUrls: { url: catcher.url, fallbackUrl: null } });
    const media = [{ url: "https://x.example/1", contentType: "image/png" }];
    const more = { optOutType: "STOP", repliesTo: "SM1", parameters: { BrandNew: "x" } } as const;
    const { sid } = bench.simulator.write({ from: `whatsapp:${from}`, body: "Stop", media, ...more });
    await bench.simulator.settled();
    expect(sid).to.match(/^MM[0-9a-f]{32}$/);
    expect(catcher.caught[0]?.fields).to.include({
      To: "whatsapp:+15005550006",
      WaId: "16175551212",
      NumMedia: "1",
      MediaUrl0: "https://x.example/1",
      MediaContentType0: "image/png",
      OptOutType: "STOP",
      OriginalRepliedMessageSid: "SM1",
      BrandNew: "x",
    });
  });

  it("are handed over again and again under one SID when told so", async () => {
    await using catcher = await openCatcher();
    await using bench = await openBench({ inboundUrls: { url: catcher.url, fallbackUrl: null } });
    bench.simulator.write({ from, times: 3 });
    await bench.simulator.settled();
    expect(catcher.caught).to.have.lengthOf(3);
    expect(new Set(catcher.caught.map(({ fields }) => fields.MessageSid)).size).to.equal(1);
    expect(new Set(catcher.caught.map(({ headers }) => headers["i-twilio-idempotency-token"])).size).to.equal(3);
  });

  it("fall back to the other address when the first one fails, saying why", async () => {
    await using failing = await openCatcher((response) => response.writeHead(500).end());
    await using catcher = await openCatcher();
    await using bench = await openBench();
    bench.simulator.listenAt({ url: failing.url, fallbackUrl: catcher.url });
    bench.simulator.write({ from, body: "Hi" });
    await bench.simulator.settled();
    expect(catcher.caught[0]?.fields).to.include({ Body: "Hi", ErrorCode: "11200", ErrorUrl: failing.url });
    expect(isSigned(catcher.caught[0]!, `${catcher.url}`, bench.simulator.authToken)).to.equal(true);
    expect(bench.simulator.written()[0]?.answers.map(({ status }) => status)).to.deep.equal([500, 204]);
  });

  it("fall back when nobody is there", async () => {
    const gone = await openCatcher();
    await gone[Symbol.asyncDispose]();
    await using catcher = await openCatcher();
    await using bench = await openBench();
    bench.simulator.listenAt({ url: gone.url, fallbackUrl: catcher.url });
    bench.simulator.write({ from });
    await bench.simulator.settled();
    expect(catcher.caught[0]?.fields).to.include({ ErrorCode: "11205" });
  });

  it("say what is wrong with a text or an address", async () => {
    await using bench = await openBench();
    const wrong: readonly (readonly [string, JsonObject, string])[] = [
      ["inbound-url", {}, "url"],
      ["inbound-url", { url: "https://example.com/x" }, "http"],
      ["inbound", { body: "x" }, "from"],
      ["inbound", { from, more: 1 }, "more"],
      ["inbound", { from, body: 1 }, "body"],
      ["inbound", { from, media: "x" }, "media"],
      ["inbound", { from, media: [{}] }, "media"],
      ["inbound", { from, optOutType: "stop" }, "optOutType"],
      ["inbound", { from, times: 11 }, "times"],
      ["inbound", { from, parameters: { a: 1 } }, "parameters/a"],
      ["inbound", { from }, "inbound-url"],
    ];
    for (const [path, json, word] of wrong) {
      const { status, body } = await bench.call(path === "inbound" ? "POST" : "PUT", `/simulator/${path}`, { json });
      expect([status, body.code], JSON.stringify(json)).to.deep.equal([400, "REQUEST_INVALID"]);
      expect(body.detail).to.contain(word);
    }
    expect(bench.simulator.written()).to.deep.equal([]);
  });
});
