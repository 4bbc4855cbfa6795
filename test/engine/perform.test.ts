import { expect } from "chai";
import type { Notification } from "../../src/core/notification.js";
import type { Run } from "../../src/core/run.js";
import { accepted, failing, flow, openTestEngine, reportOf, sendStep, step, type TestEngine } from "./parts.js";

describe("carrying runs on", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const order = { id: "1", phone: "+15005550010" };

  async function pushAndRest(document: { [name: string]: string } = order): Promise<void> {
    await test.push(document);
    await test.engine.idle();
  }
  async function onlyRun(): Promise<Run> {
    const { items } = await test.store.runs.list({}, { limit: 5 });
    expect(items).to.have.lengthOf(1);
    return items[0]!;
  }
  async function notifications(): Promise<readonly Notification[]> {
    return (await test.store.notifications.list({}, { limit: 20 })).items;
  }
  async function onlyEffect(): ReturnType<TestEngine["store"]["effects"]["get"]> {
    const [effect] = await test.store.effects.listOfRun((await onlyRun()).id);
    return effect ?? null;
  }

  it("ends with a finished run, a settled ledger, a followed message and a notification", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndRest();
    expect(await onlyRun()).to.include({ status: "succeeded", dueAt: null, leasedBy: null });
    expect(await onlyEffect()).to.include({ state: "done", vendorId: "SM1", attempts: 1 });
    const message = await test.store.messages.getByVendorId("SM1");
    expect(message).to.include({ status: "queued", to: "+15005550010", body: "Order 1", key: "1" });
    const [notification] = await notifications();
    expect(notification).to.include({ level: "info", title: "a/send: message SM1 queued", messageId: message?.id });
    expect(notification?.request).to.deep.equal({ to: "+15005550010", body: "Order 1" });
  });

  it("gives the vendor a callback URL that carries the effect", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndRest();
    const { effectId, callbackUrl } = test.vendor.contexts[0]!;
    expect(callbackUrl).to.equal(`https://patchbay.example/hooks/post/test/post/s3cret/status?effect=${effectId}`);
  });

  it("tries again what certainly took no effect, under the same ledger row, and not before the vendor allows", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_BUSY", "slow down", { retryAfterMs: 7_000 }));
    await pushAndRest();
    const waiting = await onlyRun();
    expect(waiting).to.include({ status: "waiting", attempts: 1 });
    expect(waiting.dueAt?.getTime()).to.equal(test.clock.now + 7_000);
    test.clock.now += 6_999;
    expect(await test.engine.tick()).to.equal(0);
    test.clock.now += 1;
    expect(await test.engine.tick()).to.equal(1);
    expect(await onlyRun()).to.include({ status: "succeeded", attempts: 2 });
    expect(await onlyEffect()).to.include({ state: "done", attempts: 2 });
    expect((await notifications()).map(({ retries }) => retries)).to.deep.equal([1]);
  });

  it("counts the deadline from the first attempt, however long the next one is put off", async () => {
    const retry = { maxAttempts: 9, baseMs: 1, capMs: 1, deadlineMs: 30_000 };
    test = await openTestEngine([flow("a/send", { steps: [sendStep({ retry })] })]);
    test.vendor.next(
      failing("ENDPOINT_UNREACHABLE", "no answer"),
      failing("ENDPOINT_BUSY", "slow", { retryAfterMs: 20_000 }),
    );
    await pushAndRest();
    const first = (await onlyEffect())?.firstAttemptAt?.getTime();
    await pushAndRest({ id: "2", phone: "+15005550011" });
    test.clock.now += 1_000;
    await test.engine.tick();
    const run = (await test.store.runs.list({ key: "1", dataType: "shop/Order" }, { limit: 1 })).items[0]!;
    expect(run.wait).to.include({ kind: "connection" });
    test.vendor.usual = failing("ENDPOINT_UNREACHABLE", "no answer");
    test.clock.now = first! + 30_001;
    await test.engine.tick();
    expect(await test.store.runs.get(run.id)).to.include({ status: "failed", attempts: 2 });
  });

  it("gives up after the last attempt and says so", async () => {
    const retry = { maxAttempts: 3, baseMs: 1_000, capMs: 1_000 };
    test = await openTestEngine([flow("a/send", { steps: [sendStep({ retry } as never)] })]);
    const down = failing("ENDPOINT_UNREACHABLE", "connection refused");
    test.vendor.next(down, down, down, down);
    await pushAndRest();
    for (let round = 0; round < 5; round++) {
      test.clock.now += 10_000;
      await test.engine.tick();
    }
    expect(test.vendor.calls).to.have.lengthOf(3);
    expect(await onlyRun()).to.include({ status: "failed" });
    expect(await onlyEffect()).to.include({ state: "refused" });
    expect((await notifications()).map(({ level, cause }) => [level, cause])).to.deep.equal([
      ["error", "connection refused, 3 times; it is not tried again by itself"],
    ]);
  });

  it("never repeats a call whose outcome is unknown", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer within 15 s"));
    test.vendor.findings.push(() => "unclear");
    await pushAndRest();
    test.clock.now += 3_600_000;
    await test.engine.tick();
    expect(test.vendor.calls).to.have.lengthOf(1);
    expect(await onlyRun()).to.include({ status: "failed" });
    expect(await onlyEffect()).to.include({ state: "unknown" });
    const [notification] = await notifications();
    expect(notification).to.include({ level: "error", code: "ENDPOINT_OUTCOME_UNKNOWN" });
  });

  it("settles an unknown outcome when the vendor reports on the message", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_OUTCOME_UNKNOWN", "no answer within 15 s"));
    await pushAndRest();
    const effect = await onlyEffect();
    await test.engine.report(reportOf(effect?.id ?? "", "delivered"));
    expect(await onlyEffect()).to.include({ state: "done", vendorId: "SM1" });
    expect(await test.store.messages.getByVendorId("SM1")).to.include({ status: "delivered" });
  });

  it("fails at once on what the vendor will always refuse", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_REFUSED", "not a mobile number", { vendorCode: 21614, remedy: "Correct it." }));
    await pushAndRest();
    expect(await onlyRun()).to.include({ status: "failed" });
    const effect = await onlyEffect();
    expect(effect).to.include({ state: "refused" });
    expect(await test.store.messages.getByEffect(effect?.id ?? "")).to.include({
      status: "failed",
      errorCode: "21614",
    });
    expect((await notifications())[0]).to.include({
      level: "error",
      remedy: "Correct it.",
      cause: "not a mobile number",
    });
  });

  it("refuses before the call what the connection would not take, without a ledger row", async () => {
    test = await openTestEngine([flow("a/send")]);
    await pushAndRest({ id: "1" });
    expect(test.vendor.calls).to.deep.equal([]);
    expect(await onlyRun()).to.include({ status: "failed" });
    expect(await onlyEffect()).to.equal(null);
    expect((await notifications())[0]).to.include({ code: "PHONE_MISSING" });
  });

  it("goes on after a failed step that says continue, and later steps see the error", async () => {
    const note = step({ id: "note", kind: "notify", title: '="Could not text: " & $steps.send.error.code' } as never);
    test = await openTestEngine([flow("a/send", { steps: [sendStep({ onError: "continue" }), note] })]);
    test.vendor.next(failing("ENDPOINT_REFUSED", "no"));
    await pushAndRest();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect((await notifications()).map(({ title }) => title)).to.include("Could not text: ENDPOINT_REFUSED");
  });

  it("skips a step whose condition is not true, and stops with a reason", async () => {
    const skip = sendStep({ when: "total > 100" });
    const stop = step({
      id: "stop",
      kind: "stop",
      reason: '="Order " & id & " has no phone"',
      when: "$not($exists(phone))",
    } as never);
    test = await openTestEngine([flow("a/send", { steps: [skip, stop, sendStep({ id: "late" })] })]);
    await pushAndRest({ id: "1" });
    const run = await onlyRun();
    expect(run).to.include({ status: "succeeded", stopReason: "Order 1 has no phone" });
    expect(run.steps.map(({ outcome }) => outcome)).to.deep.equal(["skipped"]);
    expect((await notifications())[0]).to.include({ level: "notice", title: "a/send: Order 1 has no phone" });
  });

  it("makes two calls in one run, one after the other", async () => {
    const second = sendStep({ id: "second", with: { to: "=phone", body: "=$steps.send.sid" } } as never);
    test = await openTestEngine([flow("a/send", { steps: [sendStep(), second] })]);
    test.vendor.next(() => ({ ...accepted("SM1"), response: { sid: "SM1" } }));
    await pushAndRest();
    expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["Order 1", "SM1"]);
    expect(await onlyRun()).to.include({ status: "succeeded" });
  });

  it("does not repeat what a dead worker had started, and tells the operator", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(() => new Promise(() => {}));
    test.vendor.findings.push(() => "unclear");
    await test.push(order);
    test.clock.now += 61_000;
    const bob = test.another("bob");
    expect(await bob.tick()).to.equal(1);
    expect(test.vendor.calls).to.have.lengthOf(1);
    expect(await onlyRun()).to.include({ status: "failed" });
    expect(await onlyEffect()).to.include({ state: "unknown" });
    expect((await notifications())[0]).to.include({ code: "ENDPOINT_OUTCOME_UNKNOWN" });
    test.abandon();
  });

  it("goes on with the outcome of a call that ended after another worker had taken over and failed the run", async () => {
    test = await openTestEngine([flow("a/send")]);
    let answer = (): void => {};
    test.vendor.next(
      () =>
        new Promise((resolve) => {
          answer = () => resolve(accepted("SM9"));
        }),
    );
    test.vendor.findings.push(() => "unclear");
    await test.push(order);
    test.clock.now += 61_000;
    await test.another("bob").tick();
    answer();
    await test.engine.idle();
    expect(await onlyEffect()).to.include({ state: "done", vendorId: "SM9" });
    expect(await test.store.messages.getByVendorId("SM9")).to.include({ status: "queued" });
    await test.engine.tick();
    expect(await onlyRun()).to.include({ status: "succeeded" });
    expect(test.vendor.calls).to.have.lengthOf(1);
  });

  it("fails a run that a defect keeps from going on, after some tries, so that somebody hears of it", async () => {
    const sends = flow("a/send");
    test = await openTestEngine([]);
    test.use({ ...sends, version: { ...sends.version, hash: "never kept" } });
    test.vendor.next(failing("ENDPOINT_BUSY", "slow down"));
    await pushAndRest();
    test.use();
    for (let turn = 0; turn < 6; turn++) {
      test.clock.now += 120_000;
      await test.engine.tick();
    }
    expect(await onlyRun()).to.include({ status: "failed" });
    expect((await notifications())[0]).to.include({ level: "error", code: "INTERNAL_ERROR" });
  });

  it("resumes a waiting run with the flow version that started it", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_BUSY", "slow down"));
    await pushAndRest();
    test.use(flow("z/other"));
    test.clock.now += 10_000;
    expect(await test.engine.tick()).to.equal(1);
    expect(await onlyRun()).to.include({ status: "succeeded" });
  });

  it("reports a translator's wrong shape by path and names the translator", async () => {
    const translators = {
      "a/sms": { name: "a/sms", title: "", from: null, to: "shop/Sms", source: '{"message": "hi " & name}' },
    };
    const translate = step({ id: "sms", kind: "translate", translator: "a/sms" } as never);
    test = await openTestEngine([flow("a/send", { steps: [translate], translators })]);
    await pushAndRest();
    expect((await notifications())[0]).to.include({
      code: "TRANSLATOR_OUTPUT_INVALID",
      cause: "The result of a/sms is not a valid shop/Sms: /phone is required",
    });
  });

  for (const [problem, source, code] of [
    ["throws", "$fail('no name')", "TRANSLATOR_REFUSED"],
    ["hangs", "($f := function($n) { $f($n + 1) }; $f(1))", "TRANSLATOR_TIMED_OUT"],
    ["returns nothing", "nothing.here", "TRANSLATOR_OUTPUT_MISSING"],
  ] as const) {
    it(`accepts the order when its translator ${problem}, and fails the run`, async () => {
      const translators = { "a/t": { name: "a/t", title: "", from: null, to: null, source } };
      const translate = step({ id: "t", kind: "translate", translator: "a/t" } as never);
      test = await openTestEngine([flow("a/send", { steps: [translate, sendStep()], translators })]);
      expect((await test.push(order)).verdict).to.equal("created");
      await test.engine.idle();
      expect((await onlyRun()).failure).to.include({ code });
      expect(test.vendor.calls).to.deep.equal([]);
    });
  }
});
