import { expect } from "chai";
import { type Candidate, resolve } from "../../../src/collections/plan/resolve.js";
import { failureOf } from "../parts.js";

type Requires = Readonly<Record<string, string>>;

function one(version: string, requires: Requires = {}): Candidate {
  return { version, requires };
}

interface World {
  readonly roots: Readonly<Record<string, Candidate>>;
  readonly installed?: Readonly<Record<string, Candidate>>;
  readonly offered?: Readonly<Record<string, readonly Candidate[]>>;
  readonly backwards?: boolean;
}

/** Gives `name version` in the order of installation. */
async function chosen({ roots, installed = {}, offered = {}, backwards = false }: World): Promise<string[]> {
  const found = await resolve(new Map(Object.entries(roots)), {
    installed: new Map(Object.entries(installed)),
    candidates: async (name) => offered[name] ?? [],
    backwards,
  });
  return [...found].map(([name, { version }]) => `${name} ${version}`);
}

describe("choosing versions", () => {
  it("takes what nothing else requires alone", async () => {
    expect(await chosen({ roots: { shop: one("1.0.0") } })).to.deep.equal(["shop 1.0.0"]);
  });

  it("takes the first offered version in the range, those first that others require", async () => {
    const offered = {
      texts: [one("3.0.0"), one("2.5.0", { base: "^1.0.0" }), one("2.4.0")],
      base: [one("1.9.0"), one("1.0.0")],
    };
    const roots = { shop: one("1.0.0", { texts: "^2.0.0" }) };
    expect(await chosen({ roots, offered })).to.deep.equal(["base 1.9.0", "texts 2.5.0", "shop 1.0.0"]);
  });

  it("keeps what is installed and fits, though there is something newer", async () => {
    const world = { installed: { base: one("1.0.0") }, offered: { base: [one("1.9.0")] } };
    expect(await chosen({ roots: { shop: one("1.0.0", { base: "^1.0.0" }) }, ...world })).to.deep.equal(["shop 1.0.0"]);
  });

  it("replaces what is installed by something newer when it has to, and says when others forbid it", async () => {
    const roots = { shop: one("2.0.0", { base: "^2.0.0" }) };
    const offered = { base: [one("2.1.0"), one("1.0.0")] };
    const installed = { base: one("1.0.0") };
    expect(await chosen({ roots, offered, installed })).to.deep.equal(["base 2.1.0", "shop 2.0.0"]);
    const blog = one("1.0.0", { base: "^1.0.0" });
    const error = await failureOf(chosen({ roots, offered, installed: { ...installed, blog } }));
    expect(error.code).to.equal("COLLECTION_UNRESOLVED");
    expect(error.message).to.include("blog 1.0.0 is installed and requires base ^1.0.0, but it would be 2.1.0");
  });

  it("does not put an older version in place of an installed one, unless somebody goes back", async () => {
    const world = {
      roots: { shop: one("1.0.0", { base: "^1.0.0" }) },
      installed: { base: one("2.0.0") },
      offered: { base: [one("2.0.0"), one("1.4.0")] },
    };
    const error = await failureOf(chosen(world));
    expect(error.message).to.include("requires base ^1.0.0, which is older than the 2.0.0 that is installed");
    expect(await chosen({ ...world, backwards: true })).to.deep.equal(["base 1.4.0", "shop 1.0.0"]);
  });

  it("tries an older version when the newest does not go with the others", async () => {
    const roots = { shop: one("1.0.0", { texts: "*", base: "^1.0.0" }) };
    const offered = {
      texts: [one("2.0.0", { base: "^2.0.0" }), one("1.0.0", { base: "^1.0.0" })],
      base: [one("2.0.0"), one("1.5.0")],
    };
    expect(await chosen({ roots, offered })).to.deep.equal(["base 1.5.0", "texts 1.0.0", "shop 1.0.0"]);
  });

  it("does not forget a range that was met by what it replaces", async () => {
    const roots = { shop: one("1.0.0", { base: "^1.0.0", texts: "*" }) };
    const world = {
      installed: { base: one("1.0.0") },
      offered: { texts: [one("1.0.0", { base: ">=1.5.0" })], base: [one("2.0.0"), one("1.6.0")] },
    };
    expect(await chosen({ roots, ...world })).to.deep.equal(["base 1.6.0", "texts 1.0.0", "shop 1.0.0"]);
  });

  it("says what nobody has, and which versions there are", async () => {
    const roots = { shop: one("1.0.0", { base: "^3.0.0" }) };
    const none = await failureOf(chosen({ roots }));
    expect(none.code).to.equal("COLLECTION_REQUIREMENT_MISSING");
    expect(none.message).to.equal("base ^3.0.0 is required, but it is not installed");
    const others = await failureOf(chosen({ roots, offered: { base: [one("2.0.0"), one("1.0.0")] } }));
    expect(others.message).to.equal("base ^3.0.0 is required, but it is not installed; there is 2.0.0, 1.0.0");
  });

  it("refuses collections that require each other in a circle, installed ones too", async () => {
    const roots = { shop: one("1.0.0", { texts: "*" }) };
    const texts = one("1.0.0", { shop: "*" });
    for (const world of [{ offered: { texts: [texts] } }, { installed: { texts } }]) {
      const error = await failureOf(chosen({ roots, ...world }));
      expect(error.code).to.equal("COLLECTION_UNRESOLVED");
      expect(error.message).to.include("shop requires texts requires shop: that is a circle");
    }
  });

  it("refuses a version that does not suit what is installed and requires it", async () => {
    const installed = { shop: one("1.0.0", { base: "^1.0.0" }) };
    const error = await failureOf(chosen({ roots: { base: one("2.0.0") }, installed }));
    expect(error.message).to.include("shop 1.0.0 is installed and requires base ^1.0.0, but it would be 2.0.0");
    const together = { base: one("2.0.0"), shop: one("2.0.0", { base: "^2.0.0" }) };
    expect(await chosen({ roots: together, installed: {} })).to.deep.equal(["base 2.0.0", "shop 2.0.0"]);
  });

  it("gives up on a puzzle instead of trying for ever", async () => {
    const versions = (requires: Requires) => Array.from({ length: 60 }, (_, n) => one(`1.${60 - n}.0`, requires));
    const offered = { a: versions({ z: "^9.0.0" }), b: versions({}), c: versions({}), z: [one("1.0.0")] };
    const error = await failureOf(chosen({ roots: { shop: one("1.0.0", { b: "*", c: "*", a: "*" }) }, offered }));
    expect(error.code).to.equal("COLLECTION_UNRESOLVED");
  });
});
