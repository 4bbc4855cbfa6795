import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { until } from "./until.js";

const orders = "/api/v1/records/ecommerce/Order";
const order = (id: string) => ({ id, status: "new", shipping_address: { phone: "+15005550010" } });
const lines = (...texts: string[]) => ({ headers: { "content-type": "application/x-ndjson" }, body: texts.join("\n") });
const orderLine = (id: string) => JSON.stringify(order(id));

describe("POST /records", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  describe("with one object", () => {
    it("answers 201 with what became of a new record", async () => {
      const answer = await api.call("POST", orders, { body: order("A1") });
      expect(answer.status).to.equal(201);
      expect(answer.json).to.deep.include({ verdict: "created", dataType: "ecommerce/Order", key: "A1", version: 1 });
      expect(answer.json).to.have.nested.property("decisions[0].reason", "the flow is switched off");
    });

    it("answers 200 when the record was there, changed or not", async () => {
      await api.call("POST", orders, { body: order("A1") });
      const same = await api.call("POST", orders, { body: order("A1") });
      const changed = await api.call("POST", orders, { body: { ...order("A1"), status: "paid" } });
      expect([same.status, changed.status]).to.deep.equal([200, 200]);
      expect(same.json).to.include({ verdict: "unchanged", eventId: null });
      expect(changed.json).to.include({ verdict: "updated", version: 2 });
    });

    it("answers 422 and lists every problem of a record that does not fit", async () => {
      const answer = await api.call("POST", orders, { body: { total: 3 } });
      expect(answer.status).to.equal(422);
      expect(answer.json).to.include({ code: "RECORD_INVALID", type: "/docs/errors#RECORD_INVALID" });
      expect(answer.json).to.have.deep.nested.property("problems[1]", { path: "/status", message: "is required" });
    });

    it("answers 404 for a data type that is not installed, naming those that are", async () => {
      const answer = await api.call("POST", "/api/v1/records/ecommerce/Oder", { body: order("A1") });
      expect(answer.status).to.equal(404);
      expect(answer.json).to.include({ code: "DATA_TYPE_UNKNOWN" });
      expect(answer.text).to.contain("ecommerce/Order");
    });

    it("takes Content-Type with a charset of UTF-8", async () => {
      const headers = { "content-type": "Application/JSON; charset=UTF-8" };
      expect((await api.call("POST", orders, { headers, body: orderLine("A1") })).status).to.equal(201);
    });

    it("answers the same however the address is spelled", async () => {
      const spelled = await api.call("POST", "/api/v1/records/ecommerce/%4Frder", { body: order("A1") });
      expect(spelled.status).to.equal(201);
      const answer = await api.call("POST", `${orders}?dry=1`, { body: order("A1") });
      expect(answer.json).to.include({ code: "REQUEST_INVALID" });
    });

    it("asks the caller to come back while the store is away", async () => {
      api.parts.setStoreAvailable(false);
      const answer = await api.call("POST", orders, { body: order("A1") });
      expect(answer.status).to.equal(503);
      expect(answer.json).to.include({ code: "STORE_UNAVAILABLE" });
      expect(answer.headers).to.have.property("retry-after", "5");
    });

    it("passes on how long the engine wants the caller to wait", async () => {
      api.parts.failNext(new PatchbayError("SERVER_OVERLOADED", "Too much", { retryAfterMs: 2_100 }));
      const answer = await api.call("POST", orders, { body: order("A1") });
      expect(answer.status).to.equal(503);
      expect(answer.headers).to.have.property("retry-after", "3");
    });

    it("tells nothing of an unexpected error but where to look", async () => {
      api.parts.failNext(new Error("/etc/secret exploded"));
      const answer = await api.call("POST", orders, { body: order("A1") });
      expect(answer.status).to.equal(500);
      expect(answer.text).not.to.contain("exploded");
      expect(api.logged.join("")).to.contain("exploded");
      expect(answer.json).to.have.property("instance", answer.headers["x-request-id"]);
    });
  });

  describe("with an array", () => {
    it("answers 201 when every record is new", async () => {
      const answer = await api.call("POST", orders, { body: [order("A1"), order("A2")] });
      expect(answer.status).to.equal(201);
      expect(answer.json).to.include({ created: 2, failed: 0, omitted: 0 });
      expect(answer.json).to.have.nested.property("items[1].key", "A2");
    });

    it("answers 200 when some were there, and for no records", async () => {
      await api.call("POST", orders, { body: order("A1") });
      expect((await api.call("POST", orders, { body: [order("A1"), order("A2")] })).status).to.equal(200);
      expect((await api.call("POST", orders, { body: [] })).status).to.equal(200);
    });

    it("answers 207 when some fail, each with its own reason", async () => {
      const answer = await api.call("POST", orders, { body: [order("A1"), 7, { id: "A2" }] });
      expect(answer.status).to.equal(207);
      expect(answer.json).to.include({ created: 1, failed: 2 });
      expect(answer.json).to.have.nested.property(
        "items[1].error.detail",
        "A record is a JSON object; this is a number",
      );
      expect(answer.json).to.have.nested.property("items[2].error.problems[0].path", "/status");
      expect(answer.json).to.have.nested.property("items[2].status", 422);
    });

    it("answers 422 when all fail", async () => {
      const answer = await api.call("POST", orders, { body: [{}, {}] });
      expect(answer.status).to.equal(422);
      expect(answer.json).to.include({ created: 0, failed: 2 });
    });

    it("answers 503 when all fail for want of a store, so that the caller sends them again", async () => {
      api.parts.setStoreAvailable(false);
      const answer = await api.call("POST", orders, { body: [order("A1")] });
      expect(answer.status).to.equal(503);
      expect(answer.headers).to.have.property("retry-after");
      expect(answer.json).to.include({ failed: 1 });
    });
  });

  describe("with NDJSON", () => {
    it("takes every line and skips blank ones; index is the line number", async () => {
      const answer = await api.call("POST", orders, lines(orderLine("A1"), "", "  \r", `${orderLine("A2")}\r`, ""));
      expect(answer.status).to.equal(201);
      expect(answer.json).to.include({ created: 2 });
      expect(answer.json).to.have.nested.property("items[1].index", 3);
    });

    it("goes on after a line that is not JSON or too long", async () => {
      const long = JSON.stringify({ id: "x".repeat(30_000) });
      const answer = await api.call("POST", orders, lines("{", long, orderLine("A3")));
      expect(answer.status).to.equal(207);
      expect(answer.json).to.have.nested.property("items[0].error.code", "BODY_NOT_JSON");
      expect(answer.json).to.have.nested.property("items[1].error.code", "BODY_TOO_LARGE");
      expect(answer.json).to.have.nested.property("items[2].key", "A3");
    });

    it("takes pushes of one record in the order of the lines", async () => {
      const versions = ["new", "paid", "shipped"].map((status) => JSON.stringify({ id: "A1", status }));
      await api.call("POST", orders, lines(...versions));
      const now = await api.call("GET", `${orders}/A1`);
      expect(now.json).to.have.nested.property("document.status", "shipped");
    });

    it("takes 100,000 lines in one request and lists the failures only", async () => {
      async function* many() {
        for (let block = 0; block < 1_000; block++) {
          yield Array.from(
            { length: 100 },
            (_, index) => `{"id":"${block}-${index}"${index === 7 && block === 999 ? "" : ',"status":"new"'}}\n`,
          ).join("");
        }
      }
      const headers = { "content-type": "application/x-ndjson" };
      const answer = await api.call("POST", orders, { headers, body: many() });
      expect(answer.status).to.equal(207);
      expect(answer.json).to.include({ created: 99_999, failed: 1, omitted: 99_999 });
      expect(answer.json).to.have.nested.property("items[0].index", 99_907);
    });

    it("streams the outcome of every line when the caller accepts NDJSON", async () => {
      const { headers, body } = lines(orderLine("A1"), "{}", orderLine("A2"));
      const answer = await api.call("POST", orders, { headers: { ...headers, accept: "application/x-ndjson" }, body });
      const outcomes = answer.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(answer.status).to.equal(207);
      expect(outcomes.slice(0, 3).map(({ status }) => status)).to.deep.equal([201, 422, 201]);
      expect(outcomes[3]).to.deep.equal({ created: 2, updated: 0, unchanged: 0, quarantined: 0, failed: 1 });
    });

    it("lives on when the caller of a streamed answer hangs up in the middle", async () => {
      const socket = connect(api.port, "127.0.0.1");
      const head = [`POST ${orders} HTTP/1.1`, "Host: 127.0.0.1", "Content-Type: application/x-ndjson"];
      socket.write([...head, "Accept: application/x-ndjson", "Transfer-Encoding: chunked", "", ""].join("\r\n"));
      const block = `${Array.from({ length: 300 }, (_, index) => orderLine(`H${index}`)).join("\n")}\n`;
      socket.write(`${block.length.toString(16)}\r\n${block}\r\n`);
      await once(socket, "data");
      socket.destroy();
      await until(() => api.logged.some((line) => line.includes("refused")));
      expect((await api.call("GET", `${orders}/H0`)).status).to.equal(200);
    });

    it("logs an unexpected failure, which the answer keeps to itself", async () => {
      api.parts.failNext(new Error("/etc/secret exploded"));
      const answer = await api.call("POST", orders, lines(orderLine("A1"), orderLine("A2")));
      expect(answer.status).to.equal(207);
      expect(answer.text).not.to.contain("exploded");
      expect(api.logged.join("")).to.contain("exploded");
    });

    it("refuses an empty stream and an Idempotency-Key", async () => {
      const { headers, body } = lines(orderLine("A1"));
      const named = await api.call("POST", orders, { headers: { ...headers, "idempotency-key": "k" }, body });
      expect((await api.call("POST", orders, lines("", ""))).json).to.include({ code: "BODY_EMPTY" });
      expect(named.status).to.equal(400);
      expect(named.text).to.contain("Idempotency-Key is not for NDJSON");
    });
  });

  describe("with an Idempotency-Key", () => {
    const named = (key: string, body: unknown) => ({ headers: { "idempotency-key": key }, body });

    it("gives the stored answer to the same request", async () => {
      const first = await api.call("POST", orders, named("k1", order("A1")));
      const second = await api.call("POST", orders, named("k1", order("A1")));
      expect(second.status).to.equal(201);
      expect(second.json).to.deep.equal(first.json);
      expect(second.headers).to.have.property("idempotency-replayed", "true");
      expect(first.headers).not.to.have.property("idempotency-replayed");
      expect(api.parts.accepts()).to.equal(1);
    });

    it("refuses the key for another body", async () => {
      await api.call("POST", orders, named("k1", order("A1")));
      const answer = await api.call("POST", orders, named("k1", order("A2")));
      expect(answer.status).to.equal(422);
      expect(answer.json).to.include({ code: "IDEMPOTENCY_KEY_REUSED" });
    });

    it("performs one of two requests that come at once", async () => {
      const release = api.parts.holdPushes();
      const both = [1, 2].map(() => api.call("POST", orders, named("k1", order("A1"))));
      await until(() => api.parts.accepts() > 0);
      release();
      const answers = await Promise.all(both);
      expect(answers.map(({ status }) => status)).to.deep.equal([201, 201]);
      expect(api.parts.accepts()).to.equal(1);
    });

    it("lets a refused request be corrected under its key", async () => {
      expect((await api.call("POST", orders, named("k1", { id: "A1" }))).status).to.equal(422);
      expect((await api.call("POST", orders, named("k1", order("A1")))).status).to.equal(201);
    });

    it("takes what there was no room for under the same key", async () => {
      api.parts.failAfter(1, new PatchbayError("SERVER_OVERLOADED", "Too much", { retryAfterMs: 1_000 }));
      const orders3 = ["A1", "A2", "A3"].map((id) => order(id));
      expect((await api.call("POST", orders, named("k1", orders3))).status).to.equal(207);
      api.parts.failAfter(Number.POSITIVE_INFINITY, new PatchbayError("SERVER_OVERLOADED", "never"));
      const again = await api.call("POST", orders, named("k1", orders3));
      expect(again.json).to.include({ failed: 0 });
      expect(again.headers).not.to.have.property("idempotency-replayed");
    });

    it("refuses a key that is no key", async () => {
      const answer = await api.call("POST", orders, named("has spaces", order("A1")));
      expect(answer.json).to.include({ code: "REQUEST_INVALID" });
    });
  });
});

