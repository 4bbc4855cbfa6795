import { expect } from "chai";
import type { RetentionPolicy } from "../../src/core/retention.js";
import { isNoLongerKept } from "../../src/core/retention.js";
import type { Run } from "../../src/core/run.js";
import { failed } from "../http/failed.js";
import { failing, flow, openTestEngine, sendStep, step, type TestEngine } from "./parts.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const keep: RetentionPolicy = { succeededDays: null, failedDays: null, payloadDays: null, answersDays: null };
const order = { id: "1", phone: "+15005550010" };

describe("an engine that keeps things for a while", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  async function open(policy: Partial<RetentionPolicy>, ...flows: Parameters<typeof openTestEngine>[0]): Promise<void> {
    test = await openTestEngine(flows, {}, { retention: { ...keep, ...policy } });
  }
  /** Lets so many days pass, and everything be done that is due then: closing, and an hour later dropping. */
  async function pass(days: number): Promise<void> {
    test.clock.now += days * DAY_MS;
    for (let pass = 0; pass < 3; pass++) {
      await test.engine.tick();
      test.clock.now += HOUR_MS;
    }
  }
  async function push(document: { [name: string]: string } = order): Promise<string> {
    const { eventId } = await test.push(document);
    await test.engine.idle();
    return eventId ?? "";
  }
  async function runs(): Promise<readonly Run[]> {
    return (await test.store.runs.list({}, { limit: 50 })).items;
  }

  it("keeps everything for ever when it is told nothing", async () => {
    test = await openTestEngine([flow("a/send")]);
    const eventId = await push();
    await pass(36_500);
    expect(await runs()).to.have.lengthOf(1);
    await test.engine.replay(eventId);
    await test.engine.idle();
    expect(test.vendor.calls).to.have.lengthOf(1);
  });

  it("never sends the same key twice, although its ledger row has gone: its event is not dealt with again", async () => {
    await open({ succeededDays: 30 }, flow("a/send"));
    const eventId = await push();
    await pass(29);
    expect(await runs()).to.have.lengthOf(1);
    await pass(2);
    expect(await runs()).to.have.lengthOf(0);
    expect(await test.store.effects.getByKey(`a/send:${eventId}:send`)).to.equal(null);
    await failed(test.engine.replay(eventId), "EVENT_NOT_KEPT");
    await failed(test.engine.previewReplay(eventId), "EVENT_NOT_KEPT");
    expect((await test.push(order)).verdict).to.equal("unchanged");
    await test.engine.idle();
    expect(test.vendor.calls).to.have.lengthOf(1);
  });

  it("passes over in a bulk replay what is no longer kept, and does the rest", async () => {
    await open({ succeededDays: 30 }, flow("a/send"));
    const from = new Date(test.clock.now).toISOString();
    await push();
    await pass(40);
    await push({ ...order, id: "2" });
    const until = new Date(test.clock.now + DAY_MS).toISOString();
    const work = { kind: "replay", eventKind: null, dataType: "shop/Order", from, until } as const;
    const preview = await test.engine.previewOperation(work);
    expect(preview).to.deep.include({ examined: 2, runs: 1 });
    const { id } = await test.engine.startOperation({ work, perSecond: 1_000 });
    for (let tick = 0; tick < 3; tick++) {
      test.clock.now += 1_000;
      await test.engine.tick();
    }
    expect(await test.store.operations.get(id)).to.include({ state: "done", examined: 2, started: 1 });
    expect(test.vendor.calls).to.have.lengthOf(2);
  });

  it("does not retry what has lost its results", async () => {
    await open({ payloadDays: 7 }, flow("a/send"));
    test.vendor.next(failing("ENDPOINT_REFUSED", "no such sender"));
    await push();
    await pass(8);
    const [run] = await runs();
    await failed(test.engine.retry(run?.id ?? "", "pinned"), "EVENT_NOT_KEPT");
    expect(await test.store.runs.get(run?.id ?? "")).to.include({ status: "failed" });
    const [effect] = await test.store.effects.listOfRun(run?.id ?? "");
    expect([effect?.state, isNoLongerKept(effect?.request)]).to.deep.equal(["refused", true]);
  });

  it("does not start a second time what a kept run has started and what has gone since", async () => {
    const starting = step({ id: "go", kind: "start", flow: "a/send", with: { phone: "=phone", id: "=id" } });
    const cause = flow("a/cause", { steps: [starting, sendStep({ id: "own", with: {} })] });
    const started = flow("a/send", { on: { kind: "manual" } as never });
    await open({ succeededDays: 30 }, cause, started);
    const eventId = await push();
    expect((await runs()).map(({ status, flow: name }) => [name, status])).to.deep.include.members([
      ["a/cause", "failed"],
      ["a/send", "succeeded"],
    ]);
    await pass(40);
    expect((await runs()).map(({ flow: name }) => name)).to.deep.equal(["a/cause"]);
    await test.engine.replay(eventId);
    await test.engine.idle();
    await test.engine.tick();
    expect(test.vendor.calls).to.have.lengthOf(1);
  });

  it("leaves a run alone that waits longer than things are kept", async () => {
    const steps = [step({ id: "rest", kind: "wait", awaited: { kind: "time", ms: 60 * DAY_MS } }), sendStep()];
    await open({ succeededDays: 1, failedDays: 1, payloadDays: 1 }, flow("a/late", { steps }));
    await push();
    await push({ ...order, note: "changed" });
    await pass(59);
    expect((await runs()).map(({ status }) => status)).to.deep.equal(["waiting"]);
    await pass(2);
    await test.engine.idle();
    expect(test.vendor.calls).to.deep.equal([{ to: "+15005550010", body: "Order 1" }]);
  });
});
