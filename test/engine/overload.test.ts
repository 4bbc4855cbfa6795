import { expect } from "chai";
import type { PatchbayError } from "../../src/core/errors.js";
import type { Store } from "../../src/core/store.js";
import { flow, openTestEngine, reportOf, type TestEngine } from "./parts.js";

describe("an engine with too much to do", () => {
  let test: TestEngine;
  let goOn: () => Promise<void>;
  afterEach(() => test.close());

  const order = (id: string) => ({ id, phone: `+1500555001${id}` });

  /** An engine that takes up no run before it is let go on. */
  async function openWith(maxBacklog: number): Promise<void> {
    test = await openTestEngine([flow("a/send")], { inlineRuns: 0, maxBacklog });
    const { claim } = test.store.runs;
    const held: Partial<Store["runs"]> = { claim: async () => [] };
    Object.assign(test.store.runs, held);
    goOn = async () => {
      Object.assign(test.store.runs, { claim });
      for (let turn = 0; turn < 50 && (await test.engine.tick()) > 0; turn++);
      await count();
    };
  }

  async function pushTo(last: number): Promise<void> {
    for (let id = 1; id <= last; id++) await test.push(order(String(id)));
  }

  /** The backlog is counted once a second. */
  async function count(): Promise<void> {
    test.clock.now += 1_000;
    await test.engine.tick();
  }

  async function refusal(work: () => Promise<unknown>): Promise<PatchbayError> {
    const thrown: unknown = await work().then(
      () => expect.fail("it was taken"),
      (error: unknown) => error,
    );
    return thrown as PatchbayError;
  }

  it("takes no more pushes, changes, starts and releases, and takes them again when there is room", async () => {
    await openWith(2);
    await pushTo(3);
    const { quarantineId } = { ...(await test.engine.accept({ dataType: "shop/Return", document: { id: "R1" } })) };
    const work: Record<string, () => Promise<unknown>> = {
      push: () => test.push(order("4")),
      patch: () => test.engine.patch("shop/Order", "1", { note: "x" }),
      remove: () => test.engine.remove("shop/Order", "2"),
      start: () => test.engine.startFlow("a/send", { payload: order("5"), record: null }),
      release: () => test.engine.release(quarantineId!, { document: { id: "R1", order: "1" }, force: false }),
    };
    await count();
    for (const [name, attempt] of Object.entries(work)) {
      const { code, details } = await refusal(attempt);
      expect(code, name).to.equal("SERVER_OVERLOADED");
      expect(details.retryAfterMs, name).to.be.at.least(1_000);
    }
    expect((await test.store.records.get("shop/Order", "1"))?.version).to.equal(1);
    expect(await test.store.quarantine.get(quarantineId!)).to.include({ state: "held" });
    await goOn();
    for (const attempt of Object.values(work)) await attempt();
  });

  it("takes what vendors report all the same", async () => {
    await openWith(2);
    await pushTo(1);
    await goOn();
    Object.assign(test.store.runs, { claim: async () => [] });
    await pushTo(4);
    await count();
    expect((await refusal(() => test.push(order("4")))).code).to.equal("SERVER_OVERLOADED");
    const sent = await test.store.messages.getByVendorId("SM1");
    await test.engine.report(reportOf(sent!.effectId, "delivered"));
    expect(await test.store.messages.getByVendorId("SM1")).to.include({ status: "delivered" });
  });

  it("sends callers away for longer the more there is, as far as that grows", async () => {
    const waits: unknown[] = [];
    for (const waiting of [4, 6, 9]) {
      await openWith(4);
      await pushTo(waiting);
      await count();
      waits.push((await refusal(() => test.push(order("0")))).details.retryAfterMs);
      if (waiting < 9) await test.close();
    }
    expect(waits).to.deep.equal([1_000, 15_500, 30_000]);
  });
});
