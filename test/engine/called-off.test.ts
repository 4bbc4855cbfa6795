import { expect } from "chai";
import type { Run, RunStatus } from "../../src/core/run.js";
import { isCalledOff } from "../../src/engine/called-off.js";
import { flow, openTestEngine, type TestEngine } from "./parts.js";

describe("a run of an item", () => {
  let test: TestEngine;
  let count = 0;
  before(async () => {
    test = await openTestEngine([flow("a/send")]);
  });
  after(() => test.close());

  /** A run that has this parent, made of one that the engine has made. */
  async function runIn(parent: Run | null, status: RunStatus): Promise<Run> {
    const id = `run_${++count}`;
    await test.push({ id, phone: "+15005550010" });
    await test.engine.idle();
    const [made] = (await test.store.runs.list({ key: id, dataType: "shop/Order" }, { limit: 1 })).items;
    const link = parent === null ? null : { runId: parent.id, stepId: "lines", index: 0 };
    const run: Run = { ...made!, id, status, parent: link };
    await test.store.commit([{ kind: "run-created", run }]);
    return run;
  }

  it("is called off with the run around it, and with the one around that", async () => {
    const cancelled = await runIn(null, "cancelled");
    const item = await runIn(cancelled, "waiting");
    expect(await isCalledOff(item, test.store)).to.equal(true);
    expect(await isCalledOff(await runIn(item, "queued"), test.store)).to.equal(true);
  });

  it("is not called off with a run that goes on or has failed, nor is a run of its own", async () => {
    const failed = await runIn(null, "failed");
    const item = await runIn(failed, "waiting");
    expect(await isCalledOff(item, test.store)).to.equal(false);
    expect(await isCalledOff(await runIn(item, "queued"), test.store)).to.equal(false);
    expect(await isCalledOff(await runIn(null, "cancelled"), test.store)).to.equal(false);
  });
});
