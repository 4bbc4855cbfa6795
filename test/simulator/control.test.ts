import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { parseFault } from "../../src/simulator/fault-request.js";
import { openBench } from "./bench.js";

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
  });

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
