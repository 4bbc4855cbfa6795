import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";

describe("Putting right", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  const post = (path: string, body?: unknown) =>
    api.call("POST", `/api/v1/${path}`, body === undefined ? {} : { body });
  const get = (path: string) => api.call("GET", `/api/v1/${path}`);

  const refused: [string, unknown, number, string][] = [
    ["runs/none/retry", {}, 404, "RUN_UNKNOWN"],
    ["runs/run_1/retry", {}, 409, "RUN_SUCCEEDED"],
    ["runs/run_3/retry", {}, 409, "RUN_NOT_FINISHED"],
    ["runs/run_2/retry", { version: "latest" }, 400, "REQUEST_INVALID"],
    ["runs/run_2/retry", { newest: true }, 400, "REQUEST_INVALID"],
    ["runs/none/cancel", {}, 404, "RUN_UNKNOWN"],
    ["runs/run_1/cancel", {}, 409, "RUN_FINISHED"],
    ["runs/run_3/cancel", { reason: "" }, 400, "REQUEST_INVALID"],
    ["effects/none/settle", { settlement: "sent" }, 404, "EFFECT_UNKNOWN"],
    ["effects/eff_1/settle", { settlement: "sent" }, 409, "EFFECT_SETTLED"],
    ["effects/eff_2/settle", { settlement: "perhaps" }, 400, "REQUEST_INVALID"],
    ["effects/eff_2/settle", undefined, 415, "CONTENT_TYPE_UNSUPPORTED"],
    ["events/none/replay", {}, 404, "EVENT_UNKNOWN"],
    ["events/none/replay", { dryRun: true }, 404, "EVENT_UNKNOWN"],
    ["events/evt_1/replay", { dryRun: "yes" }, 400, "REQUEST_INVALID"],
    ["flows/twilio/none/run", {}, 404, "FLOW_UNKNOWN"],
    ["flows/twilio/order-confirmation/run", { payload: [1] }, 400, "REQUEST_INVALID"],
    ["operations/none/stop", undefined, 404, "OPERATION_UNKNOWN"],
    ["issues/none/resolve", undefined, 404, "ISSUE_UNKNOWN"],
    ["quarantine/none/release", {}, 404, "QUARANTINE_UNKNOWN"],
    ["quarantine/qua_2/release", {}, 409, "QUARANTINE_LEFT"],
    ["quarantine/qua_1/release", { document: 7 }, 400, "REQUEST_INVALID"],
    ["quarantine/none/discard", undefined, 404, "QUARANTINE_UNKNOWN"],
    ["quarantine/qua_2/discard", undefined, 409, "QUARANTINE_LEFT"],
  ];
  for (const [path, body, status, code] of refused) {
    it(`refuses ${path} with ${JSON.stringify(body)}: ${code}`, async () => {
      const answer = await post(path, body);
      expect(answer.status).to.equal(status);
      expect(answer.json).to.include({ code });
      expect(api.parts.asked).to.deep.equal([]);
    });
  }

  describe("a run", () => {
    it("is taken up again on its own version when nothing else is said, without a body too", async () => {
      const answer = await post("runs/run_2/retry");
      expect(answer.status).to.equal(200);
      expect(answer.json).to.include({ id: "run_2", status: "queued" });
      expect(answer.json).to.have.property("effects").with.lengthOf(1);
      expect(api.parts.asked).to.deep.equal([{ retry: "run_2", version: "pinned" }]);
    });

    it("is taken up again on the newest version when that is asked for", async () => {
      await post("runs/run_2/retry", { version: "newest" });
      expect(api.parts.asked).to.deep.equal([{ retry: "run_2", version: "newest" }]);
    });

    it("is cancelled with a reason, and with one of ours when none is given", async () => {
      expect((await post("runs/run_3/cancel", { reason: "the shop called" })).json).to.deep.include({
        ...{ status: "cancelled", stopReason: "the shop called", wait: null },
      });
      await post("runs/run_2/retry");
      expect((await post("runs/run_2/cancel")).json).to.have.property("stopReason", "cancelled by an operator");
    });
  });

  describe("a call whose outcome nobody knows", () => {
    it("is found by its state, with its run", async () => {
      const { json } = await get("effects?state=unknown");
      expect(json).to.have.property("items").with.lengthOf(1);
      expect(json).to.have.nested.property("items[0].runId", "run_2");
      expect((await get("effects?state=lost")).json).to.include({ code: "REQUEST_INVALID" });
    });

    it("is settled by what a person says", async () => {
      const answer = await post("effects/eff_2/settle", { settlement: "sent" });
      expect(answer.json).to.include({ id: "eff_2", state: "done" });
      expect((await post("effects/eff_2/settle", { settlement: "sent" })).status).to.equal(409);
    });
  });

  describe("an event", () => {
    beforeEach(() => post("records/ecommerce/Order", { id: "A1", status: "new" }));

    it("is previewed without being replayed", async () => {
      const answer = await post("events/evt_1/replay", { dryRun: true });
      expect(answer.status).to.equal(200);
      expect(answer.json).to.have.nested.property("calls[0].verdict", "already-sent");
      expect(answer.json).to.have.nested.property("failures[0].code", "PHONE_INVALID");
      expect(api.parts.asked).to.deep.equal([]);
    });

    it("is replayed, with the decision about every flow", async () => {
      const answer = await post("events/evt_1/replay");
      expect(answer.status).to.equal(202);
      expect(answer.json).to.have.nested.property("decisions[0].runId", "run_7");
    });
  });

  it("a flow is started by hand, with a payload or with none", async () => {
    const answer = await post("flows/twilio/order-confirmation/run", { payload: { id: "A1" } });
    expect(answer.status).to.equal(202);
    expect(answer.json).to.deep.equal({ runId: "run_8", eventId: "evt_8" });
    await post("flows/twilio/order-confirmation/run");
    const flow = "twilio/order-confirmation";
    expect(api.parts.asked).to.deep.equal([
      { startFlow: flow, payload: { id: "A1" }, record: null },
      { startFlow: flow, payload: {}, record: null },
    ]);
  });

  it("a flow is started once by a request with an Idempotency-Key, which the start is named after", async () => {
    const run = "/api/v1/flows/twilio/order-confirmation/run";
    const named = (body: object) => api.call("POST", run, { headers: { "idempotency-key": "k1" }, body });
    const first = await named({ payload: { id: "A1" } });
    expect(first.status).to.equal(202);
    const second = await named({ payload: { id: "A1" } });
    expect(second.json).to.deep.equal(first.json);
    expect(second.headers).to.have.property("idempotency-replayed", "true");
    const flow = "twilio/order-confirmation";
    expect(api.parts.asked).to.deep.equal([
      { startFlow: flow, payload: { id: "A1" }, record: null, dedupeKey: "start k1" },
    ]);
    expect((await named({ payload: { id: "A2" } })).json).to.include({ code: "IDEMPOTENCY_KEY_REUSED" });
  });

  describe("a flow started by hand about a record", () => {
    const run = "flows/twilio/order-confirmation/run";
    const record = { dataType: "ecommerce/Order", key: "A1" };
    const started = (payload: object) => ({ startFlow: "twilio/order-confirmation", payload, record });

    it("gets the record as it is now", async () => {
      await post("records/ecommerce/Order", { id: "A1", status: "new" });
      expect((await post(run, { record })).status).to.equal(202);
      expect(api.parts.asked).to.deep.equal([started({ id: "A1", status: "new" })]);
    });

    it("gets the payload that is given, when it is that record", async () => {
      await post(run, { record, payload: { id: "A1", status: "corrected" } });
      expect(api.parts.asked).to.deep.equal([started({ id: "A1", status: "corrected" })]);
    });

    const wrong: [string, object, number, string][] = [
      ["of no data type", { record: { ...record, dataType: "a/B" } }, 404, "DATA_TYPE_UNKNOWN"],
      ["that is not there", { record }, 404, "RECORD_UNKNOWN"],
      ["that the payload is not", { record, payload: { id: "A2" } }, 400, "REQUEST_INVALID"],
      ["that the payload does not say", { record, payload: {} }, 400, "REQUEST_INVALID"],
      ["without a key", { record: { dataType: record.dataType } }, 400, "REQUEST_INVALID"],
    ];
    for (const [what, body, status, code] of wrong) {
      it(`is refused about one ${what}`, async () => {
        const answer = await post(run, body);
        expect(answer.status).to.equal(status);
        expect(answer.json).to.include({ code });
        expect(api.parts.asked).to.deep.equal([]);
      });
    }
  });

  describe("operations", () => {
    const span = { from: "2026-11-20", until: "2026-11-21T09:00:00+02:00" };

    it("are previewed, the span in UTC and every filter said", async () => {
      const answer = await post("operations", { kind: "retry", ...span, code: "ENDPOINT_UNREACHABLE", dryRun: true });
      expect(answer.status).to.equal(200);
      expect(answer.json).to.include({ examined: 9, runs: 7, more: false });
      const work = { kind: "retry", flow: null, code: "ENDPOINT_UNREACHABLE", version: "pinned" };
      const [from, until] = ["2026-11-20T00:00:00.000Z", "2026-11-21T07:00:00.000Z"];
      expect(api.parts.asked).to.deep.equal([{ previewOperation: { ...work, from, until } }]);
    });

    it("are started at ten a second when nothing else is said, then listed, shown and stopped", async () => {
      const started = await post("operations", { kind: "replay", ...span, dataType: "ecommerce/Order" });
      expect(started.status).to.equal(202);
      expect(started.json).to.deep.include({ id: "opn_2", perSecond: 10, state: "running" });
      expect(started.json).to.have.nested.property("work.eventKind", null);
      expect((await get("operations?state=running")).json)
        .to.have.property("items")
        .with.lengthOf(2);
      expect((await post("operations/opn_2/stop")).json).to.include({ state: "stopped" });
      expect((await get("operations/opn_2")).json).to.include({ state: "stopped" });
      expect((await get("operations/none")).json).to.include({ code: "OPERATION_UNKNOWN" });
    });

    const wrong: [string, object, string][] = [
      ["without a span", { kind: "retry" }, "/from is required"],
      ["with an instant that is none", { ...span, kind: "retry", from: "yesterday" }, 'from is "yesterday"'],
      ["with an instant without a time zone", { ...span, kind: "retry", from: "2026-11-20T10:00" }, "no instant"],
      ["with a day that does not exist", { ...span, kind: "retry", from: "2026-13-01" }, "no instant"],
      ["with a 30th of February", { ...span, kind: "retry", from: "2026-02-30" }, "no instant"],
      ["that ends before it begins", { kind: "retry", from: span.until, until: span.from }, "must be before"],
      ["of an empty span", { kind: "retry", from: span.from, until: span.from }, "must be before"],
      ["of more than 366 days", { ...span, kind: "retry", from: "2025-11-19" }, "366 days"],
      ["that replay only some flow's runs", { ...span, kind: "replay", flow: "a/b" }, "flow is not for"],
      [
        "that retry only some event's kind",
        { ...span, kind: "retry", eventKind: "record.created" },
        "eventKind is not",
      ],
      ["that replay a kind there is not", { ...span, kind: "replay", eventKind: "record.made" }, "no kind of event"],
      ["that retry a code there is not", { ...span, kind: "retry", code: "TWILIO_DOWN" }, "none that a run can fail"],
      ["that are too fast", { ...span, kind: "retry", perSecond: 1_001 }, "/perSecond must be <= 1000"],
      ["of another kind", { ...span, kind: "cancel" }, "must be one of replay, retry"],
    ];
    for (const [what, body, hint] of wrong) {
      it(`are refused ${what}`, async () => {
        const answer = await post("operations", body);
        expect(answer.status).to.equal(400);
        expect(answer.json).to.have.property("detail").that.contains(hint);
      });
    }

    it("may be 366 days long, and are refused for a data type that is not installed", async () => {
      const year = { kind: "replay", from: "2025-11-20", until: "2026-11-21", dryRun: true };
      expect((await post("operations", year)).status).to.equal(200);
      expect((await post("operations", { ...year, dataType: "ecommerce/Oder" })).status).to.equal(404);
    });
  });

  describe("issues", () => {
    const fingerprint = "twilio/send-sms-with-twilio:PHONE_INVALID";
    const path = `issues/${encodeURIComponent(fingerprint)}`;

    it("are listed by state and level", async () => {
      expect((await get("issues")).json)
        .to.have.property("items")
        .with.lengthOf(2);
      expect((await get("issues?state=new&level=error")).json).to.have.nested.property("items[0].count", 3);
      expect((await get("issues?state=open")).json).to.include({ code: "REQUEST_INVALID" });
    });

    it("are given by their fingerprint, percent-encoded, whatever is in it", async () => {
      expect((await get(path)).json).to.include({ fingerprint });
      const odd = "-:warning 50 %";
      expect((await get(`issues/${encodeURIComponent(odd)}`)).json).to.include({ fingerprint: odd });
      expect((await get("issues/none")).json).to.include({ code: "ISSUE_UNKNOWN" });
    });

    it("are acknowledged, then resolved, and never go back", async () => {
      expect((await post(`${path}/acknowledge`)).json).to.include({ state: "acknowledged" });
      expect((await post(`${path}/resolve`)).json).to.include({ state: "resolved" });
      expect((await post(`${path}/acknowledge`)).json).to.include({ state: "resolved" });
    });
  });

  describe("a quarantined record", () => {
    it("is listed and given with its problems", async () => {
      const { json } = await get("quarantine?state=held&dataType=ecommerce/Order");
      expect(json).to.have.property("items").with.lengthOf(1);
      const one = (await get("quarantine/qua_1")).json;
      expect(one).to.have.deep.property("problems", [{ path: "/status", message: "is required" }]);
      expect(one).to.include({ count: 3, recordVersion: 2 });
      expect((await get("quarantine/none")).json).to.include({ code: "QUARANTINE_UNKNOWN" });
    });

    it("stays where it is when it still does not fit", async () => {
      const answer = await post("quarantine/qua_1/release");
      expect(answer.status).to.equal(422);
      expect(answer.json).to.have.nested.property("problems[0].path", "/status");
      expect((await get("quarantine/qua_1")).json).to.include({ state: "held" });
    });

    it("is pushed when it was corrected, and has left the quarantine then", async () => {
      const answer = await post("quarantine/qua_1/release", { document: { id: "Q1", status: "new" } });
      expect(answer.status).to.equal(201);
      expect(answer.json).to.include({ verdict: "created", key: "Q1", eventId: "evt_1" });
      expect((await get("quarantine/qua_1")).json).to.include({ state: "released", eventId: "evt_1" });
      expect(api.parts.asked).to.deep.equal([{ release: "qua_1", force: false }]);
    });

    it("may replace what is newer only when that is asked for", async () => {
      const document = { id: "Q1", status: "new" };
      expect((await post("quarantine/qua_1/release", { document, force: "yes" })).status).to.equal(400);
      await post("quarantine/qua_1/release", { document, force: true });
      expect(api.parts.asked).to.deep.equal([{ release: "qua_1", force: true }]);
    });

    it("is discarded", async () => {
      expect((await post("quarantine/qua_1/discard")).json).to.include({ state: "discarded" });
    });
  });
});
