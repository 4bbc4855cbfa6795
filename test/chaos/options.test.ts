import { expect } from "chai";
import { parseOptions } from "../../chaos/options.js";

describe("The options of chaos", () => {
  it("have defaults", () => {
    const defaults = { orders: 1_000, killEveryMs: 2_000, seed: 1, faults: "usual", rate: 120 };
    expect(parseOptions([])).to.deep.equal({ ...defaults, json: false, keep: false, help: false });
  });

  it("are read from the command line", () => {
    const args = ["--orders", "30", "--kill-every", "1500ms", "--seed", "9", "--faults", "heavy", "--json"];
    expect(parseOptions(args)).to.include({ orders: 30, killEveryMs: 1_500, seed: 9, faults: "heavy", json: true });
    expect(parseOptions(["--kill-every", "never"]).killEveryMs).to.equal(null);
    expect(parseOptions(["--kill-every", "2.5s"]).killEveryMs).to.equal(2_500);
  });

  const wrong = [
    ["--orders", "0"],
    ["--orders", "many"],
    ["--kill-every", "2"],
    ["--kill-every", "100ms"],
    ["--faults", "some"],
    ["--seed", "-1"],
    ["--rate", ""],
  ] as const;
  for (const [name, text] of wrong) {
    it(`refuse ${name} "${text}" and say what would do`, () => {
      expect(() => parseOptions([`${name}=${text}`])).to.throw(`${name} is "${text}"; give`);
    });
  }
});
