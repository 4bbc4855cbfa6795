import { expect } from "chai";
import { type Campaign, campaign, openCampaign, phoneOf } from "./broadcast-parts.js";
import { failing, flow, gate, reportOf, sendStep, step } from "./parts.js";

describe("a broadcast", () => {
  let test: Campaign;
  afterEach(() => test.close());

  async function failed(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => expect.fail("nothing was thrown"),
      ({ code }) => code,
    );
  }
  const texted = () => test.vendor.calls.map(({ to }) => to);

  it("starts its flow once for each record of the audience, at its pace, and ends", async () => {
    test = await openCampaign();
    await test.fill(25);
    const { id } = await test.send();
    await test.pass(1);
    expect(texted()).to.have.lengthOf(1);
    await test.pass(1);
    expect(texted()).to.have.lengthOf(11);
    await test.pass(3);
    expect(new Set(texted()).size).to.equal(25);
    expect(texted()).to.have.lengthOf(25);
    expect(await test.get(id)).to.include({ state: "done", started: 25, examined: 25 });
    expect(await test.store.broadcasts.counts(id)).to.deep.equal({ sent: 25 });
    const { items } = await test.store.notifications.list({ level: "notice" }, { limit: 1 });
    expect(items[0]?.title).to.equal('The broadcast "Sale" is done: 25 sent');
  });

  it("sends what its flow says for each record, and goes after everything else", async () => {
    test = await openCampaign();
    await test.fill(1);
    const { id } = await test.send();
    await test.pass(1);
    expect(test.vendor.calls).to.deep.equal([{ to: phoneOf(0), body: "Sale for 0" }]);
    const { runId } = (await test.recipients(id))[0]!;
    const run = await test.store.runs.get(runId!);
    expect(run).to.include({ lane: "marketing", dataType: "shop/Order", key: "0", status: "succeeded" });
    const event = await test.store.events.get(run!.eventId);
    expect(event?.decisions[0]?.reason).to.equal(`broadcast "Sale" (${id})`);
  });

  it("is for the records that its audience finds and for which its condition is true", async () => {
    test = await openCampaign();
    await test.fill(3);
    await test.push({ id: "city", phone: phoneOf(1), city: "Boston" });
    const where = { phone: phoneOf(1) };
    const { id } = await test.send({ audience: { dataType: "shop/Order", where, when: 'city = "Boston"' } });
    await test.pass(3);
    expect(await test.outcomes(id)).to.deep.equal({ city: "sent" });
    expect(await test.get(id)).to.include({ state: "done", examined: 2, started: 1 });
  });

  it("says who gets nothing, and why", async () => {
    const steps = [step({ id: "end", kind: "stop", when: "quit", reason: "no campaigns please" } as never), sendStep()];
    const own = flow("a/campaign", { on: campaign.version.flow.on, steps });
    test = await openCampaign({}, [own]);
    await test.fill(2);
    await test.push({ id: "2", phone: phoneOf(0) });
    await test.push({ id: "3" });
    await test.push({ id: "4", phone: phoneOf(4), quit: true });
    const preview = await test.engine.broadcasts.preview((await test.order()).id);
    expect(preview).to.deep.include({ records: 5, examined: 5, more: false, recipients: 2, segments: 2 });
    const excluded = { duplicate: 1, "phone-missing": 1, "nothing-to-send": 1 };
    expect(preview.excluded).to.deep.equal(excluded);
    expect(preview.exclusions.map(({ key, reason }) => [key, reason])).to.deep.equal([
      ["2", `another record of this broadcast has ${phoneOf(0)}`],
      ["3", "There is no number in `to`"],
      ["4", "no campaigns please"],
    ]);
    expect(preview.texts[0]).to.deep.equal({ key: "0", recipient: phoneOf(0), body: "Order 0", segments: 1 });
    expect(texted()).to.deep.equal([]);
    const { id } = await test.send();
    await test.pass(3);
    const outcomes = { 0: "sent", 1: "sent", 2: "duplicate", 3: "phone-missing", 4: "nothing-to-send" };
    expect(await test.outcomes(id)).to.deep.equal(outcomes);
    expect((await test.get(id)).excluded).to.deep.equal(excluded);
  });

  it("leaves out who has opted out, also of those who do while it goes on", async () => {
    test = await openCampaign();
    await test.fill(3);
    const optOut = (contact: string) =>
      test.engine.recordConsent({
        ...{ contact, channel: "sms", scope: "everything", state: "opted-out", how: "operator", force: false },
        ...{ reason: "asked by phone", by: "Ann" },
      } as never);
    await optOut(phoneOf(0));
    const { id } = await test.send({ perSecond: 1 });
    await test.pass(1);
    await optOut(phoneOf(2));
    await test.pass(3);
    expect(await test.outcomes(id)).to.deep.equal({ 0: "opted-out", 1: "sent", 2: "opted-out" });
    expect(texted()).to.deep.equal([phoneOf(1)]);
  });

  it("tells of everybody what the vendor reports, and what went wrong", async () => {
    test = await openCampaign();
    await test.fill(3);
    test.vendor.next(failing("ENDPOINT_REFUSED", "no such number", { vendorCode: 21614 }));
    const { id } = await test.send({ perSecond: 1 });
    await test.pass(4);
    const [, second, third] = test.vendor.contexts.map(({ effectId }) => effectId);
    const report = { vendorId: "SM2", dedupeKey: "2" };
    await test.engine.report(reportOf(second!, "delivered", report));
    const undelivered = { vendorId: "SM3", dedupeKey: "3", errorCode: "30003", cause: "the phone is off" };
    await test.engine.report(reportOf(third!, "undelivered", undelivered));
    await test.engine.report(reportOf(third!, "sent", { vendorId: "SM3", dedupeKey: "4" }));
    const recipients = await test.recipients(id);
    expect(recipients.map(({ key, outcome, code, reason }) => [key, outcome, code, reason])).to.deep.equal([
      ["2", "undelivered", "30003", "the phone is off"],
      ["1", "delivered", null, null],
      ["0", "failed", "ENDPOINT_REFUSED", "no such number"],
    ]);
    expect(await test.store.broadcasts.counts(id)).to.deep.equal({ delivered: 1, failed: 1, undelivered: 1 });
  });

  it("moves a recipient on whose failed run somebody takes up again", async () => {
    test = await openCampaign();
    await test.fill(1);
    test.vendor.next(failing("ENDPOINT_REFUSED", "no such sender"));
    const { id } = await test.send();
    await test.pass(2);
    expect(await test.get(id)).to.include({ state: "done" });
    await test.engine.retry((await test.recipients(id))[0]!.runId!, "pinned");
    await test.pass(1);
    expect(await test.outcomes(id)).to.deep.equal({ 0: "sent" });
  });

  it("that is paused calls nobody more, and goes on where it was when it is resumed", async () => {
    test = await openCampaign();
    await test.fill(12);
    const { id } = await test.send();
    await test.pass(1);
    await test.engine.broadcasts.pause(id);
    await test.pass(5);
    expect(texted()).to.have.lengthOf(1);
    await test.engine.broadcasts.resume(id);
    await test.pass(4);
    expect(texted()).to.have.lengthOf(12);
    expect(await test.get(id)).to.include({ state: "done" });
  });

  it("that is paused keeps back those whom it has started already", async () => {
    test = await openCampaign({ maxPerSecond: 1 });
    await test.fill(5);
    const { id } = await test.send({ perSecond: 100 });
    await test.pass(2);
    const before = texted().length;
    expect(before).to.be.lessThan(5);
    await test.engine.broadcasts.pause(id);
    await test.pass(30);
    expect(texted()).to.have.lengthOf(before);
    const { items } = await test.store.runs.list({ status: "waiting" }, { limit: 9 });
    expect(new Set(items.map(({ wait }) => wait?.kind))).to.deep.equal(new Set(["broadcast"]));
    await test.engine.broadcasts.resume(id);
    await test.pass(20);
    expect(new Set(texted()).size).to.equal(5);
    expect(texted()).to.have.lengthOf(5);
  });

  it("that is stopped ends what it has started and not called, without an error", async () => {
    test = await openCampaign({ maxPerSecond: 1 });
    await test.fill(5);
    const { id } = await test.send({ perSecond: 100 });
    await test.pass(2);
    const before = texted().length;
    await test.engine.broadcasts.stop(id);
    await test.pass(5);
    expect(texted()).to.have.lengthOf(before);
    const broadcast = await test.get(id);
    expect(broadcast.state).to.equal("stopped");
    expect(broadcast.finishedAt).not.to.equal(null);
    expect(await test.store.broadcasts.counts(id)).to.deep.equal({ sent: before, stopped: 5 - before });
    expect((await test.store.notifications.list({ level: "error" }, { limit: 9 })).items).to.deep.equal([]);
    expect(await failed(test.engine.broadcasts.resume(id))).to.equal("BROADCAST_STATE");
    const stopped = (await test.recipients(id)).find(({ outcome }) => outcome === "stopped")!;
    await test.engine.retry(stopped.runId!, "pinned");
    await test.pass(1);
    expect((await test.store.runs.get(stopped.runId!))?.failure).to.include({ code: "BROADCAST_STATE" });
    expect(texted()).to.have.lengthOf(before);
  });

  it("is started only by who has seen what it would do", async () => {
    test = await openCampaign();
    await test.fill(1);
    const { id } = await test.order();
    const { confirm } = await test.engine.broadcasts.preview(id);
    await test.push({ id: "more", phone: phoneOf(9) });
    expect(await failed(test.engine.broadcasts.start(id, confirm))).to.equal("BROADCAST_CHANGED");
    expect(await test.get(id)).to.include({ state: "draft" });
    await test.start(id);
    expect(await failed(test.engine.broadcasts.start(id, confirm))).to.equal("BROADCAST_STATE");
    expect(await failed(test.engine.broadcasts.preview(id))).to.equal("BROADCAST_STATE");
    expect(await failed(test.engine.broadcasts.pause("bct_none"))).to.equal("BROADCAST_UNKNOWN");
  });

  it("is refused when its flow, its data type, a field or its condition is not there", async () => {
    test = await openCampaign();
    const audience = { dataType: "shop/Order", where: {}, when: null };
    expect(await failed(test.order({ flow: "a/none" }))).to.equal("FLOW_UNKNOWN");
    expect(await failed(test.order({ audience: { ...audience, dataType: "a/None" } }))).to.equal("DATA_TYPE_UNKNOWN");
    expect(await failed(test.order({ audience: { ...audience, where: { city: "x" } } }))).to.equal("REQUEST_INVALID");
    expect(await failed(test.order({ audience: { ...audience, when: "city = " } }))).to.equal("REQUEST_INVALID");
  });

  it("uses the flow that was previewed to its end, whatever is installed meanwhile", async () => {
    test = await openCampaign();
    await test.fill(2);
    await test.send({ perSecond: 1 });
    await test.pass(1);
    const other = flow("a/campaign", { on: campaign.version.flow.on, steps: [sendStep()] });
    test.use({ ...other, version: { ...other.version, hash: "another" } });
    await test.pass(2);
    expect(test.vendor.calls.map(({ body }) => body)).to.deep.equal(["Sale for 0", "Sale for 1"]);
  });

  it("comes back to records that were changed meanwhile, texts nobody twice, and takes in no new ones", async () => {
    test = await openCampaign();
    await test.fill(4);
    const { id } = await test.send({ perSecond: 1 });
    await test.pass(2);
    expect(texted()).to.deep.equal([phoneOf(0), phoneOf(1)]);
    await test.push({ id: "0", phone: phoneOf(0), note: "changed" });
    await test.push({ id: "3", phone: phoneOf(3), note: "changed" });
    await test.push({ id: "new", phone: phoneOf(8) });
    await test.pass(4);
    expect(texted()).to.deep.equal([0, 1, 2, 3].map(phoneOf));
    expect(await test.get(id)).to.include({ state: "done", started: 4 });
  });

  it("goes on behind the last commit when its process dies in the middle, and calls nobody twice", async () => {
    test = await openCampaign();
    await test.fill(8);
    const { id } = await test.send({ perSecond: 2 });
    await test.pass(2);
    const { opened, open } = gate();
    const hanging = async () => {
      await opened;
      throw new Error("the process is dead");
    };
    test.vendor.next(hanging);
    test.clock.now += 1_000;
    void test.engine.tick().catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    test.abandon();
    const second = test.another("bob");
    test.clock.now += 120_000;
    for (let round = 0; round < 10; round++) {
      test.clock.now += 1_000;
      await second.tick();
    }
    const { started } = await test.get(id);
    expect(started).to.equal(8);
    const counts = new Map<string, number>();
    for (const to of texted()) counts.set(String(to), (counts.get(String(to)) ?? 0) + 1);
    expect(counts.size).to.equal(8);
    open();
    await second.stop();
  });

  it("is carried on by one of two processes at a time, and each recipient is started once", async () => {
    test = await openCampaign({ shared: true });
    await test.fill(30);
    const { id } = await test.send({ perSecond: 50 });
    const second = test.another("bob");
    for (let round = 0; round < 6; round++) {
      test.clock.now += 1_000;
      await Promise.all([test.engine.tick(), second.tick()]);
    }
    expect(texted()).to.have.lengthOf(30);
    expect(new Set(texted()).size).to.equal(30);
    expect(await test.get(id)).to.include({ started: 30, state: "done" });
    await second.stop();
  });
});
