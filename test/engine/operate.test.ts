import { expect } from "chai";
import type { Notification } from "../../src/core/notification.js";
import type { Run } from "../../src/core/run.js";
import { failing, flow, openTestEngine, sendStep, step, type TestEngine } from "./parts.js";

describe("putting right what went wrong", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const order = { id: "1", phone: "+15005550010" };
  const refused = failing("ENDPOINT_REFUSED", "no such sender");

  async function pushAndRest(document: { [name: string]: string } = order): Promise<string> {
    const { eventId } = await test.push(document);
    await test.engine.idle();
    return eventId!;
  }
  async function runs(): Promise<readonly Run[]> {
    return (await test.store.runs.list({}, { limit: 50 })).items;
  }
  async function run(): Promise<Run> {
    return (await runs()).at(-1)!;
  }
  async function openNotifications(): Promise<readonly Notification[]> {
    const { items } = await test.store.notifications.list({}, { limit: 50 });
    return items.filter(({ state }) => state !== "resolved");
  }
  async function failed(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => expect.fail("nothing was thrown"),
      ({ code }) => code,
    );
  }

  describe("retry", () => {
    it("goes on from the failed step; what was done is not done again, and the notification resolves itself", async () => {
      const steps = [sendStep({ id: "first" }), sendStep({ id: "second", with: { to: "=phone", body: "two" } })];
      test = await openTestEngine([flow("a/send", { steps })]);
      test.vendor.next(() => ({ summary: "ok", vendorId: "SMa", response: {}, messageStatus: "queued" }), refused);
      await pushAndRest();
      expect(await run()).to.include({ status: "failed" });
      expect(await openNotifications()).to.have.lengthOf(1);
      expect((await test.store.issues.list({}, { limit: 5 })).items[0]).to.include({ count: 1, state: "new" });
      await test.engine.retry((await run()).id, "pinned");
      await test.engine.tick();
      expect(await run()).to.include({ status: "succeeded", failure: null });
      expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["Order 1", "two", "two"]);
      expect((await openNotifications()).map(({ level }) => level)).to.deep.equal(["info"]);
      expect((await test.store.issues.list({}, { limit: 5 })).items[0]).to.include({ state: "resolved" });
    });

    it("remembers how the run ended before, the newest ends at most", async () => {
      test = await openTestEngine([flow("a/send")]);
      test.vendor.usual = refused;
      await pushAndRest();
      const { id, failure, finishedAt } = await run();
      test.clock.now += 1_000;
      await test.engine.retry(id, "pinned");
      const end = { status: "failed", failure, stopReason: null, endedAt: finishedAt };
      expect((await run()).earlier).to.deep.equal([{ ...end, retriedAt: new Date(test.clock.now) }]);
      await test.engine.tick();
      for (let times = 0; times < 25; times++) {
        await test.engine.retry(id, "pinned");
        await test.engine.tick();
      }
      test.vendor.usual = null;
      await test.engine.retry(id, "pinned");
      await test.engine.tick();
      const { status, earlier } = await run();
      expect([status, earlier.length]).to.deep.equal(["succeeded", 20]);
    });

    it("with the newest version uses what was corrected", async () => {
      const wrong = flow("a/send", { steps: [sendStep({ with: { to: "=telephone", body: "x" } })] });
      test = await openTestEngine([wrong]);
      await pushAndRest();
      expect((await run()).failure).to.include({ code: "PHONE_MISSING" });
      const right = flow("a/send", { steps: [sendStep({ with: { to: "=phone", body: "corrected" } })] });
      test.use({ ...right, version: { ...right.version, hash: "corrected" } });
      await test.engine.retry((await run()).id, "pinned");
      await test.engine.tick();
      expect(await run()).to.include({ status: "failed" });
      await test.engine.retry((await run()).id, "newest");
      await test.engine.tick();
      expect(await run()).to.include({ status: "succeeded", flowHash: "corrected" });
      expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["corrected"]);
    });

    it("is refused for a run that has succeeded, for one that is under way, and for one that is not there", async () => {
      test = await openTestEngine([flow("a/send")]);
      test.vendor.next(failing("ENDPOINT_UNREACHABLE", "down"));
      await pushAndRest();
      const { id } = await run();
      expect(await failed(test.engine.retry(id, "pinned"))).to.equal("RUN_NOT_FINISHED");
      test.clock.now += 3_600_000;
      await test.engine.tick();
      expect(await failed(test.engine.retry(id, "pinned"))).to.equal("RUN_SUCCEEDED");
      expect(await failed(test.engine.retry("run_none", "pinned"))).to.equal("RUN_UNKNOWN");
    });

    it("that is refused is not planned again", async () => {
      test = await openTestEngine([flow("a/send")]);
      await pushAndRest();
      const { id } = await run();
      const { get } = test.store.runs;
      let reads = 0;
      Object.assign(test.store.runs, {
        get: (runId: string) => {
          reads++;
          return get(runId);
        },
      });
      expect(await failed(test.engine.retry(id, "pinned"))).to.equal("RUN_SUCCEEDED");
      expect(reads).to.equal(1);
    });

    it("by two people at once takes the run up once", async () => {
      test = await openTestEngine([flow("a/send")]);
      test.vendor.next(refused);
      await pushAndRest();
      const { id } = await run();
      const both = await Promise.allSettled([test.engine.retry(id, "pinned"), test.engine.retry(id, "pinned")]);
      expect(both.map(({ status }) => status)).to.have.members(["fulfilled", "rejected"]);
      await test.engine.tick();
      expect(test.vendor.calls).to.have.lengthOf(2);
    });
  });

  describe("cancel", () => {
    it("ends a run that waits for its next attempt: the call is refused by the ledger from then on", async () => {
      test = await openTestEngine([flow("a/send")]);
      test.vendor.next(failing("ENDPOINT_UNREACHABLE", "down"));
      await pushAndRest();
      const cancelled = await test.engine.cancel((await run()).id, "the customer called");
      expect(cancelled).to.include({ status: "cancelled", stopReason: "the customer called" });
      test.clock.now += 3_600_000;
      await test.engine.tick();
      expect(test.vendor.calls).to.have.lengthOf(1);
      const [effect] = await test.store.effects.listOfRun(cancelled.id);
      expect(effect).to.include({ state: "refused" });
      expect((await test.store.messages.list({}, { limit: 1 })).items[0]).to.include({ status: "canceled" });
      expect(await failed(test.engine.cancel(cancelled.id, "again"))).to.equal("RUN_FINISHED");
    });

    it("while the call is under way keeps its outcome, and goes no further", async () => {
      const steps = [sendStep({ id: "first" }), sendStep({ id: "second" })];
      test = await openTestEngine([flow("a/send", { steps })]);
      let answer = (): void => {};
      test.vendor.next(
        () =>
          new Promise((resolve) => {
            answer = () => resolve({ summary: "ok", vendorId: "SM9", response: {}, messageStatus: "queued" });
          }),
      );
      await test.push(order);
      await test.engine.cancel((await run()).id, "stop");
      answer();
      await test.engine.idle();
      await test.engine.tick();
      expect(test.vendor.calls).to.have.lengthOf(1);
      expect(await run()).to.include({ status: "cancelled" });
      expect(await test.store.messages.getByVendorId("SM9")).to.include({ status: "queued" });
      const [effect] = await test.store.effects.listOfRun((await run()).id);
      expect(effect).to.include({ state: "done" });
    });

    it("can be taken back by a retry", async () => {
      test = await openTestEngine([flow("a/send")]);
      test.vendor.next(failing("ENDPOINT_UNREACHABLE", "down"));
      await pushAndRest();
      const { id } = await test.engine.cancel((await run()).id, "mistake");
      await test.engine.retry(id, "pinned");
      await test.engine.tick();
      expect(await run()).to.include({ status: "succeeded" });
      expect((await test.store.messages.list({}, { limit: 1 })).items[0]).to.include({ status: "queued" });
    });
  });

  describe("replay", () => {
    it("sends nothing twice, and says so beforehand", async () => {
      test = await openTestEngine([flow("a/send")]);
      const eventId = await pushAndRest();
      const preview = await test.engine.previewReplay(eventId);
      expect(preview.calls.map(({ verdict, recipient }) => [verdict, recipient])).to.deep.equal([
        ["already-sent", "+15005550010"],
      ]);
      const { decisions } = await test.engine.replay(eventId);
      expect(decisions.map(({ verdict }) => verdict)).to.deep.equal(["fired"]);
      await test.engine.idle();
      expect(test.vendor.calls).to.have.lengthOf(1);
      expect((await runs()).map(({ status }) => status)).to.deep.equal(["succeeded", "succeeded"]);
    });

    it("starts flows that were not there then, and sends what was refused", async () => {
      test = await openTestEngine([flow("a/send")]);
      test.vendor.next(refused);
      const eventId = await pushAndRest();
      test.use(flow("a/send"), flow("b/more", { steps: [sendStep({ with: { to: "=phone", body: "more" } })] }));
      await test.store.commit([{ kind: "flow-version-kept", version: flow("b/more").version }]);
      const preview = await test.engine.previewReplay(eventId);
      expect(preview.calls.map(({ flow: name, verdict, body }) => [name, verdict, body])).to.deep.equal([
        ["a/send", "would-send", "Order 1"],
        ["b/more", "would-send", "more"],
      ]);
      expect(test.vendor.calls).to.have.lengthOf(1);
      await test.engine.replay(eventId);
      await test.engine.idle();
      await test.engine.tick();
      expect(test.vendor.calls.map(({ body }) => body)).to.have.members(["Order 1", "Order 1", "more"]);
    });

    it("leaves a flow alone that still has a run for the event", async () => {
      test = await openTestEngine([flow("a/send")]);
      test.vendor.next(failing("ENDPOINT_UNREACHABLE", "down"));
      const eventId = await pushAndRest();
      const { decisions } = await test.engine.replay(eventId);
      expect(decisions[0]).to.include({ verdict: "not-fired", runId: null });
      expect(await runs()).to.have.lengthOf(1);
    });

    it("finds the record that a step has made up a key for, and starts nothing again", async () => {
      const steps = [step({ id: "sms", kind: "save", dataType: "shop/Sms", with: { phone: "=phone" } } as never)];
      const staged = flow("b/text", { on: { dataType: "shop/Sms" }, steps: [sendStep()] });
      test = await openTestEngine([flow("a/stage", { steps }), staged]);
      const eventId = await pushAndRest();
      expect(test.vendor.calls).to.have.lengthOf(1);
      await test.engine.replay(eventId);
      await test.engine.idle();
      expect(test.vendor.calls).to.have.lengthOf(1);
      expect((await test.store.records.list({ dataType: "shop/Sms" }, { limit: 5 })).items).to.have.lengthOf(1);
    });

    it("sees an unfinished run behind hundreds of its items", async () => {
      const end = step({ id: "end", kind: "stop", reason: "seen" } as never);
      const each = step({ id: "lines", kind: "each", items: "=lines", steps: [end] } as never);
      const rest = step({ id: "rest", kind: "wait", awaited: { kind: "time", ms: 86_400_000 } } as never);
      test = await openTestEngine([flow("a/send", { steps: [each, rest] })]);
      const lines = Array.from({ length: 250 }, (_, index) => index);
      const { eventId } = await test.push({ ...order, lines });
      for (let turn = 0; turn < 8; turn++) {
        await test.engine.tick();
        test.clock.now += 1_000;
      }
      const { decisions } = await test.engine.replay(eventId!);
      expect(decisions[0]).to.include({ verdict: "not-fired", runId: null });
    }).timeout(30_000);

    it("starts nothing for a record that was saved with emitEvents: false", async () => {
      const save = { id: "sms", kind: "save", dataType: "shop/Sms", with: { phone: "=phone" } };
      const quiet = step({ ...save, emitEvents: false } as never);
      const text = flow("b/text", { on: { dataType: "shop/Sms" }, steps: [sendStep()] });
      test = await openTestEngine([flow("a/stage", { steps: [quiet] }), text]);
      await pushAndRest();
      const [event] = (await test.store.events.list({ dataType: "shop/Sms" }, { limit: 5 })).items;
      const { decisions } = await test.engine.replay(event!.id);
      expect(decisions.map(({ flow: name, verdict }) => [name, verdict])).to.deep.equal([["b/text", "not-fired"]]);
      await test.engine.idle();
      expect(test.vendor.calls).to.deep.equal([]);
    });

    it("previews what would fail", async () => {
      test = await openTestEngine([flow("a/send")]);
      const eventId = await pushAndRest({ id: "1" });
      const preview = await test.engine.previewReplay(eventId);
      expect(preview.failures).to.deep.equal([
        { flow: "a/send", code: "PHONE_MISSING", message: "There is no number in `to`" },
      ]);
    });
  });

  describe("bulk operations", () => {
    const always = { from: "2020-01-01T00:00:00Z", until: "2030-01-01T00:00:00Z" };
    async function finishOperation(id: string): Promise<void> {
      for (let turn = 0; turn < 50; turn++) {
        test.clock.now += 1_000;
        await test.engine.tick();
        if ((await test.store.operations.get(id))?.state !== "running") return;
      }
    }

    it("retries failed runs by filter, paced", async () => {
      test = await openTestEngine([flow("a/send"), flow("b/other")]);
      test.vendor.next(...Array.from({ length: 10 }, () => refused));
      for (let id = 1; id <= 5; id++) await pushAndRest({ id: String(id), phone: `+1500555001${id}` });
      for (let turn = 0; turn < 3; turn++) {
        test.clock.now += 2_000;
        await test.engine.tick();
      }
      const work = { kind: "retry", flow: "a/send", code: null, version: "pinned", ...always } as const;
      expect(await test.engine.previewOperation(work)).to.include({ examined: 10, runs: 5, more: false });
      const { id } = await test.engine.startOperation({ work, perSecond: 2 });
      test.clock.now += 1_000;
      await test.engine.tick();
      const halfway = await test.store.operations.get(id);
      expect(halfway?.state).to.equal("running");
      expect(halfway?.examined).to.be.within(1, 3);
      await finishOperation(id);
      expect(await test.store.operations.get(id)).to.include({ state: "done", examined: 10, started: 5 });
      await test.engine.tick();
      const succeeded = (await runs()).filter(({ status }) => status === "succeeded");
      expect(succeeded.map(({ flow: name }) => name)).to.deep.equal(Array(5).fill("a/send"));
    });

    it("replays a time range, with a preview of what was sent already", async () => {
      test = await openTestEngine([flow("a/send")]);
      test.vendor.next(refused);
      for (const id of ["1", "2", "3"]) await pushAndRest({ id, phone: `+1500555001${id}` });
      const work = { kind: "replay", eventKind: null, dataType: "shop/Order", ...always } as const;
      const preview = await test.engine.previewOperation(work);
      expect(preview.calls).to.deep.equal({
        "would-send": 1,
        suppressed: 0,
        "already-sent": 2,
        "under-way": 0,
        unknown: 0,
      });
      const { id } = await test.engine.startOperation({ work, perSecond: 100 });
      await finishOperation(id);
      await test.engine.tick();
      expect(test.vendor.calls).to.have.lengthOf(4);
    });

    it("can be stopped, and is not begun again", async () => {
      test = await openTestEngine([flow("a/send")]);
      for (const id of ["1", "2", "3"]) await pushAndRest({ id, phone: `+1500555001${id}` });
      const work = { kind: "replay", eventKind: null, dataType: null, ...always } as const;
      const { id } = await test.engine.startOperation({ work, perSecond: 1 });
      test.clock.now += 1_000;
      await test.engine.tick();
      expect(await test.engine.stopOperation(id)).to.include({ state: "stopped" });
      const stopped = await test.store.operations.get(id);
      await finishOperation(id);
      expect(await test.store.operations.get(id)).to.deep.equal(stopped);
    });
  });

  describe("a bulk operation's units", () => {
    const always = { from: "2020-01-01T00:00:00Z", until: "2030-01-01T00:00:00Z" };
    const replay = { kind: "replay", eventKind: null, dataType: null, ...always } as const;
    const retry = { kind: "retry", flow: null, code: null, version: "pinned", ...always } as const;
    async function pushOrders(count: number): Promise<string[]> {
      const ids: string[] = [];
      for (let id = 0; id < count; id++) ids.push(await pushAndRest({ id: String(id), phone: `+1500555001${id}` }));
      return ids;
    }
    async function second(): Promise<void> {
      test.clock.now += 1_000;
      await test.engine.tick();
    }

    it("come after whoever stops the operation", async () => {
      test = await openTestEngine([flow("a/send")]);
      await pushOrders(9);
      const { id } = await test.engine.startOperation({ work: replay, perSecond: 100 });
      const events = test.store.events as { between: typeof test.store.events.between };
      const { between } = events;
      let stopped: ReturnType<typeof test.engine.stopOperation> | null = null;
      events.between = async (...span) => {
        const { examined } = (await test.store.operations.get(id))!;
        if (examined === 2) stopped ??= test.engine.stopOperation(id);
        return between(...span);
      };
      await second();
      await second();
      expect(await stopped).to.include({ state: "stopped", examined: 3 });
      expect(await test.store.operations.get(id)).to.include({ state: "stopped", examined: 3 });
    });

    it("are passed over when they cannot be done, and the others are done", async () => {
      test = await openTestEngine([flow("a/send")]);
      const [, broken] = await pushOrders(3);
      const runsOfStore = test.store.runs as { openOf: typeof test.store.runs.openOf };
      const { openOf } = runsOfStore;
      runsOfStore.openOf = (eventId) => (eventId === broken ? Promise.reject(new Error("defect")) : openOf(eventId));
      const { id } = await test.engine.startOperation({ work: replay, perSecond: 100 });
      await second();
      await second();
      expect(await test.store.operations.get(id)).to.include({ state: "done", examined: 3, started: 2 });
    });

    it("keep no other operation from its own when they cannot be found", async () => {
      test = await openTestEngine([flow("a/send")]);
      await pushOrders(3);
      const { id } = await test.engine.startOperation({ work: replay, perSecond: 100 });
      const stuck = await test.engine.startOperation({ work: retry, perSecond: 100 });
      const runsOfStore = test.store.runs as { failedBetween: typeof test.store.runs.failedBetween };
      runsOfStore.failedBetween = () => Promise.reject(new Error("defect"));
      await second();
      await second();
      expect(await test.store.operations.get(id)).to.include({ state: "done", examined: 3 });
      expect(await test.store.operations.get(stuck.id)).to.include({ state: "running", examined: 0 });
    });
  });

  it("a flow started by hand about a record is part of its story, and no news of it", async () => {
    test = await openTestEngine([flow("a/send", { on: { kind: "manual", when: null } as never })]);
    await pushAndRest({ id: "7", phone: "+15005550010" });
    const pushedAt = await test.store.events.newestAt("shop/Order");
    test.clock.now += 60_000;
    const record = { dataType: "shop/Order", key: "7" };
    const { runId, eventId } = await test.engine.startFlow("a/send", { payload: { ...order, id: "7" }, record });
    await test.engine.idle();
    expect(await test.store.events.get(eventId)).to.include({ kind: "flow.started", ...record, version: null });
    expect((await test.store.runs.list(record, { limit: 9 })).items.map(({ id }) => id)).to.deep.equal([runId]);
    expect((await test.store.messages.list(record, { limit: 9 })).items).to.have.lengthOf(1);
    expect(await test.store.events.newestAt("shop/Order")).to.deep.equal(pushedAt);
    expect((await test.store.records.get("shop/Order", "7"))?.version).to.equal(1);
  });

  describe("quarantine", () => {
    const push = (document: { [name: string]: string }) => test.engine.accept({ dataType: "shop/Return", document });

    it("keeps a record that does not fit, tells the operator, and lets it go corrected", async () => {
      const onReturn = flow("a/send", { on: { dataType: "shop/Return" } });
      test = await openTestEngine([onReturn]);
      const kept = await push({ id: "R1", phone: "+15005550010" });
      expect(kept).to.include({ verdict: "quarantined", version: 0 });
      expect(kept.problems).to.deep.equal([{ path: "/order", message: "is required" }]);
      expect((await openNotifications())[0]).to.include({ level: "error", code: "RECORD_INVALID", key: "R1" });
      expect(await failed(test.engine.release(kept.quarantineId!, { document: null, force: false }))).to.equal(
        "RECORD_INVALID",
      );
      const document = { id: "R1", phone: "+15005550010", order: "1" };
      const released = await test.engine.release(kept.quarantineId!, { document, force: false });
      expect(released).to.include({ verdict: "created", key: "R1" });
      await test.engine.idle();
      expect(test.vendor.calls).to.have.lengthOf(1);
      expect((await openNotifications()).map(({ level }) => level)).to.deep.equal(["info"]);
      expect(await test.store.quarantine.get(kept.quarantineId!)).to.include({ state: "released" });
      expect(await failed(test.engine.release(kept.quarantineId!, { document, force: false }))).to.equal(
        "QUARANTINE_LEFT",
      );
    });

    it("stays held when the correction is another record, and says so with both keys", async () => {
      test = await openTestEngine([]);
      const { quarantineId } = await push({ id: "R1" });
      const refusal = await test.engine
        .release(quarantineId!, { document: { id: "R2", order: "1" }, force: false })
        .then(
          () => expect.fail("nothing was thrown"),
          ({ code, message }) => ({ code, message }),
        );
      expect(refusal.code).to.equal("RECORD_INVALID");
      expect(refusal.message).to.include("R2").and.include("R1");
      expect(await test.store.quarantine.get(quarantineId!)).to.include({ state: "held", key: "R1" });
      expect(await test.store.records.get("shop/Return", "R2")).to.equal(null);
    });

    it("takes any key for a record that had none", async () => {
      test = await openTestEngine([]);
      const { quarantineId } = await push({ order: "1" });
      expect(await test.engine.release(quarantineId!, { document: { id: "R2", order: "1" }, force: false })).to.include(
        { key: "R2" },
      );
    });

    it("lets go of what nobody wants", async () => {
      test = await openTestEngine([]);
      const { quarantineId } = await push({ id: "R1" });
      expect(await test.engine.discard(quarantineId!)).to.include({ state: "discarded" });
      expect(await openNotifications()).to.deep.equal([]);
      expect(await failed(test.engine.discard(quarantineId!))).to.equal("QUARANTINE_LEFT");
    });
  });
});
