import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { canonicalJson, isJsonObject, type Json, mergePatch } from "../../src/core/json.js";

interface MergeCase {
  readonly name: string;
  readonly target: Json;
  readonly patch: Json;
  readonly merged: Json;
}

const fixture = new URL("../../../test/fixtures/core/merge-patches.json", import.meta.url);
const cases = JSON.parse(readFileSync(fixture, "utf8")) as MergeCase[];
const anyJson = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<Json>;

/** The same document with all members in reverse order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

describe("canonicalJson", () => {
  it("sorts member names at every depth and leaves lists in order", () => {
    expect(canonicalJson({ b: [{ z: 1, a: 2 }], a: null })).to.equal('{"a":null,"b":[{"a":2,"z":1}]}');
  });

  it("leaves absent members out", () => {
    expect(canonicalJson({ a: 1, b: undefined } as unknown as Json)).to.equal('{"a":1}');
  });

  it("does not depend on the order of members", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(reversed(value))).to.equal(canonicalJson(value));
      }),
    );
  });

  it("can be read back, so that different documents give different texts", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("mergePatch", () => {
  for (const { name, target, patch, merged } of cases) {
    it(name, () => {
      const before = structuredClone(target);
      expect(mergePatch(target, patch)).to.deep.equal(merged);
      expect(target).to.deep.equal(before);
    });
  }

  it("builds on nothing", () => {
    expect(mergePatch(undefined, { a: { b: null, c: 1 } })).to.deep.equal({ a: { c: 1 } });
  });

  it("takes __proto__ for a name like any other", () => {
    const patch = JSON.parse('{"__proto__":{"a":1},"b":2}') as Json;
    const merged = mergePatch({ b: 1 }, patch);
    expect(JSON.stringify(merged)).to.equal('{"b":2,"__proto__":{"a":1}}');
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(anyJson, anyJson, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).to.deep.equal(once);
      }),
    );
  });
});

describe("isJsonObject", () => {
  it("is true for objects only", () => {
    expect([{}, [], null, "a", 1, undefined].map(isJsonObject)).to.deep.equal([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
