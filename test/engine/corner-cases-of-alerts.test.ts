import { expect } from "chai";
import type { Run } from "../../src/core/run.js";
import { flow, openTestEngine, sendStep, type TestEngine } from "./parts.js";

describe("alerts in corner cases", () => {
  let test: TestEngine;
  afterEach(() => test.close());
  const runs = async (): Promise<readonly Run[]> => (await test.store.runs.list({}, { limit: 200 })).items;

  it("an alert gives its recipient's turn back", async () => {
    const alert = flow("ops/alert", {
      on: { kind: "notification", levels: ["error"], when: null } as never,
      steps: [sendStep({ with: { to: "+15005550099", body: "=title" } } as never)],
    });
    test = await openTestEngine([alert, flow("a/send")]);
    await test.engine.accept({ dataType: "shop/Return", document: { id: "R1" } });
    await test.engine.idle();
    for (let n = 0; n < 20; n++) {
      test.clock.now += 61_000;
      await test.engine.tick();
    } // the first alert is done with
    await test.push({ id: "1" });
    await test.engine.idle();
    const states = (await runs())
      .filter(({ flow: f }) => f === "ops/alert")
      .map(({ status, wait }) => `${status} ${wait?.kind}`);
    expect(states).to.deep.equal(["succeeded undefined", "succeeded undefined"]);
  });
});
