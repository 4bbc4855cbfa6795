import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import { PatchbayError } from "../../src/core/errors.js";
import type { Run } from "../../src/core/run.js";
import type { Store } from "../../src/core/store.js";
import type { EngineParts } from "../../src/engine/engine-parts.js";
import type { FlowEngine } from "../../src/engine/flow-engine.js";
import { createWorkload } from "../../src/engine/workload.js";
import { accepted, failing, flow, gate, openTestEngine, partsOf, sendStep, step, type TestEngine } from "./parts.js";

describe("corner cases of sharing a store", () => {
  let test: TestEngine;
  const others: FlowEngine[] = [];
  afterEach(async () => {
    for (const other of others.splice(0)) await other.stop();
    await test.close();
  });

  function join(worker: string, more: Partial<EngineParts> = {}): FlowEngine {
    const engine = test.another(worker, more);
    others.push(engine);
    return engine;
  }
  const push = (engine: FlowEngine, id: string, phone = `+1500555${id.padStart(4, "0")}`) =>
    engine.accept({ dataType: "shop/Order", document: { id, phone } });
  const bodies = (): unknown[] => test.vendor.calls.map(({ body }) => body);
  async function onlyRun(): Promise<Run> {
    const { items } = await test.store.runs.list({}, { limit: 5 });
    expect(items).to.have.lengthOf(1);
    return items[0]!;
  }

  /** A process that stands still right after a commit that begins a call: the commit is stored, and it does not know. */
  function standingStill(pause: () => Promise<void>): Store {
    let isFirst = true;
    const begins = (change: Change): boolean => change.kind === "effect-intended" && change.effect.state === "started";
    const commit = async (changes: readonly Change[]): Promise<void> => {
      await test.store.commit(changes);
      if (!isFirst || !changes.some(begins)) return;
      isFirst = false;
      await pause();
    };
    return { ...test.store, commit };
  }

  it("a call that stood still before it was made is not made, when another process has made it meanwhile", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true });
    const bob = join("bob");
    const store = standingStill(async () => {
      test.clock.now += 61_000;
      await bob.tick();
    });
    const ann = join("eve", { store });
    await push(ann, "1");
    await ann.idle();
    expect(bodies()).to.deep.equal(["Order 1"]);
    expect(await onlyRun()).to.include({ status: "succeeded" });
    const effects = await test.store.effects.listOfRun((await onlyRun()).id);
    expect(effects.map(({ state, attempts }) => ({ state, attempts }))).to.deep.equal([{ state: "done", attempts: 2 }]);
  });

  it("a call that stood still before it was made is tried again, when nobody else has made it", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true });
    const store = standingStill(async () => {
      test.clock.now += 45_000;
    });
    const ann = join("eve", { store });
    await push(ann, "1");
    await ann.idle();
    expect(bodies()).to.deep.equal([]);
    expect(await onlyRun()).to.include({ status: "waiting" });
    test.clock.now += 60_000;
    await ann.tick();
    expect(bodies()).to.deep.equal(["Order 1"]);
    expect(await onlyRun()).to.include({ status: "succeeded" });
  });

  it("an outcome that comes after another process has taken the run over wakes the run", async () => {
    test = await openTestEngine([flow("a/send")], { reconcileAfterMs: 600_000 }, { shared: true });
    const held = gate();
    test.vendor.next(async () => {
      await held.opened;
      return accepted("SM1");
    });
    await push(test.engine, "1");
    const bob = join("bob");
    for (const ms of [61_000, 1_000, 1_000]) {
      test.clock.now += ms;
      await bob.tick();
    }
    expect(await onlyRun()).to.include({ status: "waiting" });
    held.open();
    await test.engine.idle();
    test.clock.now += 1;
    await bob.tick();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect(bodies()).to.deep.equal(["Order 1"]);
  });

  it("an outcome that comes after another process has failed the run for not knowing it takes the run up again", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true });
    const held = gate();
    test.vendor.next(async () => {
      await held.opened;
      return accepted("SM1");
    });
    await push(test.engine, "1");
    const bob = join("bob");
    test.vendor.findings.push(() => "unclear");
    test.clock.now += 61_000;
    await bob.tick();
    expect(await onlyRun()).to.include({ status: "failed" });
    held.open();
    await test.engine.idle();
    await bob.tick();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect(bodies()).to.deep.equal(["Order 1"]);
    const { items } = await test.store.notifications.list({ level: "error" }, { limit: 5 });
    expect(items.map(({ state }) => state)).to.deep.equal(["resolved"]);
  });

  it("a call that the vendor has nothing of waits a moment, not a lease, for the recipient's turn", async () => {
    test = await openTestEngine([flow("a/send")], { reconcileAfterMs: 30_000 }, { shared: true });
    test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer"));
    await push(test.engine, "1", "+15005550010");
    await test.engine.idle();
    const held = gate();
    test.vendor.next(async () => {
      await held.opened;
      return accepted("SM2");
    });
    const bob = join("bob");
    await push(bob, "2", "+15005550010");
    test.clock.now += 30_000;
    await test.engine.tick();
    expect(test.vendor.searches).to.have.lengthOf(1);
    expect(bodies()).to.deep.equal(["Order 1", "Order 2"]);
    held.open();
    await bob.idle();
    test.clock.now += 1_000;
    await test.engine.tick();
    expect(bodies()).to.deep.equal(["Order 1", "Order 2", "Order 1"]);
  });

  it("a pace is kept after everybody has stood still", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true, maxPerSecond: 2 });
    for (let index = 0; index < 60; index++) await push(test.engine, String(index));
    await test.engine.idle();
    expect(bodies()).to.have.lengthOf(1);
    test.clock.now += 20_000;
    await test.engine.tick();
    expect(bodies().length).to.be.at.most(1 + 1 + 2);
    for (let second = 0; second < 60 && bodies().length < 60; second++) {
      const before = bodies().length;
      test.clock.now += 1_000;
      await test.engine.tick();
      expect(bodies().length - before).to.be.at.most(2 + 1);
    }
    expect(bodies()).to.have.lengthOf(60);
  });

  it("a slot of a schedule that was switched on under another leader is not passed over when the lead comes back", async () => {
    const due = flow("a/clock", {
      on: { kind: "schedule", cron: "* * * * *", timeZone: "UTC", missed: "all", when: null } as never,
      steps: [step({ id: "n", kind: "notify", title: "tick" })],
    });
    test = await openTestEngine([], {}, { shared: true });
    const fired = async (): Promise<number> =>
      (await test.store.events.list({ kind: "schedule.due" }, { limit: 50 })).items.length;
    await test.engine.tick();
    const bob = test.another("bob");
    // The one who leads is slow for a while; another leads, and the flow is switched on.
    test.clock.now += 10_000;
    await bob.tick();
    test.use(due);
    await bob.tick();
    test.clock.now += 1_000;
    await test.engine.tick();
    test.clock.now += 49_000;
    await bob.tick();
    expect(await fired()).to.equal(1);
    await bob.stop();
    test.clock.now += 60_000;
    await test.engine.tick();
    expect(await fired()).to.equal(2);
  });

  const unreadable = async (): Promise<void> => {
    throw new PatchbayError("COLLECTION_INVALID", "made by a newer version");
  };

  it("a process that cannot read what is installed does everything else that the others count on", async () => {
    const due = flow("a/clock", {
      on: { kind: "schedule", cron: "* * * * *", timeZone: "UTC", missed: "all", when: null } as never,
      steps: [step({ id: "n", kind: "notify", title: "tick" })],
    });
    test = await openTestEngine([due], {}, { shared: true });
    const eve = join("eve", { refresh: unreadable });
    await eve.tick();
    test.clock.now += 61_000;
    await eve.tick();
    await eve.tick();
    expect((await test.store.processes.list()).map(({ name }) => name)).to.deep.equal(["eve"]);
    const { items } = await test.store.events.list({ kind: "schedule.due" }, { limit: 5 });
    expect(items).to.have.lengthOf(1);
  });

  it("a run of a version that another process has replaced goes on where the new one cannot be read", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true, role: "api" });
    await push(test.engine, "1");
    test.use();
    await join("eve", { role: "worker", refresh: unreadable }).tick();
    expect(bodies()).to.deep.equal(["Order 1"]);
  });

  it("leases that could not be extended are extended at the next opportunity", async () => {
    test = await openTestEngine([flow("a/send")], {}, { shared: true, role: "api" });
    await push(test.engine, "1");
    const now = (): number => test.clock.now;
    const [claimed] = await test.store.runs.claim("eve", { limit: 1, leaseMs: 60_000, now: new Date(now()) });
    let away = false;
    const runs: Store["runs"] = {
      ...test.store.runs,
      extend: async (...extension) => {
        if (away) throw new PatchbayError("STORE_UNAVAILABLE", "away for a moment");
        await test.store.runs.extend(...extension);
      },
    };
    const parts = partsOf({ store: { ...test.store, runs }, clock: test.clock } as never);
    const workload = createWorkload(parts, { worker: "eve", onSettled: () => {} });
    const held = gate();
    workload.add(claimed!.run.id, () => held.opened);
    test.clock.now += 45_000;
    away = true;
    expect(await workload.extendLeases().catch(({ code }) => code)).to.equal("STORE_UNAVAILABLE");
    away = false;
    test.clock.now += 10_000;
    await workload.extendLeases();
    expect((await onlyRun()).dueAt?.getTime()).to.equal(test.clock.now + 60_000);
    held.open();
    await workload.idle();
  });

  it("a long queue goes on soon after its vendor answers again", async () => {
    const retry = { maxAttempts: 1, baseMs: 1, capMs: 1, deadlineMs: 60_000 };
    test = await openTestEngine(
      [flow("a/send", { steps: [sendStep({ retry })] })],
      {},
      { shared: true, maxPerSecond: 1 },
    );
    for (let index = 0; index < 120; index++) await push(test.engine, String(index));
    test.vendor.usual = failing("ENDPOINT_UNREACHABLE", "no answer");
    for (let second = 0; second < 20; second++) {
      test.clock.now += 1_000;
      await test.engine.tick();
    }
    expect(await test.store.breakers.list()).to.have.lengthOf(1);
    test.vendor.usual = null;
    const before = bodies().length;
    for (let second = 0; second < 60; second++) {
      test.clock.now += 1_000;
      await test.engine.tick();
    }
    expect(bodies().length - before).to.be.at.least(30);
    expect(bodies().length - before).to.be.at.most(62);
  });
});
