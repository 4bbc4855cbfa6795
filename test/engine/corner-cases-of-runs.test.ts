import { expect } from "chai";
import type { Run } from "../../src/core/run.js";
import { accepted, failing, flow, openTestEngine, sendStep, step, type TestEngine } from "./parts.js";

type Loose = Record<string, unknown> & { commit: (changes: { kind: string; dataType?: string }[]) => Promise<void> };

describe("runs in corner cases", () => {
  let test: TestEngine;
  afterEach(() => test.close());
  const runs = async (): Promise<readonly Run[]> => (await test.store.runs.list({}, { limit: 200 })).items;

  it("one run that cannot be read does not keep the others", async () => {
    test = await openTestEngine([
      flow("a/send", {
        steps: [step({ id: "rest", kind: "wait", awaited: { kind: "time", ms: 1000 } } as never), sendStep()],
      }),
    ]);
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    const [good] = await runs();
    await test.store.commit([{ kind: "run-created", run: { ...good!, id: "run_bad", eventId: "evt_gone" } }]);
    for (let n = 0; n < 20; n++) {
      test.clock.now += 61_000;
      await test.engine.tick().catch(() => {});
    }
    expect(test.vendor.calls).to.have.lengthOf(1);
  });

  it("a run whose outcome can never be stored with what follows is given up some time", async () => {
    test = await openTestEngine([
      flow("a/send", {
        steps: [
          sendStep(),
          step({ id: "s", kind: "save", dataType: "shop/Sms", with: { id: "x", phone: "1" } } as never),
        ],
      }),
    ]);
    const store = test.store as unknown as Loose;
    const commit = store.commit.bind(store);
    store.commit = (changes) =>
      changes.some(({ kind, dataType }) => kind === "record-written" && dataType === "shop/Sms")
        ? Promise.reject(new Error("the database refused"))
        : commit(changes);
    test.vendor.findings.push(...Array.from({ length: 90 }, () => () => ({ ...accepted("SM1"), report: null })));
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    for (let n = 0; n < 60; n++) {
      test.clock.now += 61_000;
      await test.engine.tick();
    }
    const notes = (await test.store.notifications.list({}, { limit: 9 })).items.length;
    const [run] = await runs();
    const effect = (await test.store.effects.listOfRun(run!.id))[0]!.state;
    expect({ status: run!.status, notes, effect, asked: test.vendor.searches.length }).to.deep.equal({
      status: "failed",
      notes: 1,
      effect: "done",
      asked: 0,
    });
  }).timeout(60_000);

  it("stop waits for the housekeeping it has begun", async () => {
    test = await openTestEngine([flow("a/send")], { pollMs: 5 });
    for (let id = 0; id < 60; id++) await test.push({ id: String(id), phone: "+15005550010" });
    const work = {
      kind: "replay",
      eventKind: null,
      dataType: null,
      from: "2020-01-01T00:00:00Z",
      until: "2030-01-01T00:00:00Z",
    } as const;
    const { id } = await test.engine.startOperation({ work, perSecond: 1000 });
    await test.engine.start();
    await new Promise((resolve) => setTimeout(resolve, 40));
    test.clock.now += 1_000;
    await new Promise((resolve) => setTimeout(resolve, 15));
    await test.engine.stop();
    const examined = (await test.store.operations.get(id))!.examined;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await test.store.operations.get(id))!.examined).to.equal(examined);
  });

  it("a cancelled run's alert gives its turn back", async () => {
    const alert = flow("ops/alert", {
      on: { kind: "notification", levels: ["notice"], when: null } as never,
      steps: [sendStep({ with: { to: "+15005550099", body: "=title" } } as never)],
    });
    test = await openTestEngine([
      alert,
      flow("a/send", { steps: [step({ id: "rest", kind: "wait", awaited: { kind: "time", ms: 60_000 } } as never)] }),
    ]);
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    const run = (await runs())[0]!;
    await test.engine.cancel(run.id, "x");
    await test.engine.idle();
    const leaked = (await runs()).find(({ flow: f }) => f === "ops/alert")!;
    expect({ calls: test.vendor.calls.length, status: leaked.status }).to.deep.equal({ calls: 1, status: "succeeded" });
  });

  it("a call that its run left behind is found behind many that are under way", async () => {
    test = await openTestEngine([flow("a/send")]);
    test.vendor.next(failing("ENDPOINT_UNREACHABLE", "down"));
    await test.push({ id: "1", phone: "+15005550010" });
    await test.engine.idle();
    const [run] = await runs();
    const [effect] = await test.store.effects.listOfRun(run!.id);
    const at = new Date(test.clock.now);
    const ended = { ...run!, status: "cancelled", wait: null, dueAt: null, finishedAt: at, updatedAt: at } as const;
    const others = Array.from({ length: 200 }, (_, n) => {
      const own = { id: `eff_z${String(n).padStart(4, "0")}`, key: `k${n}`, runId: `run_live${n}`, recipient: null };
      return { kind: "effect-intended" as const, effect: { ...effect!, ...own } };
    });
    await test.store.commit([{ kind: "run-advanced", run: ended }, ...others]);
    for (let n = 0; n < 4; n++) {
      test.clock.now += 61_000;
      await test.engine.tick();
    }
    expect(await test.store.effects.get(effect!.id)).to.include({ state: "refused" });
  });
});
