import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { pino } from "pino";
import { Agent, request } from "undici";
import { requireContact } from "../../src/api/consent-fields.js";
import type { ConsentImportView, ConsentView, ContactConsentView } from "../../src/api/contract/consent.js";
import { createApi } from "../../src/api/create-api.js";
import { type Listening, listen } from "../../src/api/listen.js";
import { createDelayCounter } from "../../src/api/loop-delay.js";
import { watchCommits } from "../../src/api/watch-commits.js";
import { createNewId } from "../../src/core/id.js";
import type { JsonObject } from "../../src/core/json.js";
import { nationalOf, toE164 } from "../../src/phone/phone.js";
import { flow, inboundOf, openTestEngine, type TestEngine } from "../engine/parts.js";
import { openTestAccess } from "./open-test-access.js";
import { consoleFolder, noTrail, noWorkshop } from "./open-test-api.js";
import { openParts } from "./parts.js";

const customer = "+15005550010";
const base = "/api/v1/consent";
const readNumber = (written: string): string => toE164(written, null);

interface Given {
  readonly body?: string | object;
  readonly type?: string;
}

describe("The API of consent", () => {
  let test: TestEngine;
  let server: Listening;
  const agent = new Agent();
  beforeEach(async () => {
    test = await openTestEngine([flow("a/send")]);
    const { installer } = await openParts();
    const handler = createApi({
      ...{ trail: noTrail, loopDelay: createDelayCounter(), pseudonym: String, addressOf: () => "127.0.0.1" },
      ...{
        engine: test.engine,
        store: test.store,
        installer,
        workshop: noWorkshop,
        schemasFolder: "schemas",
        log: pino({ level: "silent" }),
        version: "0.0.0-test",
      },
      ...{
        publicUrl: null,
        access: openTestAccess(test.store),
        bodyLimitBytes: 20_000,
        role: "all",
        readNumber,
        nationalOf,
        commits: watchCommits(test.store).watch,
        consoleFolder,
      },
      newId: createNewId(Date.now, randomBytes),
    });
    server = await listen(handler, { host: "127.0.0.1", port: 0, stopWithinMs: 2_000 });
  });
  afterEach(async () => {
    await server.stop();
    await test.close();
  });
  after(() => agent.close());

  async function call(method: "GET" | "POST", path: string, given: Given = {}) {
    const { body, type = "application/json" } = given;
    const answer = await request(`${server.url}${path}`, {
      ...{ method, dispatcher: agent, headers: body === undefined ? {} : { "content-type": type } },
      body: body === undefined || typeof body === "string" ? (body ?? null) : JSON.stringify(body),
    });
    const text = await answer.body.text();
    const isJson = /^application\/(problem\+)?json/.test(String(answer.headers["content-type"]));
    return { status: answer.statusCode, text, json: (isJson ? JSON.parse(text) : {}) as JsonObject };
  }
  const post = (body: object) => call("POST", base, { body });
  const take = (body: string | object, type?: string) =>
    call("POST", `${base}/import`, { body, ...(type === undefined ? {} : { type }) });
  async function states(query = ""): Promise<string[]> {
    const { json } = await call("GET", `${base}${query}`);
    return (json.items as unknown as ConsentView[]).map(
      ({ contact, channel, scope, state }) => `${contact} ${channel} ${scope} ${state}`,
    );
  }
  const stop = () => test.engine.receive(inboundOf("SMstop", "Stop", { optOut: "stop" }), "test/post");

  it("shows what is on record and its history, by contact", async () => {
    await stop();
    test.clock.now += 1_000;
    const { status, json } = await post({
      contact: "+1 (500) 555-0010",
      state: "opted-out",
      channel: "sms",
      by: "Ann",
    });
    expect(status).to.equal(201);
    expect((json.entries as JsonObject[])[0]).to.include({ contact: customer, how: "operator", scope: "everything" });
    const shown = (await call("GET", `${base}/${encodeURIComponent(customer)}`)).json as unknown as ContactConsentView;
    expect(shown.consents.map(({ scope, state, entry }) => [scope, state, entry.how])).to.deep.equal([
      ["everything", "opted-out", "operator"],
      ["sender:+15005550006", "opted-out", "keyword"],
    ]);
    expect(shown.entries.map(({ word, by }) => word ?? by)).to.deep.equal(["Ann", "Stop"]);
    expect((await call("GET", `${base}/+15005550099`)).json).to.deep.include({ consents: [], entries: [], next: null });
  });

  it("keeps what is said of an e-mail address for e-mails only, in lower case", async () => {
    const { json } = await post({ contact: " 1Jane@Example.com", state: "opted-out", by: "Ann" });
    expect((json.entries as JsonObject[]).map(({ contact, channel }) => `${contact} ${channel}`)).to.deep.equal([
      "1jane@example.com email",
    ]);
    await take([{ contact: "mailto:Joe@Example.com" }]);
    expect(await states("?channel=email")).to.have.members([
      "1jane@example.com email everything opted-out",
      "joe@example.com email everything opted-out",
    ]);
    const number = await post({ contact: "+15005550077", state: "opted-out", by: "Ann" });
    expect((number.json.entries as JsonObject[]).map(({ channel }) => channel)).to.deep.equal(["sms", "whatsapp"]);
  });

  it("lists by contact, state, scope, channel and way, page by page", async () => {
    await take([
      { contact: "+15005550011", channel: "sms", at: "2020-01-01T00:00:00Z" },
      { contact: "+15005550012", channel: "sms", state: "opted-in", at: "2020-01-02T00:00:00Z" },
      { contact: "+15005550013", channel: "whatsapp", scope: "sender:+15005550006", at: "2020-01-03" },
    ]);
    expect(await states()).to.deep.equal([
      "+15005550013 whatsapp sender:+15005550006 opted-out",
      "+15005550012 sms everything opted-in",
      "+15005550011 sms everything opted-out",
    ]);
    expect(await states("?state=opted-in")).to.have.lengthOf(1);
    expect(await states("?contact=+15005550011&how=import")).to.have.lengthOf(1);
    expect(await states("?scope=sender:+15005550006")).to.have.lengthOf(1);
    expect(await states("?channel=whatsapp&how=keyword")).to.deep.equal([]);
    const { json } = await call("GET", `${base}?limit=2`);
    expect(await states(`?limit=2&cursor=${json.next}`)).to.deep.equal(["+15005550011 sms everything opted-out"]);
  });

  it("refuses an opt-in without a reason, and one against a STOP without force", async () => {
    await stop();
    test.clock.now += 1_000;
    const optIn = { contact: customer, state: "opted-in" };
    expect((await post(optIn)).json).to.include({ status: 400, code: "REQUEST_INVALID" });
    const refused = await post({ ...optIn, reason: "at the till" });
    expect(refused.json).to.include({ status: 409, code: "CONSENT_WITHHELD" });
    expect(refused.json.remedy).to.contain("START");
    expect((await post({ ...optIn, reason: "signed a form", force: true })).status).to.equal(201);
    expect(await states("?state=opted-in")).to.have.lengthOf(3);
  });

  it("takes a number as people write it for the one that messages go to", () => {
    const written = ["+44 (0)20 7946 0018", "+44 20 7946 0018", "whatsapp:+442079460018", "+44(0)20-7946.0018"];
    for (const one of written) expect(requireContact(one, readNumber), one).to.equal("+442079460018");
  });

  it("refuses a contact that nobody can have, and says how one is written", async () => {
    for (const contact of ["+1617555", "+16175551212000", "0500 555", "ann", "whatsapp:+1617555"]) {
      const { json } = await post({ contact, state: "opted-out" });
      expect(json, contact).to.include({ status: 422, code: "PHONE_INVALID" });
      expect(json.problems).to.have.nested.property("0.path", "/contact");
      expect(json.remedy).to.include("+15005550010");
    }
    expect(requireContact("ann@example.com", readNumber)).to.equal("ann@example.com");
  });

  it("refuses what is no scope, no number and no state, saying what would be", async () => {
    const refused = async (body: object) =>
      (await post({ contact: customer, state: "opted-out", ...body })).json.detail;
    expect(await refused({ scope: "all" })).to.contain("it is everything, connection:");
    expect(await refused({ contact: "0500 555" })).to.contain("+ and country code");
    expect(await refused({ state: "gone" })).to.contain("opted-out, opted-in");
    expect(await refused({ color: "red" })).to.contain("/color");
  });

  describe("importing", () => {
    const csv =
      'contact,state,scope,reason,at\n+15005550011,opted-out,everything,"said ""no""",2020-01-01\n+15005550012,,,,\n';

    it("takes CSV, and the same list again changes nothing", async () => {
      const first = await take(csv, "text/csv; charset=utf-8");
      expect([first.status, first.json]).to.deep.equal([
        200,
        { items: [], recorded: 2, unchanged: 0, withheld: 0, failed: 0 },
      ]);
      expect((await take(csv, "text/csv")).json).to.include({ recorded: 0, unchanged: 2 });
      expect(await states("?channel=sms")).to.have.lengthOf(2);
      const { json } = await call("GET", `${base}/+15005550011`);
      expect((json.entries as JsonObject[])[0]).to.include({ reason: 'said "no"', how: "import" });
    });

    it("takes each row by itself: NDJSON with bad lines keeps the good ones", async () => {
      const lines = [
        { contact: customer, channel: "sms" },
        "not JSON",
        { contact: "12" },
        { contact: "+15005550011", at: "yesterday" },
        { contact: "+15005550011", state: "opted-in", force: true },
        7,
      ].map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
      const { status, json } = await take(`${lines.join("\n")}\n`, "application/x-ndjson");
      const { items, ...counts } = json as unknown as ConsentImportView;
      expect([status, counts]).to.deep.equal([207, { recorded: 1, unchanged: 0, withheld: 0, failed: 5 }]);
      expect(items.map(({ index, error }) => `${index} ${error?.code}`)).to.deep.equal([
        "1 BODY_NOT_JSON",
        "2 PHONE_INVALID",
        ...["3", "4", "5"].map((index) => `${index} REQUEST_INVALID`),
      ]);
      expect(items[1]?.error?.detail).to.include('/contact is "12"').and.include("+15005550010");
    });

    it("says which rows a person's STOP withholds", async () => {
      await stop();
      test.clock.now += 1_000;
      const { json } = await take([{ contact: customer, channel: "sms", state: "opted-in", reason: "newsletter" }]);
      expect(json).to.include({ withheld: 1, failed: 0 });
      expect(json.items).to.deep.equal([{ index: 0, verdict: "withheld" }]);
    });

    it("refuses what is no list", async () => {
      expect((await take({ contact: customer })).json.detail).to.contain("array");
      expect((await take("phone\n+1", "text/csv")).json.detail).to.contain('"phone" is none of contact');
      expect((await take("[]")).json.code).to.equal("BODY_EMPTY");
      expect((await take("", "application/x-ndjson")).json.code).to.equal("BODY_EMPTY");
      expect((await take("x", "text/plain")).status).to.equal(415);
      expect((await take([{ contact: "12" }])).status).to.equal(422);
    });
  });

  describe("exporting", () => {
    for (const [format, type] of [
      ["ndjson", "application/x-ndjson"],
      ["csv", "text/csv"],
    ] as const) {
      it(`gives the whole ledger as ${format}, which means the same elsewhere`, async () => {
        await stop();
        test.clock.now += 1_000;
        await post({ contact: customer, state: "opted-in", reason: 'signed, "really"', force: true });
        await post({ contact: "+15005550011", state: "opted-out", reason: "=1+1" });
        const before = await states();
        const { text } = await call("GET", `${base}/export?format=${format}`);
        expect((await take(text, type)).json).to.include({ recorded: 0, unchanged: 6, failed: 0 });
        await server.stop();
        await test.close();
        test = await openTestEngine([flow("a/send")]);
        test.clock.now += 10_000;
        const { installer } = await openParts();
        const handler = createApi({
          ...{ trail: noTrail, loopDelay: createDelayCounter(), pseudonym: String, addressOf: () => "127.0.0.1" },
          ...{
            engine: test.engine,
            store: test.store,
            installer,
            workshop: noWorkshop,
            schemasFolder: "schemas",
            log: pino({ level: "silent" }),
            version: "0",
          },
          ...{
            publicUrl: null,
            access: openTestAccess(test.store),
            bodyLimitBytes: 20_000,
            role: "all",
            readNumber,
            nationalOf,
            commits: watchCommits(test.store).watch,
            consoleFolder,
          },
          newId: createNewId(Date.now, randomBytes),
        });
        server = await listen(handler, { host: "127.0.0.1", port: 0, stopWithinMs: 2_000 });
        expect((await take(text, type)).json).to.include({ recorded: 6, unchanged: 0, failed: 0 });
        expect(await states()).to.deep.equal(before);
        const again = await call("GET", `${base}/export`);
        const reasons = again.text
          .trim()
          .split("\n")
          .map((line) => (JSON.parse(line) as JsonObject).reason);
        expect(reasons).to.include.members(['signed, "really"', "=1+1", null]);
      });
    }
  });

  it("is part of a phone number's timeline", async () => {
    await stop();
    await test.push({ id: "1", phone: customer });
    await test.engine.idle();
    await post({ contact: "+15005550099", state: "opted-out" });
    const titles = async (phone: string) => {
      const { json } = await call("GET", `/api/v1/timeline?phone=${encodeURIComponent(phone)}`);
      return (json.entries as JsonObject[]).map(({ kind, title }) => `${kind}: ${title}`);
    };
    const told = await titles(customer);
    expect(told).to.include(`consent: ${customer} opted out of sms from +15005550006: texted Stop`);
    expect(told).to.include(`event: Flows were told that ${customer} has opted out`);
    expect(told.filter((title) => title.includes("a/send ended early"))).to.have.lengthOf(1);
    expect(await titles("+15005550099")).to.include(
      "consent: +15005550099 opted out of sms from anybody here: recorded by an operator",
    );
  });
});
