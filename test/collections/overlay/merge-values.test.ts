import { expect } from "chai";
import fc from "fast-check";
import { mergeValues } from "../../../src/collections/overlay/merge-values.js";
import type { Json } from "../../../src/core/json.js";

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

describe("merging values", () => {
  it("takes changes of different members from both", () => {
    const base = { title: "Order", summary: "Texts", nested: { one: 1, two: 2 } };
    const mine = { title: "My order", summary: "Texts", nested: { one: 1, two: 22 } };
    const theirs = { title: "Order", summary: "Texts", nested: { one: 11, two: 2 }, priority: "marketing" };
    expect(mergeValues({ base, mine, theirs })).to.deep.equal({
      value: { title: "My order", summary: "Texts", nested: { one: 11, two: 22 }, priority: "marketing" },
      conflicts: [],
    });
  });

  it("keeps ours and says so where both have changed the same value", () => {
    const { value, conflicts } = mergeValues({
      base: { with: { body: "Hello" } },
      mine: { with: { body: "Hi" } },
      theirs: { with: { body: "Good day" } },
    });
    expect(value).to.deep.equal({ with: { body: "Hi" } });
    expect(conflicts).to.deep.equal([{ path: "/with/body", base: "Hello", mine: "Hi", theirs: "Good day" }]);
  });

  it("sees a conflict where one took out what the other has changed", () => {
    const { value, conflicts } = mergeValues({ base: { "a/b": 1 }, mine: {}, theirs: { "a/b": 2 } });
    expect(value).to.deep.equal({});
    expect(conflicts).to.deep.equal([{ path: "/a~1b", base: 1, mine: undefined, theirs: 2 }]);
  });

  it("takes out what one took out and the other has not touched", () => {
    const { value, conflicts } = mergeValues({ base: { a: 1, b: 2 }, mine: { a: 1 }, theirs: { a: 3, b: 2 } });
    expect({ value, conflicts }).to.deep.equal({ value: { a: 3 }, conflicts: [] });
  });

  it("knows elements by their id, wherever they stand", () => {
    const step = (id: string, more: object = {}): Json => ({ id, ...more });
    const { value, conflicts } = mergeValues({
      base: [step("sms"), step("send", { body: "a" })],
      mine: [step("sms"), step("check"), step("send", { body: "b" })],
      theirs: [step("look"), step("sms"), step("send", { body: "a", retry: 3 }), step("mark")],
    });
    expect(conflicts).to.deep.equal([]);
    expect(value).to.deep.equal([
      step("look"),
      step("sms"),
      step("check"),
      step("send", { body: "b", retry: 3 }),
      step("mark"),
    ]);
  });

  it("keeps an order that only we have changed, and refuses to choose between two", () => {
    const list = (ids: string): Json => [...ids].map((id) => ({ id }));
    expect(mergeValues({ base: list("abc"), mine: list("cab"), theirs: list("abcd") }).value).to.deep.equal(
      list("cdab"),
    );
    const both = mergeValues({ base: list("abc"), mine: list("cab"), theirs: list("bac") }, "/steps");
    expect(both.conflicts.map(({ path }) => path)).to.deep.equal(["/steps"]);
    expect(both.value).to.deep.equal(list("cab"));
  });

  it("merges lists of words by place", () => {
    const { value, conflicts } = mergeValues({
      base: ["id", "phone", "total"],
      mine: ["id", "total"],
      theirs: ["id", "phone", "total", "currency"],
    });
    expect({ value, conflicts }).to.deep.equal({ value: ["id", "total", "currency"], conflicts: [] });
  });

  it("gives what only one has changed, whatever it is", () => {
    fc.assert(
      fc.property(json, json, (base, changed) => {
        expect(mergeValues({ base, mine: changed, theirs: base })).to.deep.equal({ value: changed, conflicts: [] });
        expect(mergeValues({ base, mine: base, theirs: changed })).to.deep.equal({ value: changed, conflicts: [] });
      }),
    );
  });

  it("finds the same conflicts whoever is who", () => {
    fc.assert(
      fc.property(json, json, json, (base, mine, theirs) => {
        const paths = (merged: ReturnType<typeof mergeValues>): string[] =>
          merged.conflicts.map(({ path }) => path).sort();
        expect(paths(mergeValues({ base, mine, theirs }))).to.deep.equal(
          paths(mergeValues({ base, mine: theirs, theirs: mine })),
        );
      }),
    );
  });
});
