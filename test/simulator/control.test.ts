import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { parseFault } from "../../src/simulator/fault-request.js";
import { openBench, openCatcher } from "./bench.js";

describe("the simulator's control", () => {
  it("takes a fault from another process", async () => {
    await using bench = await openBench();
    const fault = { kind: "status", status: 503, times: 1, match: { to: "+16175551212" } };
    const added = await bench.call("POST", "/simulator/faults", { json: fault });
    expect(added.status).to.equal(201);
    expect(added.body).to.deep.equal(fault);
    expect((await bench.create()).status).to.equal(503);
  });

  it("takes faults back", async () => {
    await using bench = await openBench();
    await bench.call("POST", "/simulator/faults", { json: { kind: "reset", times: 9 } });
    expect((await bench.call("DELETE", "/simulator/faults")).status).to.equal(204);
    expect((await bench.create()).status).to.equal(201);
  });

  it("shows the ledger with deleted messages", async () => {
    await using bench = await openBench();
    const { body } = await bench.create();
    await bench.simulator.settled();
    await bench.call("DELETE", String(body.uri));
    const ledger = (await bench.call("GET", "/simulator/messages")).body;
    expect(ledger.created).to.equal(1);
    const [message] = ledger.messages as JsonObject[];
    expect(message).to.include({ sid: body.sid, to: "+16175551212", status: "delivered", deleted: true });
    expect(message?.sentAt).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it("refuses a fault that is no JSON, or is not sent as JSON", async () => {
    await using bench = await openBench();
    const form = await bench.call("POST", "/simulator/faults", { form: { kind: "reset" } });
    expect([form.status, form.body.code]).to.deep.equal([415, "CONTENT_TYPE_UNSUPPORTED"]);
    const headers = { "content-type": "application/json" };
    const broken = await bench.call("POST", "/simulator/faults", { form: { kind: "reset" }, headers });
    expect([broken.status, broken.body.code]).to.deep.equal([400, "BODY_NOT_JSON"]);
    expect((await bench.create()).status).to.equal(201);
  });

  it("says which addresses it has", async () => {
    await using bench = await openBench();
    const reply = await bench.call("GET", "/simulator/other");
    expect([reply.status, reply.body.code]).to.deep.equal([404, "ROUTE_UNKNOWN"]);
    expect(reply.body.detail).to.contain("GET /simulator/messages");
    expect((await bench.call("GET", "/simulator/toString")).status).to.equal(404);
  });

  it("gives the ledger page by page, with what a comparison needs", async () => {
    await using bench = await openBench();
    await using catcher = await openCatcher();
    const callback = `${catcher.url}/hooks/twilio?effect=eff_1`;
    const created = await bench.create({ StatusCallback: callback });
    await bench.create({ Body: "2", From: null, MessagingServiceSid: `MG${"a".repeat(32)}` });
    await bench.create({ Body: "3" });
    await bench.simulator.settled();
    const first = (await bench.call("GET", "/simulator/ledger?limit=2")).body;
    const [message, second] = first.items as JsonObject[];
    expect(message).to.deep.equal({
      sid: created.body.sid,
      to: "+16175551212",
      from: "+15005550006",
      body: "Hey Maria!",
      createdAt: bench.simulator.messages()[0]?.createdAt.toISOString(),
      status: "delivered",
      effect: "eff_1",
    });
    expect(second).to.include({ body: "2", effect: null });
    expect(first.next).to.equal("2");
    const rest = (await bench.call("GET", `/simulator/ledger?limit=2&cursor=${first.next}`)).body;
    expect((rest.items as JsonObject[]).map(({ body }) => body)).to.deep.equal(["3"]);
    expect(rest.next).to.equal(null);
  });

  it("gives a ledger of 10,000 messages in as few pages as are wanted", async () => {
    await using bench = await openBench({ deliveryDelaysMs: { sent: 600_000 } });
    const total = 10_000;
    for (let start = 0; start < total; start += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => bench.create({ Body: `order ${start + index}` })));
    }
    const bodies = new Set<unknown>();
    let path: string | null = "/simulator/ledger?limit=4000";
    let pages = 0;
    while (path !== null && pages < 10) {
      const { items, next }: JsonObject = (await bench.call("GET", path)).body;
      for (const { body } of items as JsonObject[]) bodies.add(body);
      path = next === null ? null : `/simulator/ledger?limit=4000&cursor=${next}`;
      pages += 1;
    }
    expect([bodies.size, pages]).to.deep.equal([total, 3]);
    expect((await bench.call("GET", "/simulator/counts")).body).to.deep.equal({
      created: total,
      asked: { creates: total, lists: 0 },
      statuses: { queued: total },
      underway: total,
      struck: {},
    });
  });

  for (const [query, problem] of [
    ["limit=0", "limit must be a whole number from 1 to 10000"],
    ["limit=10001", "limit must be"],
    ["limit=many", "limit must be"],
    ["cursor=-1", "cursor must be the next of the page before"],
  ]) {
    it(`says what is wrong with a page of the ledger by ${query}`, async () => {
      await using bench = await openBench();
      const reply = await bench.call("GET", `/simulator/ledger?${query}`);
      expect([reply.status, reply.body.code]).to.deep.equal([400, "REQUEST_INVALID"]);
      expect(reply.body.detail).to.contain(problem);
    });
  }

  it("makes the list fail until it is told otherwise, and nothing else", async () => {
    await using bench = await openBench();
    const { body } = await bench.create();
    const list = `${bench.accountPath}/Messages.json`;
    const set = await bench.call("PUT", "/simulator/list", { json: { failing: true } });
    expect([set.status, set.body]).to.deep.equal([200, { failing: true, visibleAfterMs: 0 }]);
    const failing = await bench.call("GET", list);
    expect([failing.status, failing.body.code]).to.deep.equal([500, 20500]);
    expect((await bench.call("GET", String(body.uri))).status).to.equal(200);
    expect((await bench.create()).status).to.equal(201);
    await bench.call("PUT", "/simulator/list", { json: { failing: false } });
    expect((await bench.call("GET", list)).body.messages).to.have.lengthOf(2);
    expect(bench.simulator.counts().asked).to.deep.equal({ creates: 2, lists: 2 });
  });

  it("shows a message in the list only some time after it was created", async () => {
    let now = Date.parse("2030-01-02T10:00:00Z");
    await using bench = await openBench({ now: () => new Date(now) });
    const { body } = await bench.create();
    await bench.call("PUT", "/simulator/list", { json: { visibleAfterMs: 2_000 } });
    const shown = async (): Promise<unknown> =>
      (await bench.call("GET", `${bench.accountPath}/Messages.json`)).body.messages;
    expect(await shown()).to.have.lengthOf(0);
    expect((await bench.call("GET", String(body.uri))).status).to.equal(200);
    now += 1_999;
    expect(await shown()).to.have.lengthOf(0);
    now += 1;
    expect(await shown()).to.have.lengthOf(1);
  });

  for (const [settings, problem] of [
    [7, "must be a JSON object"],
    [{ failing: "yes" }, "failing must be true or false"],
    [{ visibleAfterMs: -1 }, "visibleAfterMs must be a whole number from 0 to 600000"],
    [{ hidden: true }, "has no member hidden; it has failing, visibleAfterMs"],
  ] as const) {
    it(`says what is wrong with a list that shall be ${JSON.stringify(settings)}`, async () => {
      await using bench = await openBench();
      const reply = await bench.call("PUT", "/simulator/list", { json: settings });
      expect([reply.status, reply.body.code]).to.deep.equal([400, "REQUEST_INVALID"]);
      expect(reply.body.detail).to.contain(problem);
    });
  }

  for (const [fault, problem] of [
    ["reset", "JSON object"],
    [{ kind: "explode" }, "kind must be one of status, timeout-before"],
    [{ kind: "toString" }, "kind must be one of"],
    [{ kind: "status" }, "status must be a whole number from 400 to 599"],
    [{ kind: "status", status: 200 }, "status must be"],
    [{ kind: "status", status: 429, retryAfterSeconds: "7" }, "retryAfterSeconds must be"],
    [{ kind: "slow" }, "delayMs must be"],
    [{ kind: "garbage", form: "xml" }, "form must be text or html"],
    [{ kind: "reset", times: 0 }, "times must be"],
    [{ kind: "reset", match: { from: "x" } }, "match must be"],
    [{ kind: "reset", delayMs: 5 }, "reset has no member delayMs; it has kind, match, times"],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(fault)}`, () => {
      expect(() => parseFault(fault))
        .to.throw(problem)
        .with.property("code", "REQUEST_INVALID");
    });
  }
});
