import { expect } from "chai";
import fc from "fast-check";
import { createNewId, idTime } from "../../src/core/id.js";

const zeros = (size: number): Uint8Array => new Uint8Array(size);
const ones = (size: number): Uint8Array => new Uint8Array(size).fill(255);

describe("createNewId", () => {
  it("writes prefix, time and randomness", () => {
    expect(createNewId(() => 0, zeros)("run")).to.equal(`run_${"0".repeat(26)}`);
  });

  it("gives ascending ids, even when the clock stands still or runs backwards", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 31 }), { minLength: 2 }), fc.nat({ max: 255 }), (times, byte) => {
        const clock = times.values();
        const newId = createNewId(
          () => clock.next().value ?? 0,
          (size) => new Uint8Array(size).fill(byte % 31),
        );
        const ids = times.map(() => newId("evt"));
        expect(ids).to.deep.equal([...new Set(ids)].sort());
      }),
    );
  });

  it("carries over when it counts up within one millisecond", () => {
    const newId = createNewId(
      () => 5,
      (size) => Uint8Array.from({ length: size }, (_, index) => (index % 16 < 11 ? 0 : 31)),
    );
    expect([newId("msg"), newId("msg")].map((id) => id.slice(-6))).to.deep.equal(["0zzzzz", "100000"]);
  });
});

describe("idTime", () => {
  it("gives back the millisecond an id was made in", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 47 }), (time) => {
        expect(idTime(createNewId(() => time, ones)("ntf"))?.getTime()).to.equal(time);
      }),
    );
  });

  for (const text of ["", "run_", "run_123", `run_${"i".repeat(26)}`, `RUN_${"0".repeat(26)}`, "0".repeat(26)]) {
    it(`gives null for ${JSON.stringify(text)}`, () => {
      expect(idTime(text)).to.equal(null);
    });
  }
});
