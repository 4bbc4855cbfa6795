import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import type { Json } from "../../src/core/json.js";
import type { Run } from "../../src/core/run.js";
import { flow, openTestEngine, reportOf, sendStep, step, type TestEngine } from "./parts.js";

describe("waiting", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const hour = 3_600_000;
  const wait = (awaited: object, more: object = {}) => step({ id: "rest", kind: "wait", awaited, ...more } as never);
  const said = () => sendStep({ id: "after", with: { to: "=phone", body: "=$steps.rest.outcome" } });

  async function begin(...steps: ReturnType<typeof step>[]): Promise<void> {
    test = await openTestEngine([flow("a/send", { steps })]);
    await test.push({ id: "1", phone: "+15005550010", status: "open" });
    await test.engine.idle();
  }
  async function run(): Promise<Run> {
    return (await test.store.runs.list({ flow: "a/send" }, { limit: 5 })).items.at(-1)!;
  }
  async function later(ms: number): Promise<unknown[]> {
    test.clock.now += ms;
    await test.engine.tick();
    return test.vendor.calls.map(({ body }) => body);
  }
  async function change(document: { [name: string]: Json }): Promise<void> {
    await test.push({ id: "1", phone: "+15005550010", ...document });
    await test.engine.idle();
  }

  it("for a time goes on when it is over, also after a restart", async () => {
    await begin(wait({ kind: "time", ms: 2 * hour }), said());
    expect(await run()).to.include({ status: "waiting" });
    expect(await later(2 * hour - 1)).to.deep.equal([]);
    await test.engine.stop();
    test.clock.now += 1;
    await test.another("bob").tick();
    expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["elapsed"]);
  });

  it("until an instant goes on then, and at once when it has passed", async () => {
    await begin(wait({ kind: "instant", at: "2026-01-01T01:00:00Z" }), said());
    expect(await later(hour - 1)).to.deep.equal([]);
    expect(await later(1)).to.deep.equal(["elapsed"]);
    await test.push({ id: "2", phone: "+15005550011" });
    await test.engine.idle();
    expect(test.vendor.calls).to.have.lengthOf(2);
  });

  it("until something that is no instant fails with what it was", async () => {
    await begin(wait({ kind: "instant", at: "=status" }), said());
    expect((await run()).failure).to.include({ code: "FLOW_WAIT_INVALID" });
    expect((await run()).failure?.message).to.contain('"open"');
  });

  describe("for a message", () => {
    const forDelivery = () =>
      wait({ kind: "message", stepId: "send", statuses: ["delivered", "undelivered"] }, { timeoutMs: hour });

    it("goes on when it takes the status", async () => {
      await begin(sendStep(), forDelivery(), said());
      const [effect] = await test.store.effects.listOfRun((await run()).id);
      await test.engine.report(reportOf(effect!.id, "sent"));
      expect(await later(2_000)).to.have.lengthOf(1);
      await test.engine.report(reportOf(effect!.id, "delivered"));
      await test.engine.idle();
      expect(await later(0)).to.deep.equal(["Order 1", "happened"]);
    });

    it("goes on with timeout when it does not", async () => {
      await begin(sendStep(), forDelivery(), said());
      expect((await later(hour)).at(-1)).to.equal("timeout");
    });

    it("goes on at once when the message has ended otherwise", async () => {
      const forRead = wait({ kind: "message", stepId: "send", statuses: ["read"] }, { timeoutMs: hour });
      await begin(sendStep(), forRead, said());
      const [effect] = await test.store.effects.listOfRun((await run()).id);
      await test.engine.report(reportOf(effect!.id, "delivered"));
      await later(0);
      expect(await run()).to.include({ status: "waiting" });
      await test.push({ id: "2", phone: "+15005550011" });
      await test.engine.idle();
      const second = (await test.store.runs.list({ flow: "a/send" }, { limit: 5 })).items[0];
      const [lost] = await test.store.effects.listOfRun(second!.id);
      await test.engine.report(reportOf(lost!.id, "undelivered"));
      expect((await later(0)).at(-1)).to.equal("missed");
    });

    it("of a call that was refused goes on at once where the flow goes on", async () => {
      const refused = sendStep({ with: { to: "=phone", body: "x" }, onError: "continue" });
      test = await openTestEngine([flow("a/send", { steps: [refused, forDelivery(), said()] })]);
      test.vendor.next(() => {
        throw new PatchbayError("ENDPOINT_REFUSED", "no such number");
      });
      await test.push({ id: "1", phone: "+15005550010" });
      await test.engine.idle();
      expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["x", "missed"]);
    });

    it("of a call that was skipped is skipped itself", async () => {
      await begin(sendStep({ when: "false" }), forDelivery(), said());
      expect((await run()).steps.map(({ id, outcome }) => `${id} ${outcome}`).slice(0, 2)).to.deep.equal([
        "send skipped",
        "rest skipped",
      ]);
    });

    it("goes on when the status came before the wait", async () => {
      const pause = step({ id: "pause", kind: "wait", awaited: { kind: "time", ms: hour } } as never);
      await begin(sendStep(), pause, forDelivery(), said());
      const [effect] = await test.store.effects.listOfRun((await run()).id);
      await test.engine.report(reportOf(effect!.id, "read"));
      expect((await later(hour)).at(-1)).to.equal("happened");
    });
  });

  describe("for a record", () => {
    const forPaid = () =>
      wait({ kind: "record", dataType: "shop/Order", key: "=id", when: "status = 'paid'" }, { timeoutMs: hour });

    it("goes on when it fits, not at every change", async () => {
      await begin(forPaid(), said());
      await change({ status: "packed" });
      expect(await later(2_000)).to.deep.equal([]);
      await change({ status: "paid" });
      expect(await later(0)).to.deep.equal(["happened"]);
    });

    it("needs no change when it fits already", async () => {
      await begin(
        wait({ kind: "record", dataType: "shop/Order", key: "=id", when: "status = 'open'" }, { timeoutMs: hour }),
        said(),
      );
      expect(await later(2_000)).to.deep.equal(["happened"]);
    });

    it("without a condition goes on at the next change", async () => {
      await begin(
        wait({ kind: "record", dataType: "shop/Order", key: "=id", when: null }, { timeoutMs: hour }),
        said(),
      );
      expect(await later(2_000)).to.deep.equal([]);
      await change({ status: "open", note: "gift" });
      expect(await later(0)).to.deep.equal(["happened"]);
    });
  });

  it("is called off when its record fits cancelIf: nothing more is sent", async () => {
    await begin(wait({ kind: "time", ms: hour }, { cancelIf: "status = 'cancelled'" }), said());
    await change({ status: "packed" });
    expect(await run()).to.include({ status: "waiting" });
    await change({ status: "cancelled" });
    await test.engine.tick();
    expect(await run()).to.include({ status: "cancelled", stopReason: "cancelIf is true: status = 'cancelled'" });
    expect(await later(2 * hour)).to.deep.equal([]);
  });
});
