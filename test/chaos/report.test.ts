import { expect } from "chai";
import { parseOptions } from "../../chaos/options.js";
import { openStoreBook } from "../../chaos/push-parcel.js";
import { describeOutcome, toJsonLine } from "../../chaos/report.js";
import type { Outcome } from "../../chaos/run.js";
import { judge } from "../../chaos/verdict.js";
import { atRest, changed } from "./ledgers.js";

const outcome: Outcome = {
  verdict: judge(changed(atRest(), "vendor", { at: 0, to: null })),
  deaths: {
    atRandom: 3,
    whileStarting: 1,
    atBoundary: new Map([["after outcome", 2]]),
    byProcess: new Map([
      ["api 1", 2],
      ["worker 2", 3],
    ]),
    unstarted: 1,
  },
  restarts: { fast: 2, kill: 1 },
  book: openStoreBook(),
  struck: { "status-500": 4 },
  reports: { came: 9, lost: 2 },
  rested: true,
};

describe("The report of chaos", () => {
  it("says of every finding what each side says", () => {
    const text = describeOutcome(outcome, 12.3);
    expect(text).to.include("lost: CHAOS-000001: its run is succeeded, and the vendor has no message");
    for (const said of ["run_1 succeeded", "eff_1 done, SM1", "msg_1 delivered, SM1", "ntf_1 info, new: SMS accepted"])
      expect(text).to.include(said);
    expect(text).to.match(/vendor +none/);
    expect(text).to.include("after outcome 2").and.to.include("status-500 4");
    expect(text).to.include("api 1 2, worker 2 3").and.to.include("3 (2 in order, 1 by kill -9)");
    expect(text).to.include("This must not happen.");
  });

  it("gives one line of JSON with the counts", () => {
    const line = toJsonLine(outcome, parseOptions(["--seed", "5", "--store", "postgres", "--workers", "4"]), 12.34);
    expect(line).to.not.include("\n");
    expect(JSON.parse(line)).to.include({
      ...{ accepted: 3, messages: 1, lost: 1, duplicated: 0, unknown: 1, stuck: 0, seconds: 12.3 },
      ...{ silent: 0, mismatched: 1, stray: 0, unanswered: 0, rested: true, seed: 5 },
      ...{ store: "postgres", workers: 4, apis: 2, databaseRestarts: 3 },
    });
  });
});
