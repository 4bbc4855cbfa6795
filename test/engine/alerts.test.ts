import { expect } from "chai";
import type { NotificationTrigger } from "../../src/core/flow.js";
import { failing, flow, openTestEngine, step, type TestEngine } from "./parts.js";

describe("alerts", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const order = (id: number) => ({ id: String(id), phone: `+150055500${10 + id}` });
  const fingerprint = "a/send:ENDPOINT_REFUSED";

  /** A flow that listens to notifications, and does something that no message stands for. */
  function alert(name: string, on: Partial<NotificationTrigger> = {}) {
    const steps = [step({ id: "tell", kind: "notify", title: "=title", level: "info" })];
    return flow(name, { on: { kind: "notification", levels: ["error"], per: "issue", when: null, ...on }, steps });
  }
  async function alerts(name: string): Promise<number> {
    return (await test.store.runs.list({ flow: name }, { limit: 100 })).items.length;
  }
  async function fail(first: number, last: number): Promise<void> {
    const ids = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    await Promise.all(ids.map((id) => test.push(order(id))));
    await test.engine.idle();
  }

  it("of equal failures leave once, also of failures at the same time, and for every one where that is asked for", async () => {
    test = await openTestEngine([flow("a/send"), alert("ops/once"), alert("ops/each", { per: "notification" })]);
    test.vendor.usual = failing("ENDPOINT_REFUSED", "no such sender");
    await fail(1, 8);
    await fail(9, 12);
    expect(await test.store.issues.get(fingerprint)).to.include({ count: 12 });
    expect([await alerts("ops/once"), await alerts("ops/each")]).to.deep.equal([1, 12]);
    const { items } = await test.store.events.list({ kind: "notification.error" }, { limit: 50 });
    const reasons = items.map(({ decisions }) => decisions.find(({ flow: name }) => name === "ops/once")?.reason);
    expect(reasons.filter((reason) => reason === "its issue is open, and was told when it opened")).to.have.lengthOf(
      11,
    );
  });

  it("leave again when the issue was resolved and is open again", async () => {
    test = await openTestEngine([flow("a/send"), alert("ops/once")]);
    test.vendor.usual = failing("ENDPOINT_REFUSED", "no such sender");
    for (const round of [1, 2, 3]) {
      await fail(round * 3, round * 3 + 1);
      expect(await alerts("ops/once")).to.equal(round);
      const at = new Date(test.clock.now);
      await test.store.commit([{ kind: "issue-moved", fingerprint, state: "resolved", at }]);
    }
  });

  it("do not leave again for an issue that somebody looks after", async () => {
    test = await openTestEngine([flow("a/send"), alert("ops/once")]);
    test.vendor.usual = failing("ENDPOINT_REFUSED", "no such sender");
    await fail(1, 1);
    const at = new Date(test.clock.now);
    await test.store.commit([{ kind: "issue-moved", fingerprint, state: "acknowledged", at }]);
    await fail(2, 3);
    expect(await alerts("ops/once")).to.equal(1);
  });

  it("leave for each of different failures", async () => {
    test = await openTestEngine([flow("a/send"), flow("b/send"), alert("ops/once")]);
    test.vendor.usual = failing("ENDPOINT_REFUSED", "no such sender");
    await fail(1, 2);
    test.vendor.usual = failing("ENDPOINT_MISCONFIGURED", "no such account");
    await fail(3, 4);
    expect(await alerts("ops/once")).to.equal(4);
  });

  it("of notices, which have no issue, leave every time", async () => {
    const noting = flow("a/note", { steps: [step({ id: "note", kind: "notify", title: "noted" })] });
    test = await openTestEngine([noting, alert("ops/once", { levels: ["notice"] })]);
    await fail(1, 3);
    expect(await alerts("ops/once")).to.equal(3);
  });

  it("leave for an issue that was forgotten and happens again", async () => {
    test = await openTestEngine([flow("a/send"), alert("ops/once")]);
    test.vendor.usual = failing("ENDPOINT_REFUSED", "no such sender");
    await fail(1, 1);
    const { get } = test.store.issues;
    Object.assign(test.store.issues, { get: async () => null });
    await fail(2, 2);
    Object.assign(test.store.issues, { get });
    expect(await alerts("ops/once")).to.equal(2);
  });
});
