import { expect } from "chai";
import { parseOptions } from "../../bench/options.js";

describe("bench options", () => {
  it("measures longer unless asked to be quick", () => {
    expect(parseOptions([])).to.include({ rounds: 3, seconds: 8, connections: 50, quick: false, json: false });
    expect(parseOptions(["--quick", "--json"])).to.include({ rounds: 2, seconds: 3, quick: true, json: true });
  });

  it("refuses a number that is none, naming the option", () => {
    expect(() => parseOptions(["--rounds", "many"])).to.throw("--rounds");
    expect(() => parseOptions(["--connections", "0"])).to.throw("--connections");
  });

  it("refuses a window that does not fit a quick run", () => {
    expect(() => parseOptions(["--quick", "--seconds", "30"])).to.throw("--seconds");
  });
});
