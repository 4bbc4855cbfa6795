import { expect } from "chai";
import type { Json } from "../../src/core/json.js";
import type { Run } from "../../src/core/run.js";
import { accepted, failing, flow, openTestEngine, sendStep, step, type TestEngine } from "./parts.js";

describe("keeping things in order", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const bodies = (): unknown[] => test.vendor.calls.map(({ body }) => body);
  async function runs(): Promise<readonly Run[]> {
    return (await test.store.runs.list({}, { limit: 50 })).items;
  }
  async function later(ms: number): Promise<void> {
    test.clock.now += ms;
    await test.engine.tick();
    await test.engine.tick();
  }

  it("sends a person's messages one after the other, also when the first has to be tried again", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_BUSY", "slow", { retryAfterMs: 5_000 }));
    const phone = "+15005550010";
    for (const id of ["1", "2", "3"]) await test.push({ id, phone });
    await test.push({ id: "4", phone: "+15005550011" });
    await test.engine.idle();
    await later(5_000);
    await later(2_000);
    await later(2_000);
    const toOne = test.vendor.calls.filter(({ to }) => to === phone).map(({ body }) => body);
    expect(toOne).to.deep.equal(["Order 1", "Order 1", "Order 2", "Order 3"]);
    expect(bodies()).to.include("Order 4");
    expect((await runs()).every(({ status }) => status === "succeeded")).to.equal(true);
  });

  it("lets one stuck contact delay only itself", async () => {
    test = await openTestEngine([flow("a/send")], { inlineRuns: 3 });
    const stuck = "+15005550010";
    const busy = failing("ENDPOINT_BUSY", "slow", { retryAfterMs: 1 });
    test.vendor.usual = (request, context) =>
      request.to === stuck ? busy(request, context) : accepted(`SM${test.vendor.calls.length}`);
    for (let id = 1; id <= 6; id++) {
      await test.push({ id: `s${id}`, phone: stuck });
      await test.engine.idle();
    }
    test.clock.now += 10;
    for (let id = 1; id <= 4; id++) {
      await test.push({ id: `f${id}`, phone: `+1500555002${id}` });
      await test.engine.idle();
    }
    for (let turn = 0; turn < 4; turn++) await later(1_000);
    const sent = bodies();
    expect(sent).to.include.members(["Order f1", "Order f2", "Order f3", "Order f4"]);
    expect(sent).not.to.include("Order s2");
    test.vendor.usual = null;
    for (let turn = 0; turn < 40; turn++) await later(60_000);
    const order = bodies().filter((body, index, all) => String(body).includes(" s") && all.indexOf(body) === index);
    expect(order).to.deep.equal(["Order s1", "Order s2", "Order s3", "Order s4", "Order s5", "Order s6"]);
  });

  it("deals with the changes of one record in turn, flow by flow", async () => {
    const on = { events: ["created", "updated"], mode: "while-true" } as never;
    const steps = [sendStep({ with: { to: "=phone", body: '="now " & status' } })];
    test = await openTestEngine([flow("a/send", { on, steps })]);
    test.vendor.next(failing("ENDPOINT_BUSY", "slow", { retryAfterMs: 5_000 }));
    for (const status of ["open", "paid", "shipped"])
      await test.push({ id: "1", phone: `+1500555${status.length}010`, status });
    await test.engine.idle();
    await later(5_000);
    await later(2_000);
    await later(2_000);
    expect(bodies()).to.deep.equal(["now open", "now open", "now paid", "now shipped"]);
  });

  it("lets a run that waits as its flow says hold nobody up", async () => {
    const on = { events: ["created", "updated"], mode: "while-true" } as never;
    const pause = step({
      id: "pause",
      kind: "wait",
      when: "status = 'open'",
      awaited: { kind: "time", ms: 86_400_000 },
    } as never);
    test = await openTestEngine([flow("a/send", { on, steps: [pause, sendStep()] })]);
    await test.push({ id: "1", phone: "+15005550010", status: "open" });
    await test.push({ id: "1", phone: "+15005550010", status: "paid" });
    await test.engine.idle();
    expect(bodies()).to.have.lengthOf(1);
  });

  it("parks calls while a vendor is silent, probes with one, and then lets all go", async () => {
    test = await openTestEngine([flow("a/send")]);
    const down = failing("ENDPOINT_UNREACHABLE", "down");
    test.vendor.next(...Array.from({ length: 6 }, () => down));
    for (let id = 1; id <= 20; id++) await test.push({ id: String(id), phone: `+150055501${10 + id}` });
    await test.engine.idle();
    const tried = test.vendor.calls.length;
    await test.push({ id: "late", phone: "+15005550199" });
    await test.engine.idle();
    expect(test.vendor.calls).to.have.lengthOf(tried);
    for (let turn = 0; turn < 60; turn++) await later(5_000);
    expect((await runs()).map(({ status }) => status)).to.deep.equal(Array(21).fill("succeeded"));
    expect(new Set(bodies()).size).to.equal(21);
  });

  it("does not send what has become too late", async () => {
    test = await openTestEngine([
      flow("a/send", { steps: [sendStep({ with: { to: "=phone", body: "x", validForMs: 60_000 } })] }),
    ]);
    test.vendor.next(failing("ENDPOINT_BUSY", "slow", { retryAfterMs: 90_000 }));
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    const [run] = await runs();
    expect(run).to.include({ status: "failed" });
    expect(test.vendor.calls).to.have.lengthOf(1);
  });

  describe("a run for a record that has changed", () => {
    const onUpdate = { events: ["updated"] } as never;
    const rest = step({ id: "rest", kind: "wait", awaited: { kind: "time", ms: 86_400_000 } } as never);
    async function change(document: { [name: string]: Json }): Promise<Run> {
      await test.push({ id: "1", phone: "+15005550010", ...document });
      await test.engine.idle();
      return (await runs()).find(({ parent }) => parent === null)!;
    }

    it("stands back behind an older one although a newer one between them rests as its flow says", async () => {
      test = await openTestEngine([flow("a/send", { on: onUpdate, steps: [sendStep(), rest] })]);
      await test.push({ id: "1", phone: "+15005550010" });
      test.vendor.next(failing("ENDPOINT_REFUSED", "no"));
      const first = await change({ status: "a" });
      const between = await change({ status: "b" });
      expect(between.wait).to.include({ kind: "awaited" });
      test.vendor.next(failing("ENDPOINT_BUSY", "slow", { retryAfterMs: 60_000 }));
      await test.engine.retry(first.id, "pinned");
      await test.engine.idle();
      expect((await test.store.runs.get(first.id))?.wait).to.include({ kind: "retry" });
      expect((await change({ status: "c" })).wait).to.include({ kind: "turn", behind: first.id });
    });

    it("does not stand back behind the items of an older one", async () => {
      const each = step({ id: "lines", kind: "each", items: "=[line]", steps: [sendStep()] } as never);
      test = await openTestEngine([flow("a/send", { on: onUpdate, steps: [each] })]);
      await test.push({ id: "1" });
      test.vendor.next(failing("ENDPOINT_BUSY", "slow", { retryAfterMs: 60_000 }));
      await change({ line: 1 });
      await test.engine.tick();
      expect((await runs()).map(({ wait }) => wait?.kind)).to.have.members(["items", "retry"]);
      expect((await change({ line: 2, phone: "+15005550011" })).wait).to.include({ kind: "items" });
    });
  });
});