describe("POST /records of a data type with quarantine", () => {
  const returns = "/api/v1/records/ecommerce/Return";
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  it("answers 202 with where a record that does not fit is kept, and why", async () => {
    const answer = await api.call("POST", returns, { body: { id: "T1" } });
    expect(answer.status).to.equal(202);
    expect(answer.json).to.deep.include({ verdict: "quarantined", version: 0, eventId: null, quarantineId: "qua_3" });
    expect(answer.json).to.have.deep.property("problems", [{ path: "/reason", message: "is required" }]);
  });

  it("says of a record that fits that nothing is wrong with it", async () => {
    const answer = await api.call("POST", returns, { body: { id: "T1", reason: "too small" } });
    expect(answer.json).to.deep.include({ verdict: "created", quarantineId: null, problems: [] });
  });

  it("answers 207 when one of many is quarantined, and counts it apart from failures", async () => {
    const answer = await api.call("POST", returns, { body: [{ id: "T1", reason: "blue" }, { id: "T2" }] });
    expect(answer.status).to.equal(207);
    expect(answer.json).to.include({ created: 1, quarantined: 1, failed: 0 });
    expect(answer.json).to.have.deep.nested.property("items[1]", {
      ...{ index: 1, status: 202, verdict: "quarantined", key: "T2", eventId: null, quarantineId: "qua_3" },
      problems: [{ path: "/reason", message: "is required" }],
    });
  });

  it("lists quarantined lines when there are too many to list all", async () => {
    const fitting = Array.from({ length: 1_100 }, (_, index) => `{"id":"N${index}","reason":"x"}`);
    const answer = await api.call("POST", returns, lines(...fitting, '{"id":"late"}'));
    expect(answer.status).to.equal(207);
    expect(answer.json).to.include({ created: 1_100, quarantined: 1, omitted: 1_100 });
    expect(answer.json).to.have.nested.property("items[0].key", "late");
  });
});

