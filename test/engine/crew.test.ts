import { expect } from "chai";
import type { FlowEngine } from "../../src/engine/flow-engine.js";
import { accepted, failing, flow, gate, openTestEngine, step, type TestEngine } from "./parts.js";

describe("processes that share a store", () => {
  let test: TestEngine;
  const others: FlowEngine[] = [];
  afterEach(async () => {
    for (const other of others.splice(0)) await other.stop();
    await test.close();
  });

  function join(worker: string, role: "all" | "api" | "worker" = "all"): FlowEngine {
    const engine = test.another(worker, { role });
    others.push(engine);
    return engine;
  }
  const push = (engine: FlowEngine, id: string, phone = `+1500555${id.padStart(4, "0")}`) =>
    engine.accept({ dataType: "shop/Order", document: { id, phone } });
  const bodies = (): unknown[] => test.vendor.calls.map(({ body }) => body);

  it("leave what an api process has taken to a worker", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true, role: "api" });
    const worker = join("bob", "worker");
    await push(test.engine, "1");
    await test.engine.tick();
    await test.engine.idle();
    expect(bodies()).to.deep.equal([]);
    expect(await worker.tick()).to.equal(1);
    expect(bodies()).to.deep.equal(["Order 1"]);
  });

  it("say that they are there, and that they leave", async () => {
    test = await openTestEngine([], {}, { shared: true });
    const worker = join("bob", "worker");
    await Promise.all([test.engine.tick(), worker.tick()]);
    const there = async (): Promise<string[]> =>
      (await test.store.processes.list()).map(({ name, role }) => `${name} ${role}`);
    expect(await there()).to.deep.equal(["ann all", "bob worker"]);
    await worker.stop();
    expect(await there()).to.deep.equal(["ann all"]);
  });

  it("go on saying that they are there when the clock is set back", async () => {
    test = await openTestEngine([], {}, { shared: true });
    await test.engine.tick();
    test.clock.now -= 3_600_000;
    await test.engine.tick();
    const [seen] = await test.store.processes.list();
    expect(seen?.seenAt.getTime()).to.equal(test.clock.now);
  });

  it("keep one pace together", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true, maxPerSecond: 2 });
    const engines = [test.engine, join("bob"), join("cid")];
    for (let index = 0; index < 9; index++) await push(engines[index % 3]!, String(index));
    await Promise.all(engines.map((engine) => engine.idle()));
    const sent: number[] = [bodies().length];
    for (let second = 1; second <= 5; second++) {
      test.clock.now += 1_000;
      for (const engine of engines) await engine.tick();
      sent.push(bodies().length);
    }
    expect(sent.slice(0, 2)).to.deep.equal([1, 3]);
    expect(sent.at(-1)).to.equal(9);
    for (const [index, count] of sent.entries()) expect(count).to.be.at.most(1 + 2 * index);
  });

  it("keep a place in the pace for a run, whichever process takes it up", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true, maxPerSecond: 1 });
    await push(test.engine, "1");
    await push(test.engine, "2");
    await test.engine.idle();
    test.clock.now += 950;
    await join("bob").tick();
    expect(bodies()).to.deep.equal(["Order 1", "Order 2"]);
  });

  it("send to one recipient one after the other, in the order they came", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true });
    const held = gate();
    test.vendor.next(async () => {
      await held.opened;
      return accepted("SM1");
    });
    const bob = join("bob");
    await push(test.engine, "1", "+15005550010");
    await push(bob, "2", "+15005550010");
    await bob.idle();
    expect(bodies()).to.deep.equal(["Order 1"]);
    held.open();
    await test.engine.idle();
    test.clock.now += 1_000;
    await bob.tick();
    expect(bodies()).to.deep.equal(["Order 1", "Order 2"]);
  });

  it("never call one recipient at the same time, however close together they begin", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true });
    const engines = [test.engine, join("bob"), join("cid"), join("dan")];
    let under = 0;
    let most = 0;
    test.vendor.usual = async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under--;
      return accepted(`SM${test.vendor.calls.length}`);
    };
    await Promise.all(engines.map((engine, index) => push(engine, String(index), "+15005550010")));
    for (let turn = 0; turn < 20 && bodies().length < 4; turn++) {
      await Promise.all(engines.map((engine) => engine.idle()));
      test.clock.now += 1_000;
      for (const engine of engines) await engine.tick();
    }
    expect(bodies()).to.have.lengthOf(4);
    expect(most).to.equal(1);
  });

  it("stop calling a vendor that one of them has found silent, and begin again when one has an answer", async () => {
    test = await openTestEngine([flow("a/send", { steps: [quick()] })], {}, { shared: true });
    const bob = join("bob");
    await bob.tick();
    test.vendor.usual = failing("ENDPOINT_UNREACHABLE", "no answer");
    for (let index = 0; index < 5; index++) {
      await push(test.engine, String(index));
      await test.engine.idle();
    }
    const asked = test.vendor.calls.length;
    await beat(test.engine, bob);
    await push(bob, "6");
    await bob.idle();
    expect(test.vendor.calls).to.have.lengthOf(asked);
    const [waiting] = (await test.store.runs.list({ key: "6", dataType: "shop/Order" }, { limit: 1 })).items;
    expect(waiting?.wait).to.include({ kind: "connection" });

    test.vendor.usual = null;
    test.clock.now += 10_000;
    await test.engine.tick();
    expect(test.vendor.calls.length).to.be.greaterThan(asked);
    await beat(test.engine, bob);
    expect(await test.store.breakers.list()).to.deep.equal([]);
    await push(bob, "7");
    await bob.idle();
    for (let turn = 0; turn < 10; turn++) {
      test.clock.now += 1_000;
      await bob.tick();
    }
    expect(bodies()).to.include("Order 7");
    expect(bodies()).to.include("Order 6");
  });

  it("take up at once what a killed process had in hand", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true, role: "api" });
    const gone: string[] = [];
    const store = { ...test.store, processes: { ...test.store.processes, gone: async () => gone } };
    const bob = test.another("bob", { store, role: "worker" });
    others.push(bob);
    await push(test.engine, "1");
    await test.store.runs.claim("cid", { limit: 1, leaseMs: 60_000, now: new Date(test.clock.now) });
    gone.push("cid");
    for (let beat = 0; beat < 3; beat++) {
      test.clock.now += 1_000;
      expect(bodies()).to.deep.equal([]);
      await bob.tick();
    }
    await bob.tick();
    expect(bodies()).to.deep.equal(["Order 1"]);
  });

  it("let one of them lead: another takes over when that one is gone", async () => {
    const due = flow("a/clock", {
      on: { kind: "schedule", cron: "* * * * *", timeZone: "UTC", missed: "all", when: null } as never,
      steps: [step({ id: "n", kind: "notify", title: "tick" })],
    });
    test = await openTestEngine([due], {}, { shared: true });
    const bob = join("bob");
    await test.engine.tick();
    await bob.tick();
    const fired = async (): Promise<number> =>
      (await test.store.events.list({ kind: "schedule.due" }, { limit: 50 })).items.length;
    test.clock.now += 60_000;
    await Promise.all([test.engine.tick(), bob.tick()]);
    expect(await fired()).to.equal(1);
    await test.engine.stop();
    test.abandon();
    test.clock.now += 60_000;
    await bob.tick();
    await bob.tick();
    expect(await fired()).to.equal(2);
  });

  /** One try only, so that what fails is over. */
  function quick() {
    const retry = { maxAttempts: 1, baseMs: 1, capMs: 1, deadlineMs: 60_000 };
    return step({ id: "send", kind: "call", with: { to: "=phone", body: '="Order " & id' }, retry } as never);
  }

  async function beat(...engines: FlowEngine[]): Promise<void> {
    test.clock.now += 1_000;
    for (const engine of engines) await engine.tick();
    test.clock.now += 1_000;
    for (const engine of engines) await engine.tick();
  }
});
