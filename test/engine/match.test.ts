import { expect } from "chai";
import type { Decision } from "../../src/core/event.js";
import { flow, openTestEngine, type TestEngine } from "./parts.js";

describe("deciding which flows start", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  async function decide(document: { id: string; [name: string]: string }): Promise<Decision[]> {
    return [...(await test.push(document)).decisions];
  }

  it("records why a flow fired and why another did not", async () => {
    test = await openTestEngine([
      flow("a/always"),
      flow("b/paid", { on: { when: "status = 'paid'" } }),
      flow("c/off", { active: false }),
      flow("d/updates", { on: { events: ["updated"] } as never }),
    ]);
    const decisions = await decide({ id: "1", status: "new", phone: "+1" });
    expect(decisions.map(({ flow: name, verdict }) => [name, verdict])).to.deep.equal([
      ["a/always", "fired"],
      ["b/paid", "not-fired"],
      ["c/off", "inactive"],
      ["d/updates", "not-fired"],
    ]);
    expect(decisions[1]?.reason).to.contain("status = 'paid'");
    expect(decisions[3]?.reason).to.contain("starts on updated");
  });

  it("judges the edge on the whole predicate, not on each condition", async () => {
    const on = { events: ["created", "updated"], when: "status = 'paid' and channel = 'web'" } as never;
    test = await openTestEngine([flow("a/paid-web", { on })]);
    const verdicts = [];
    for (const status of ["new", "paid", "paid"]) {
      const [decision] = await decide({ id: "1", channel: "web", status, note: `${verdicts.length}` });
      verdicts.push(decision?.verdict);
    }
    expect(verdicts).to.deep.equal(["not-fired", "fired", "not-fired"]);
  });

  it("fires each time while the predicate is true when the mode says so", async () => {
    const on = { events: ["created", "updated"], when: "status = 'paid'", mode: "while-true" } as never;
    test = await openTestEngine([flow("a/paid", { on })]);
    const [first] = await decide({ id: "1", status: "paid" });
    const [second] = await decide({ id: "1", status: "paid", note: "again" });
    expect([first?.verdict, second?.verdict]).to.deep.equal(["fired", "fired"]);
  });

  it("starts only when one of the named fields changed", async () => {
    const on = { events: ["updated"], changed: ["status"] } as never;
    test = await openTestEngine([flow("a/status", { on })]);
    await decide({ id: "1", status: "new", note: "a" });
    const [same] = await decide({ id: "1", status: "new", note: "b" });
    const [other] = await decide({ id: "1", status: "paid", note: "b" });
    expect([same?.verdict, other?.verdict]).to.deep.equal(["not-fired", "fired"]);
    expect(same?.reason).to.equal("none of status changed");
  });

  it("lets predicates see the version before", async () => {
    const on = { events: ["updated"], when: "$previous.total < total", mode: "while-true" } as never;
    test = await openTestEngine([flow("a/grew", { on })]);
    await test.push({ id: "1", total: 5 });
    const grown = await test.push({ id: "1", total: 7 });
    const shrunk = await test.push({ id: "1", total: 6 });
    expect([grown.decisions[0]?.verdict, shrunk.decisions[0]?.verdict]).to.deep.equal(["fired", "not-fired"]);
  });

  it("tells the operator about a predicate that fails, and starts the other flows", async () => {
    test = await openTestEngine([flow("a/broken", { on: { when: "$fail('no idea')" } }), flow("b/fine")]);
    const decisions = await decide({ id: "1", phone: "+1" });
    await test.engine.idle();
    expect(decisions.map(({ verdict }) => verdict)).to.deep.equal(["failed", "fired"]);
    const { items } = await test.store.notifications.list({ flow: "a/broken" }, { limit: 10 });
    expect(items.map(({ level, cause }) => [level, cause])).to.deep.equal([["error", "when failed: no idea"]]);
  });
});
