import { expect } from "chai";
import type { Effect } from "../../src/core/effect.js";
import type { Run } from "../../src/core/run.js";
import { accepted, failing, flow, openTestEngine, reportOf, sendStep, step, type TestEngine } from "./parts.js";

describe("a call whose outcome nobody knows", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const lost = failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer");

  async function pushAndLose(): Promise<void> {
    test.vendor.next(lost);
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
  }
  async function onlyRun(): Promise<Run> {
    const { items } = await test.store.runs.list({}, { limit: 5 });
    expect(items).to.have.lengthOf(1);
    return items[0]!;
  }
  async function onlyEffect(): Promise<Effect> {
    const [effect, ...others] = await test.store.effects.listOfRun((await onlyRun()).id);
    expect(others).to.deep.equal([]);
    return effect!;
  }
  async function openNotifications(): Promise<string[]> {
    const { items } = await test.store.notifications.list({}, { limit: 20 });
    return items.filter(({ state }) => state !== "resolved").map(({ level, code }) => `${level} ${code}`);
  }
  /** Lets the vendor be asked as often as it may be. */
  async function askAll(): Promise<void> {
    for (let asked = 0; asked < 8; asked++) {
      test.clock.now += 3_600_000;
      await test.engine.tick();
    }
  }

  it("is looked up at the vendor after a while, and the run goes on with what it has", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndLose();
    expect(await onlyRun()).to.include({ status: "waiting" });
    expect(await onlyEffect()).to.include({ state: "unknown" });
    expect(await openNotifications()).to.deep.equal([]);
    test.clock.now += 59_999;
    await test.engine.tick();
    expect(test.vendor.searches).to.deep.equal([]);
    test.vendor.findings.push(() => ({ ...accepted("SM77"), report: null }));
    test.clock.now += 1;
    await test.engine.tick();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect(await onlyEffect()).to.include({ state: "done", vendorId: "SM77", attempts: 1 });
    expect(test.vendor.calls).to.have.lengthOf(1);
    expect(await test.store.messages.getByVendorId("SM77")).to.include({ status: "queued" });
  });

  it("is found with what has become of it meanwhile: an undelivered text is told, and flows start", async () => {
    const sorry = flow("b/sorry", {
      on: { kind: "message", statuses: ["undelivered"], when: null } as never,
      steps: [step({ id: "n", kind: "notify", title: "call the customer" })],
    });
    test = await openTestEngine([flow("a/send"), sorry]);
    await pushAndLose();
    const report = reportOf("eff_any", "undelivered", {
      vendorId: "SM77",
      errorCode: "30005",
      cause: "no such number",
    });
    test.vendor.findings.push(() => ({ ...accepted("SM77"), messageStatus: "undelivered", report }));
    test.clock.now += 60_000;
    await test.engine.tick();
    expect(await test.store.messages.getByVendorId("SM77")).to.include({ status: "undelivered", errorCode: "30005" });
    expect(await openNotifications()).to.include("error MESSAGE_NOT_DELIVERED");
    expect((await test.store.runs.list({ flow: "b/sorry" }, { limit: 5 })).items).to.have.lengthOf(1);
  });

  it("is found although its run was cancelled meanwhile, and what it has become is told", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndLose();
    const { id } = await onlyRun();
    const report = reportOf("eff_any", "undelivered", { vendorId: "SM77", errorCode: "30005" });
    const found = { ...accepted("SM77"), messageStatus: "undelivered", report } as const;
    test.vendor.findings.push((async () => {
      await test.engine.cancel(id, "no more");
      return found;
    }) as never);
    test.clock.now += 60_000;
    await test.engine.tick();
    expect(await onlyRun()).to.include({ status: "cancelled" });
    expect(await onlyEffect()).to.include({ state: "done", vendorId: "SM77" });
    expect(await openNotifications()).to.include("error MESSAGE_NOT_DELIVERED");
  });

  it("is made again only when the vendor has nothing of it", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndLose();
    test.vendor.findings.push(() => "absent");
    test.clock.now += 60_000;
    await test.engine.tick();
    expect(test.vendor.calls).to.have.lengthOf(2);
    expect(await onlyEffect()).to.include({ state: "done", attempts: 2 });
    expect(await onlyRun()).to.include({ status: "succeeded" });
  });

  it("goes to a person when more than one message could be it", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndLose();
    test.vendor.findings.push(() => "unclear");
    test.clock.now += 60_000;
    await test.engine.tick();
    expect(await onlyRun()).to.include({ status: "failed" });
    expect(await openNotifications()).to.deep.equal(["error ENDPOINT_OUTCOME_UNKNOWN"]);
    expect(test.vendor.calls).to.have.lengthOf(1);
  });

  it("goes to a person when the vendor cannot be asked, after several tries", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndLose();
    for (let asked = 0; asked < 6; asked++) test.vendor.findings.push(failing("ENDPOINT_UNREACHABLE", "down") as never);
    await askAll();
    expect(test.vendor.searches).to.have.lengthOf(6);
    expect(await onlyRun()).to.include({ status: "failed" });
    expect(await onlyEffect()).to.include({ state: "unknown" });
    const told = ["error ENDPOINT_OUTCOME_UNKNOWN", "error CONNECTION_SILENT"];
    expect(await openNotifications()).to.deep.equal(told);
  });

  it("stays open where the flow goes on without it, until the vendor says more", async () => {
    test = await openTestEngine([flow("a/send", { steps: [sendStep({ onError: "continue" })] })]);
    await pushAndLose();
    for (let asked = 0; asked < 6; asked++) test.vendor.findings.push(failing("ENDPOINT_UNREACHABLE", "down") as never);
    await askAll();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect(await openNotifications()).to.include("error ENDPOINT_OUTCOME_UNKNOWN");
    await test.engine.report(reportOf((await onlyEffect()).id, "sent", { vendorId: "SM9" }));
    expect(await openNotifications()).not.to.include("error ENDPOINT_OUTCOME_UNKNOWN");
  });

  it("is told to a person when its run is cancelled, also while the call is under way", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndLose();
    await test.engine.cancel((await onlyRun()).id, "no more");
    expect(await openNotifications()).to.include("error ENDPOINT_OUTCOME_UNKNOWN");
    await test.engine.settle((await onlyEffect()).id, "sent");
    expect(await openNotifications()).to.deep.equal(["notice null"]);
  });

  it("is settled by a report while the run rests, which goes on at once", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndLose();
    const { id } = await onlyEffect();
    await test.engine.report(reportOf(id, "delivered", { vendorId: "SM9" }));
    await test.engine.idle();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect(await onlyEffect()).to.include({ state: "done", vendorId: "SM9" });
    expect(await test.store.messages.getByVendorId("SM9")).to.include({ status: "delivered" });
    expect(test.vendor.searches).to.deep.equal([]);
  });

  it("is settled by a report after the run has failed: it goes on, and its notification is resolved", async () => {
    test = await openTestEngine([
      flow("a/send", { steps: [sendStep(), step({ id: "n", kind: "notify", title: "behind" })] }),
    ]);
    await pushAndLose();
    test.vendor.findings.push(() => "unclear");
    test.clock.now += 60_000;
    await test.engine.tick();
    expect(await onlyRun()).to.include({ status: "failed" });
    await test.engine.report(reportOf((await onlyEffect()).id, "sent", { vendorId: "SM9" }));
    await test.engine.tick();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect((await openNotifications()).filter((text) => text.startsWith("error"))).to.deep.equal([]);
    expect((await test.store.notifications.list({}, { limit: 9 })).items.map(({ title }) => title)).to.include(
      "behind",
    );
  });

  describe("when a person settles it", () => {
    async function openUnclear(): Promise<string> {
      test = await openTestEngine([flow("a/send")]);
      await pushAndLose();
      test.vendor.findings.push(() => "unclear");
      test.clock.now += 60_000;
      await test.engine.tick();
      return (await onlyEffect()).id;
    }

    it("as sent, the run goes on behind it", async () => {
      const id = await openUnclear();
      expect(await test.engine.settle(id, "sent")).to.include({ state: "done" });
      await test.engine.tick();
      expect(await onlyRun()).to.include({ status: "succeeded" });
      expect(test.vendor.calls).to.have.lengthOf(1);
      expect(await openNotifications()).to.deep.equal(["info null"]);
    });

    it("as not sent, the run stays failed, and a retry sends it", async () => {
      const id = await openUnclear();
      expect(await test.engine.settle(id, "not-sent")).to.include({ state: "refused" });
      await test.engine.tick();
      expect(await onlyRun()).to.include({ status: "failed" });
      expect(test.vendor.calls).to.have.lengthOf(1);
      expect(await openNotifications()).to.deep.equal(["warning EFFECT_NOT_MADE"]);
      await test.engine.retry((await onlyRun()).id, "pinned");
      await test.engine.tick();
      expect(test.vendor.calls).to.have.lengthOf(2);
      expect(await onlyRun()).to.include({ status: "succeeded" });
      const [message] = (await test.store.messages.list({}, { limit: 5 })).items;
      expect(message).to.include({ status: "queued", vendorId: "SM2" });
    });

    it("as to be sent again, it is sent again at once", async () => {
      const id = await openUnclear();
      await test.engine.settle(id, "send-again");
      await test.engine.tick();
      expect(test.vendor.calls).to.have.lengthOf(2);
      expect(await onlyRun()).to.include({ status: "succeeded" });
    });

    it("twice, the second time is refused", async () => {
      const id = await openUnclear();
      await test.engine.settle(id, "sent");
      const error = await test.engine.settle(id, "send-again").catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "EFFECT_SETTLED" });
    });
  });

  it("of a worker that died is proven by the message's report", async () => {
    test = await openTestEngine([flow("a/send")]);
    let callbackCame = (): void => {};
    const came = new Promise<void>((resolve) => {
      callbackCame = resolve;
    });
    test.vendor.next(async (_request, { effectId }) => {
      await test.engine.report(reportOf(effectId, "sent", { vendorId: "SM5" }));
      callbackCame();
      return new Promise(() => {});
    });
    await test.push({ id: "1", phone: "+15005550010" });
    await came;
    test.clock.now += 60_001;
    const second = test.another("bob");
    await second.tick();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect(await onlyEffect()).to.include({ state: "done", vendorId: "SM5" });
    expect(test.vendor.calls).to.have.lengthOf(1);
    test.abandon();
  });
});
