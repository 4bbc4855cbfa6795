import { expect } from "chai";
import { parseOptions } from "../../chaos/options.js";

describe("The options of chaos", () => {
  it("have defaults", () => {
    const defaults = { orders: 1_000, killEveryMs: 2_000, seed: 1, faults: "usual", rate: 120 };
    const alone = { store: "sqlite", apis: 1, workers: 1, restartEveryMs: null };
    expect(parseOptions([])).to.deep.equal({ ...defaults, ...alone, json: false, keep: false, help: false });
  });

  it("have other defaults for a store that is shared", () => {
    expect(parseOptions(["--store", "postgres"])).to.include({ apis: 2, workers: 3, restartEveryMs: 6_000 });
    const args = ["--store", "postgres", "--apis", "1", "--workers", "4", "--restart-every", "never"];
    expect(parseOptions(args)).to.include({ store: "postgres", apis: 1, workers: 4, restartEveryMs: null });
  });

  for (const name of ["--apis", "--workers", "--restart-every"]) {
    it(`refuse ${name} for a store that nobody shares`, () => {
      expect(() => parseOptions([name, "3"])).to.throw(
        `${name} needs a store to share; give --store postgres as well.`,
      );
    });
  }

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
    ["--store", "mysql"],
  ] as const;
  it("refuse numbers of processes and times that would not do", () => {
    const shared = (name: string, text: string) => () => parseOptions(["--store", "postgres", name, text]);
    expect(shared("--workers", "0")).to.throw('--workers is "0"; give a whole number from 1 to 16.');
    expect(shared("--restart-every", "1s")).to.throw('--restart-every is "1s"; give a time from 2s to 600s');
  });

  for (const [name, text] of wrong) {
    it(`refuse ${name} "${text}" and say what would do`, () => {
      expect(() => parseOptions([`${name}=${text}`])).to.throw(`${name} is "${text}"; give`);
    });
  }
});
