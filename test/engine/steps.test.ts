import { expect } from "chai";
import type { Json } from "../../src/core/json.js";
import type { Run } from "../../src/core/run.js";
import { failing, flow, openTestEngine, sendStep, step, type TestEngine } from "./parts.js";

describe("the steps of a flow", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  async function pushAndRest(document: { [name: string]: Json }): Promise<void> {
    await test.push({ id: "1", phone: "+15005550010", ...document });
    await test.engine.idle();
  }
  async function runs(): Promise<readonly Run[]> {
    return (await test.store.runs.list({}, { limit: 100 })).items;
  }
  async function root(): Promise<Run> {
    const found = (await runs()).find(({ parent }) => parent === null);
    return found ?? (await test.store.runs.get((await runs())[0]!.parent!.runId))!;
  }
  const bodies = (): unknown[] => test.vendor.calls.map(({ body }) => body);
  const send = (id: string, body: string) => sendStep({ id, with: { to: "=phone", body } });

  describe("choose", () => {
    const choose = step({
      id: "which",
      kind: "choose",
      branches: [
        { when: "status = 'paid'", steps: [send("paid", "paid")] },
        { when: "status = 'open'", steps: [send("open", "open"), send("please", "please pay")] },
      ],
    } as never);

    it("takes the first branch whose condition holds, and goes on behind it", async () => {
      test = await openTestEngine([
        flow("a/send", { steps: [choose, send("after", '="after " & $steps.which.branch')] }),
      ]);
      await pushAndRest({ status: "open" });
      expect(bodies()).to.deep.equal(["open", "please pay", "after 1"]);
      expect((await root()).steps.map(({ id }) => id)).to.deep.equal(["which", "open", "please", "after"]);
    });

    it("fails when no branch fits and there is no else", async () => {
      test = await openTestEngine([flow("a/send", { steps: [choose] })]);
      await pushAndRest({ status: "lost" });
      expect((await root()).failure).to.include({ code: "FLOW_BRANCH_MISSING" });
    });

    it("does nothing when the else is empty", async () => {
      test = await openTestEngine([flow("a/send", { steps: [{ ...choose, otherwise: [] } as never] })]);
      await pushAndRest({ status: "lost" });
      expect(await root()).to.include({ status: "succeeded" });
      expect(bodies()).to.deep.equal([]);
    });
  });

  describe("each", () => {
    const each = (steps = [send("text", '=$index & ": " & $item.sku')]) =>
      step({ id: "lines", kind: "each", items: "=lines", steps } as never);
    const lines = [{ sku: "a" }, { sku: "b" }, { sku: "c" }];

    async function settle(): Promise<void> {
      for (let turn = 0; turn < 6; turn++) {
        await test.engine.tick();
        test.clock.now += 1_000;
      }
    }

    it("gives every item a run of its own and sums up", async () => {
      const after = send("after", '="done " & $steps.lines.succeeded');
      test = await openTestEngine([flow("a/send", { steps: [each(), after] })]);
      await pushAndRest({ lines });
      await settle();
      expect(bodies().slice(0, 3)).to.have.members(["0: a", "1: b", "2: c"]);
      expect(bodies()[3]).to.equal("done 3");
      expect(await root()).to.include({ status: "succeeded" });
      const keys = await Promise.all((await runs()).map(({ id }) => test.store.effects.listOfRun(id)));
      expect(keys.flat().map(({ key }) => key.replace(/^.*?:evt_\w+:/, ""))).to.have.members([
        ...["lines[0].text", "lines[1].text", "lines[2].text", "after"],
      ]);
    });

    it("takes a single item for a list of one, and nothing for an empty one", async () => {
      test = await openTestEngine([flow("a/send", { steps: [each()] })]);
      await pushAndRest({ lines: [{ sku: "only" }] });
      await settle();
      expect(bodies()).to.deep.equal(["0: only"]);
      await pushAndRest({ id: "2" });
      await settle();
      expect((await runs()).every(({ status }) => status === "succeeded")).to.equal(true);
    });

    it("lets one item fail alone; a retry of the run does only that one again", async () => {
      test = await openTestEngine([flow("a/send", { steps: [each()] })]);
      test.vendor.next(failing("ENDPOINT_REFUSED", "not this one"));
      await pushAndRest({ lines });
      await settle();
      expect(await root()).to.include({ status: "failed" });
      expect((await root()).failure).to.include({ code: "FLOW_ITEMS_FAILED" });
      expect(bodies()).to.have.lengthOf(3);
      await test.engine.retry((await root()).id, "pinned");
      await settle();
      expect(await root()).to.include({ status: "succeeded" });
      expect(bodies()).to.have.lengthOf(4);
      expect((await root()).steps.at(-1)?.output).to.include({ total: 3, succeeded: 3 });
    });

    it("goes through long lists a batch at a time", async () => {
      const many = Array.from({ length: 250 }, (_, index) => ({ sku: `s${index}` }));
      const stop = step({ id: "end", kind: "stop", reason: "seen" });
      test = await openTestEngine([flow("a/send", { steps: [each([stop] as never)] })]);
      await pushAndRest({ lines: many });
      const first = await test.store.runs.countItems({ parentRunId: (await root()).id, stepId: "lines" });
      expect(first.total).to.equal(100);
      for (let turn = 0; turn < 40 && (await root()).status !== "succeeded"; turn++) await settle();
      expect((await root()).steps.at(-1)?.output).to.deep.equal({
        total: 250,
        succeeded: 250,
        failed: 0,
        cancelled: 0,
      });
    }).timeout(30_000);

    it("begins all its items although they rest, and looks at them seldom", async () => {
      const many = Array.from({ length: 250 }, (_, index) => ({ sku: `s${index}` }));
      const pause = step({ id: "pause", kind: "wait", awaited: { kind: "time", ms: 86_400_000 } } as never);
      test = await openTestEngine([flow("a/send", { steps: [each([pause] as never)] })]);
      await pushAndRest({ lines: many });
      for (let turn = 0; turn < 10; turn++) await settle();
      const { id, fence } = await root();
      expect(await test.store.runs.countItems({ parentRunId: id, stepId: "lines" })).to.include({
        total: 250,
        active: 0,
      });
      expect(fence).to.be.at.most(6);
    }).timeout(30_000);

    it("takes up many failed items a batch at a time, each once", async () => {
      const many = Array.from({ length: 250 }, (_, index) => ({ sku: `s${index}` }));
      const fail = step({ id: "fail", kind: "translate", translator: "none/such" } as never);
      test = await openTestEngine([flow("a/send", { steps: [each([fail] as never)] })]);
      await pushAndRest({ lines: many });
      const ended = async (): Promise<boolean> => (await root()).status === "failed";
      for (let turn = 0; turn < 40 && !(await ended()); turn++) await settle();
      await test.engine.retry((await root()).id, "pinned");
      await test.engine.tick();
      const of = { parentRunId: (await root()).id, stepId: "lines" };
      expect((await test.store.runs.countItems(of)).failed).to.equal(150);
      for (let turn = 0; turn < 40 && !(await ended()); turn++) await settle();
      const items = (await runs()).filter(({ parent }) => parent !== null);
      expect(items.map(({ fence, status }) => `${status} ${fence}`)).to.deep.equal(
        Array(items.length).fill("failed 3"),
      );
      expect(await test.store.runs.countItems(of)).to.include({ total: 250, failed: 250 });
    }).timeout(30_000);

    it("goes on with the list it began with, whatever the expression gives now", async () => {
      test = await openTestEngine([
        flow("a/send", { steps: [each([sendStep({ id: "text", with: { to: "=nothing", body: "x" } })] as never)] }),
      ]);
      await pushAndRest({ lines });
      await settle();
      const corrected = flow("a/send", {
        steps: [step({ id: "lines", kind: "each", items: "=[]", steps: [send("text", "=$item.sku")] } as never)],
      });
      test.use({ ...corrected, version: { ...corrected.version, hash: "corrected" } });
      await test.engine.retry((await root()).id, "newest");
      await settle();
      expect(bodies()).to.have.lengthOf(3);
    });

    it("takes up failed items on the version its run was retried with", async () => {
      const to = (number: string) => each([sendStep({ id: "text", with: { to: number, body: "x" } })] as never);
      test = await openTestEngine([flow("a/send", { steps: [to("=nothing")] })]);
      await pushAndRest({ lines });
      await settle();
      expect(await root()).to.include({ status: "failed" });
      const corrected = flow("a/send", { steps: [to("=phone")] });
      test.use({ ...corrected, version: { ...corrected.version, hash: "corrected" } });
      await test.engine.retry((await root()).id, "newest");
      await settle();
      expect(bodies()).to.have.lengthOf(3);
      expect((await runs()).map(({ flowHash }) => flowHash)).to.deep.equal(Array(4).fill("corrected"));
    });

    it("ends with its run when that is cancelled", async () => {
      const pause = step({ id: "pause", kind: "wait", awaited: { kind: "time", ms: 60_000 } } as never);
      test = await openTestEngine([flow("a/send", { steps: [each([pause, send("text", "late")] as never)] })]);
      await pushAndRest({ lines });
      const cancelled = await test.engine.cancel((await root()).id, "changed our mind");
      expect(cancelled).to.include({ status: "cancelled", stopReason: "changed our mind" });
      await settle();
      expect(bodies()).to.deep.equal([]);
      expect((await runs()).map(({ status }) => status)).to.deep.equal(Array(4).fill("cancelled"));
    });
  });

  describe("start", () => {
    it("starts another flow once, with a payload in the record's place", async () => {
      const start = step({ id: "next", kind: "start", flow: "a/other", with: { to: "=phone", name: "Ann" } } as never);
      const other = flow("a/other", {
        on: { kind: "manual", when: null } as never,
        steps: [sendStep({ with: { to: "=to", body: '="Hi " & name' } })],
      });
      test = await openTestEngine([flow("a/first", { steps: [start] }), other]);
      await pushAndRest({});
      expect(bodies()).to.deep.equal(["Hi Ann"]);
      const first = (await runs()).find(({ flow: name }) => name === "a/first")!;
      const second = (await runs()).find(({ flow: name }) => name === "a/other")!;
      expect(first.steps[0]?.output).to.deep.equal({ runId: second.id, eventId: second.eventId });
      await test.engine.replay(first.eventId);
      await test.engine.tick();
      expect(bodies()).to.deep.equal(["Hi Ann"]);
    });
  });
});
