import { expect } from "chai";
import { failureOf, openBench, openCatcher } from "./bench.js";

const RFC_2822 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/;
const messagingService = "MG0123456789abcdef0123456789abcdef";

describe("a message", () => {
  it("is answered with every field in Twilio's formats", async () => {
    const now = (): Date => new Date("2023-08-24T05:01:45.678Z");
    await using bench = await openBench({ now });
    const { body } = await bench.create();
    const { accountSid } = bench.simulator;
    const path = `/2010-04-01/Accounts/${accountSid}/Messages/${String(body.sid)}`;
    expect(body.sid).to.match(/^SM[0-9a-f]{32}$/);
    expect(body).to.deep.equal({
      account_sid: accountSid,
      api_version: "2010-04-01",
      body: "Hey Maria!",
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
      sid: body.sid,
      status: "queued",
      subresource_uris: { media: `${path}/Media.json`, feedback: `${path}/Feedback.json` },
      to: "+16175551212",
      uri: `${path}.json`,
    });
  });

  it("is dated and priced once it was sent", async () => {
    await using bench = await openBench();
    const { body } = await bench.create({ Body: "a".repeat(161) });
    await bench.simulator.settled();
    const shown = (await bench.call("GET", String(body.uri))).body;
    expect(shown).to.include({ status: "delivered", price: "-0.01580", num_segments: "2" });
    expect(shown.date_sent).to.match(RFC_2822);
  });

  it("is created, fetched, redacted and deleted by the official SDK", async () => {
    await using bench = await openBench();
    const client = bench.sdk();
    const created = await client.messages.create({
      to: "+16175551212",
      from: "+15005550006",
      body: "Hi",
      mediaUrl: [],
    });
    expect(created).to.include({ status: "queued", numSegments: "1", accountSid: bench.simulator.accountSid });
    expect(created.dateCreated.getTime()).to.be.closeTo(Date.now(), 60_000);
    await bench.simulator.settled();
    expect((await client.messages(created.sid).fetch()).status).to.equal("delivered");
    expect((await client.messages(created.sid).update({ body: "" })).body).to.equal("");
    expect(await client.messages(created.sid).remove()).to.equal(true);
    const refused = await failureOf(client.messages(created.sid).fetch());
    expect(refused).to.include({ status: 404, code: 20404 });
    expect(bench.simulator.messages()[0]).to.include({ sid: created.sid, deleted: true });
    expect(bench.simulator.created).to.equal(1);
  });

  it("gives the official SDK Twilio's code and message for a refusal", async () => {
    await using bench = await openBench();
    const sent = bench.sdk().messages.create({ to: "+15005550004", from: "+15005550006", body: "Hi" });
    const refused = await failureOf(sent);
    expect(refused).to.include({ status: 400, code: 21610, moreInfo: "https://www.twilio.com/docs/errors/21610" });
  });

  it("repeats its media parameters as the official SDK sends them", async () => {
    await using bench = await openBench();
    const mediaUrl = ["https://shop.example/1.png", "https://shop.example/2.png"];
    await bench.sdk().messages.create({ to: "+16175551212", from: "+15005550006", mediaUrl });
    expect(bench.simulator.messages()[0]?.media).to.deep.equal(mediaUrl);
  });

  it("can be canceled while it is scheduled, which is reported", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    const client = bench.sdk();
    const sendAt = new Date(Date.now() + 3_600_000);
    const created = await client.messages.create({
      ...{ to: "+16175551212", body: "Hi", statusCallback: catcher.url },
      ...{ messagingServiceSid: messagingService, scheduleType: "fixed", sendAt },
    });
    expect(created.status).to.equal("scheduled");
    await bench.simulator.settled();
    expect((await client.messages(created.sid).update({ status: "canceled" })).status).to.equal("canceled");
    await bench.simulator.settled();
    expect(catcher.statuses()).to.deep.equal(["canceled"]);
    const again = await failureOf(client.messages(created.sid).update({ status: "canceled" }));
    expect(again).to.include({ status: 400, code: 30409 });
  });

  it("cannot be canceled when it was never scheduled", async () => {
    await using bench = await openBench();
    const { body } = await bench.create();
    const reply = await bench.call("POST", String(body.uri), { form: { Status: "canceled" } });
    expect(reply.body).to.include({ status: 400, code: 30409 });
  });

  it("cannot be given another body or status", async () => {
    await using bench = await openBench();
    const { body } = await bench.create();
    for (const form of [{ Body: "Another" }, { Status: "sent" }, {}]) {
      expect((await bench.call("POST", String(body.uri), { form })).body.code).to.equal(20001);
    }
    expect(bench.simulator.messages()[0]?.body).to.equal("Hey Maria!");
  });

  it("is shown only to its own account", async () => {
    const accounts = ["1", "2"].map((digit) => ({ accountSid: `AC${digit.repeat(32)}`, authToken: `token ${digit}` }));
    await using bench = await openBench({ accounts });
    const { body } = await bench.create();
    const authorization = `Basic ${Buffer.from(`AC${"2".repeat(32)}:token 2`).toString("base64")}`;
    const other = { headers: { authorization } };
    const path = String(body.uri).replace(/AC1+/, `AC${"2".repeat(32)}`);
    expect((await bench.call("GET", path, other)).body.code).to.equal(20404);
    const list = await bench.call("GET", `/2010-04-01/Accounts/AC${"2".repeat(32)}/Messages.json`, other);
    expect(list.body.messages).to.deep.equal([]);
  });
});