describe("POST /records on a busy server", () => {
  const overloaded = new PatchbayError("SERVER_OVERLOADED", "4,000 runs are waiting", { retryAfterMs: 2_100 });
  const many = (number: number) => Array.from({ length: number }, (_, index) => orderLine(`N${index}`));

  /** Pushes when there is room for so many records. */
  async function pushInto(room: number, request: { headers?: Record<string, string>; body: unknown }) {
    const api = await openTestApi();
    try {
      api.parts.failAfter(room, overloaded);
      return { answer: await api.call("POST", orders, request), accepts: api.parts.accepts() };
    } finally {
      await api.close();
    }
  }

  it("reports every record of an array that was not taken, with when to send it again", async () => {
    const { answer } = await pushInto(2, { body: ["A1", "A2", "A3", "A4"].map(order) });
    expect(answer.status).to.equal(207);
    expect(answer.headers).to.have.property("retry-after", "3");
    expect(answer.json).to.include({ created: 2, failed: 2, sendAgainFrom: 2 });
    for (const index of [2, 3]) {
      expect(answer.json).to.have.nested.property(`items[${index}].error.code`, "SERVER_OVERLOADED");
      expect(answer.json).to.have.nested.property(`items[${index}].error.retryAfterSeconds`, 3);
    }
  });

  it("does not try the rest of a stream once one line was turned away, and answers for each", async () => {
    const { headers, body } = lines(...many(900));
    const { answer, accepts } = await pushInto(10, { headers, body });
    expect(answer.json).to.include({ created: 10, failed: 890, sendAgainFrom: 10, omitted: 0 });
    // Those that were under way together with the first one that was turned away.
    expect(accepts).to.be.below(10 + 2 * 128);
  });

  it("gives the outcome of every line of a streamed answer, the ones not taken too", async () => {
    const { headers, body } = lines(...many(500));
    const { answer } = await pushInto(5, { headers: { ...headers, accept: "application/x-ndjson" }, body });
    const outcomes = answer.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(outcomes).to.have.lengthOf(501);
    expect(outcomes.slice(0, 5).every(({ status }) => status === 201)).to.equal(true);
    expect(outcomes.slice(5, 500).every(({ error }) => error.code === "SERVER_OVERLOADED")).to.equal(true);
    expect(outcomes[500]).to.include({ created: 5, failed: 495 });
  });

  it("answers 503 with Retry-After when it takes none of many", async () => {
    const { answer } = await pushInto(0, { body: [order("A1"), order("A2")] });
    expect(answer.status).to.equal(503);
    expect(answer.headers).to.have.property("retry-after", "3");
    expect(answer.json).to.include({ failed: 2, sendAgainFrom: 0 });
  });

  it("asks for at least a second", async () => {
    const api = await openTestApi();
    try {
      api.parts.failNext(new PatchbayError("STORE_UNAVAILABLE", "The disk is full", { retryAfterMs: 20 }));
      const answer = await api.call("POST", orders, { body: order("A1") });
      expect(answer.headers).to.have.property("retry-after", "1");
    } finally {
      await api.close();
    }
  });

  it("passes on that the engine turns pushes away, with Retry-After", async () => {
    const api = await openTestApi();
    try {
      api.parts.failNext(new PatchbayError("SERVER_OVERLOADED", "Too many pushes are under way"));
      const answer = await api.call("POST", orders, { body: order("A1") });
      expect(answer.status).to.equal(503);
      expect(answer.json).to.include({ code: "SERVER_OVERLOADED" });
      expect(answer.headers).to.have.property("retry-after", "1");
    } finally {
      await api.close();
    }
  });
});
