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

  it("measures one process on SQLite unless told otherwise, and several only where they can share the store", () => {
    expect(parseOptions([])).to.include({ store: "sqlite", workers: 1, subject: "orders", rows: 1_000_000 });
    expect(parseOptions(["--store", "postgres", "--workers", "2"])).to.include({ store: "postgres", workers: 2 });
    expect(() => parseOptions(["--workers", "2"])).to.throw("--store postgres");
    expect(() => parseOptions(["--store", "oracle"])).to.throw("sqlite, postgres");
  });

  it("measures one subject at a time", () => {
    expect(parseOptions(["--bulk", "--lines", "700"])).to.include({ subject: "bulk", lines: 700 });
    expect(parseOptions(["--soak", "2", "--callbacks"])).to.include({ subject: "soak", minutes: 2, callbacks: true });
    expect(parseOptions(["--soak", "2"]).rate).to.equal(null);
    expect(parseOptions(["--soak", "2", "--rate", "2000"])).to.include({ subject: "soak", rate: 2_000 });
    expect(() => parseOptions(["--rate", "2000"])).to.throw("--soak");
    expect(() => parseOptions(["--bulk", "--growth"])).to.throw("--bulk and --growth");
    expect(() => parseOptions(["--growth", "--callbacks"])).to.throw("--callbacks");
  });

  it("takes sizes in any order, and gives the smallest first", () => {
    expect(parseOptions(["--growth", "--sizes", "5000,1000"]).sizes).to.deep.equal([1_000, 5_000]);
    expect(() => parseOptions(["--growth", "--sizes", "1000,few"])).to.throw("--sizes");
  });

  it("refuses a window that does not fit a quick run", () => {
    expect(() => parseOptions(["--quick", "--seconds", "30"])).to.throw("--seconds");
  });
});
