import { expect } from "chai";
import fc from "fast-check";
import { type ConnectionGate, createConnectionGate, type Entry } from "../../src/engine/connection-gate.js";

const POST = "test/post";
const START = 1_000_000;

interface Bench {
  readonly gate: ConnectionGate;
  readonly clock: { now: number };
}

function bench(): Bench {
  const clock = { now: START };
  return { gate: createConnectionGate({ now: () => clock.now, random: () => 0.5 }), clock };
}

function refusal(entry: Entry): { comeBackAt: number; reason: string } {
  if (entry.admitted) throw new Error("it was admitted");
  return entry;
}

/** Lets the vendor be silent until the breaker opens. */
function breakDown({ gate }: Bench): void {
  for (let call = 0; call < 5; call++) {
    gate.admit(POST, null, `lost ${call}`);
    gate.report(POST, "silent", `lost ${call}`);
  }
}

/** How callers come when they are told to: this much late, by number of the visit. */
type Lateness = (visit: number) => number;

interface Drained {
  /** When each was admitted, in the order of admission, and who. */
  readonly admissions: readonly { readonly at: number; readonly caller: number }[];
  /** Visits that were refused, by caller. */
  readonly refusals: readonly number[];
}

/** Sends these callers, all at once, and again whenever they were told to come, until all are through. */
function drain(
  { gate, clock }: Bench,
  pace: number | null,
  { callers, late }: { callers: number; late: Lateness },
): Drained {
  const agenda = new Map<number, number[]>([[clock.now, Array.from({ length: callers }, (_, index) => index)]]);
  const refusals = new Array<number>(callers).fill(0);
  const admissions: { at: number; caller: number }[] = [];
  let visits = 0;
  for (const bound = clock.now + 100_000_000; admissions.length < callers && clock.now < bound; clock.now++) {
    for (const caller of agenda.get(clock.now) ?? []) {
      const entry = gate.admit(POST, pace, `run ${caller}`);
      if (entry.admitted) {
        admissions.push({ at: clock.now, caller });
        gate.report(POST, "answered", `run ${caller}`);
        continue;
      }
      refusals[caller]!++;
      const comeAt = Math.max(clock.now + 1, entry.comeBackAt + late(visits++));
      agenda.set(comeAt, [...(agenda.get(comeAt) ?? []), caller]);
    }
    agenda.delete(clock.now);
  }
  return { admissions, refusals };
}

/** The most by which any span of time saw more than its length times the pace. */
function worstExcess(instants: readonly number[], perSecond: number): number {
  let worst = 0;
  let lowest = Number.POSITIVE_INFINITY;
  instants.forEach((at, count) => {
    const line = count - (at * perSecond) / 1_000;
    lowest = Math.min(lowest, line);
    worst = Math.max(worst, line + 1 - lowest);
  });
  return worst;
}

function burstOf(pace: number): number {
  return Math.max(1, pace / 10) + 1e-3;
}

/**
 * How often a caller that is always late may be refused: what the others lose by being late moves everybody behind them, and
 * each such move is a part of the one before. Whoever was starved would be refused as often as there are callers.
 */
function mostRefusals(callers: number): number {
  return 8 + 2 * Math.log2(callers);
}

/** Something that happens at the gate, this long after the last thing. */
interface Deed {
  readonly what: "ask" | "answered" | "silent" | "pause";
  readonly who: number;
  readonly ms: number;
}

const deeds = fc.record<Deed>({
  what: fc.constantFrom("ask", "ask", "ask", "answered", "silent", "silent", "silent", "pause"),
  who: fc.nat(30),
  ms: fc.oneof(fc.nat(50), fc.nat(3_000), fc.nat(70_000)),
});

/** Callers that ask and calls that end, in any order; counts what the gate lets in. */
function createWorld(pace: number | null) {
  const { gate, clock } = bench();
  const underWay = new Map<string, { since: number; probe: boolean }>();
  const admissions: number[] = [];
  let mostProbes = 0;

  function ask(caller: string): void {
    if (underWay.has(caller)) return;
    const probe = gate.open().length > 0;
    const entry = gate.admit(POST, pace, caller);
    if (!entry.admitted) {
      expect(entry.comeBackAt).to.be.above(clock.now);
      expect(Number.isInteger(entry.comeBackAt)).to.equal(true);
      return;
    }
    admissions.push(clock.now);
    underWay.set(caller, { since: clock.now, probe });
    if (!probe) return;
    const probes = [...underWay.values()].filter((call) => call.probe && clock.now - call.since < 60_000);
    mostProbes = Math.max(mostProbes, probes.length);
  }

  return {
    admissions,
    probesAtOnce: () => mostProbes,
    do: ({ what, who, ms }: Deed) => {
      clock.now += ms;
      if (what === "ask") return ask(`run ${who}`);
      const caller = [...underWay.keys()][who % Math.max(1, underWay.size)];
      if (caller === undefined) return;
      gate.report(POST, what === "pause" ? { pauseMs: ms } : what, caller);
      underWay.delete(caller);
    },
  };
}

describe("the gate of a connection", () => {
  describe("the pace", () => {
    it("lets everybody in when there is none", () => {
      const { gate } = bench();
      for (let call = 0; call < 1_000; call++) expect(gate.admit(POST, null).admitted).to.equal(true);
    });

    it("lets a tenth of a second's calls in at once and tells the others to come one by one", () => {
      const { gate, clock } = bench();
      const entries = Array.from({ length: 14 }, (_, index) => gate.admit(POST, 100, `run ${index}`));
      expect(entries.filter(({ admitted }) => admitted)).to.have.lengthOf(10);
      const waits = entries.slice(10).map((entry) => refusal(entry).comeBackAt - clock.now);
      expect(waits).to.deep.equal([10, 20, 30, 40]);
      expect(refusal(entries[10]!).reason).to.equal("the pace of test/post is 100 calls a second");
    });

    it("serves a pace of less than one call a second", () => {
      const { gate, clock } = bench();
      expect(gate.admit(POST, 0.2, "first").admitted).to.equal(true);
      expect(refusal(gate.admit(POST, 0.2, "second")).comeBackAt).to.equal(clock.now + 5_000);
    });

    it("keeps the paces of two connections apart", () => {
      const { gate } = bench();
      expect(gate.admit(POST, 1).admitted).to.equal(true);
      expect(gate.admit("test/other", 1).admitted).to.equal(true);
      expect(gate.admit(POST, 1).admitted).to.equal(false);
    });

    it("keeps the place of a caller that comes too early", () => {
      const { gate, clock } = bench();
      gate.admit(POST, 1, "first");
      const told = refusal(gate.admit(POST, 1, "early")).comeBackAt;
      gate.admit(POST, 1, "behind");
      clock.now += 500;
      expect(refusal(gate.admit(POST, 1, "early")).comeBackAt).to.equal(told);
    });

    it("lets nobody overtake those who were told to come", () => {
      const { gate, clock } = bench();
      gate.admit(POST, 1, "first");
      gate.admit(POST, 1, "second");
      const told = refusal(gate.admit(POST, 1, "third")).comeBackAt;
      clock.now += 1_000;
      expect(refusal(gate.admit(POST, 1, "new")).comeBackAt).to.equal(told + 1_000);
      expect(gate.admit(POST, 1, "second").admitted).to.equal(true);
      clock.now = told;
      expect(gate.admit(POST, 1, "third").admitted).to.equal(true);
    });

    it("lets a caller that was late and finds the pace used up in before the rest of the line", () => {
      const { gate, clock } = bench();
      for (const caller of ["first", "second", "third", "fourth"]) gate.admit(POST, 1, caller);
      clock.now += 2_000;
      expect(gate.admit(POST, 1, "third").admitted).to.equal(true);
      const late = refusal(gate.admit(POST, 1, "second"));
      expect(late.comeBackAt).to.equal(clock.now + 1_000);
      expect(refusal(gate.admit(POST, 1, "fourth")).comeBackAt).to.equal(clock.now + 2_000);
      clock.now += 1_000;
      expect(gate.admit(POST, 1, "second").admitted).to.equal(true);
    });

    it("forgets a caller that comes a minute late", () => {
      const { gate, clock } = bench();
      gate.admit(POST, 0.01, "first");
      const told = refusal(gate.admit(POST, 0.01, "lost")).comeBackAt;
      const behind = refusal(gate.admit(POST, 0.01, "behind")).comeBackAt;
      clock.now = told + 60_000;
      expect(refusal(gate.admit(POST, 0.01, "lost")).comeBackAt).to.equal(behind + 100_000);
    });

    it("lets 10,000 who wait in at the pace, in order, when they come as they are told", () => {
      const started = bench();
      const { admissions, refusals } = drain(started, 50, { callers: 10_000, late: () => 0 });
      expect(admissions.map(({ caller }) => caller)).to.deep.equal(Array.from({ length: 10_000 }, (_, index) => index));
      expect(
        worstExcess(
          admissions.map(({ at }) => at),
          50,
        ),
      ).to.be.at.most(burstOf(50));
      expect(admissions.at(-1)!.at - START).to.be.within(199_000, 201_000);
      expect(Math.max(...refusals)).to.equal(1);
    });

    it("lets 10,000 who wait in at nearly the pace when they are looked for every quarter of a second only", () => {
      const started = bench();
      const late = (): number => (250 - (started.clock.now % 250)) % 250;
      const { admissions, refusals } = drain(started, 2, { callers: 500, late });
      expect(
        worstExcess(
          admissions.map(({ at }) => at),
          2,
        ),
      ).to.be.at.most(burstOf(2));
      expect(admissions.at(-1)!.at - START).to.be.below(400_000);
      expect(Math.max(...refusals)).to.be.at.most(mostRefusals(500));
    });

    it("starves nobody when all are late by the time of one call", () => {
      const { admissions, refusals } = drain(bench(), 3, { callers: 600, late: () => 333 });
      expect(admissions).to.have.lengthOf(600);
      expect(Math.max(...refusals)).to.be.at.most(mostRefusals(600));
    });

    it("holds nobody up for long for one that was kept out and never comes again", () => {
      const { gate, clock } = bench();
      for (const caller of ["first", "lost", "third", "fourth"]) gate.admit(POST, 1, caller);
      clock.now += 2_000;
      expect(gate.admit(POST, 1, "third").admitted).to.equal(true);
      const told = refusal(gate.admit(POST, 1, "lost")).comeBackAt;
      clock.now = told + 4_999;
      expect(gate.admit(POST, 1, "fourth").admitted).to.equal(false);
      clock.now = told + 5_000;
      expect(gate.admit(POST, 1, "fifth").admitted).to.equal(false);
      clock.now = told + 7_000;
      expect(gate.admit(POST, 1, "fourth").admitted).to.equal(true);
    });

    it("never admits more than the pace and its burst, and keeps nobody waiting for ever, however late callers are", () => {
      const paces = fc.constantFrom(0.5, 1, 3, 10, 47, 200, 1_000);
      const latenesses = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 20 });
      fc.assert(
        fc.property(paces, latenesses, fc.integer({ min: 1, max: 150 }), (pace, lateness, callers) => {
          const late = (visit: number): number => lateness[visit % lateness.length]!;
          const { admissions, refusals } = drain(bench(), pace, { callers, late });
          expect(admissions).to.have.lengthOf(callers);
          expect(
            worstExcess(
              admissions.map(({ at }) => at),
              pace,
            ),
          ).to.be.at.most(burstOf(pace));
          expect(Math.max(...refusals)).to.be.at.most(mostRefusals(callers));
        }),
        { numRuns: 60 },
      );
    });
  });

  describe("a pause that the vendor asked for", () => {
    it("keeps everybody out for so long, and is no silence", () => {
      const { gate, clock } = bench();
      gate.report(POST, { pauseMs: 7_000 }, "busy");
      const { comeBackAt, reason } = refusal(gate.admit(POST, 10, "run"));
      expect(comeBackAt).to.equal(clock.now + 7_000);
      expect(reason).to.equal("test/post asked for a pause");
      expect(gate.open()).to.deep.equal([]);
      clock.now += 7_000;
      expect(gate.admit(POST, 10, "run").admitted).to.equal(true);
    });

    it("spreads those who wait for its end when there is no pace", () => {
      const { gate, clock } = bench();
      gate.report(POST, { pauseMs: 7_000 });
      expect(refusal(gate.admit(POST, null, "run")).comeBackAt).to.equal(clock.now + 7_500);
    });

    it("does not become shorter by a second one", () => {
      const { gate, clock } = bench();
      gate.report(POST, { pauseMs: 7_000 });
      gate.report(POST, { pauseMs: 1_000 });
      expect(refusal(gate.admit(POST, 10, "run")).comeBackAt).to.equal(clock.now + 7_000);
    });
  });

  describe("the breaker", () => {
    it("opens after five silences in a row and says since and until when", () => {
      const started = bench();
      breakDown(started);
      const { gate, clock } = started;
      const { reason, comeBackAt } = refusal(gate.admit(POST, null, "run"));
      expect(reason).to.equal("test/post did not answer 5 calls in a row; calls wait until it does");
      expect(gate.open()).to.deep.equal([{ connection: POST, since: clock.now, until: clock.now + 5_000, reason }]);
      expect(comeBackAt).to.equal(clock.now + 5_000);
    });

    it("stays closed when an answer comes in between", () => {
      const { gate } = bench();
      for (const outcome of ["silent", "silent", "silent", "silent", "answered", "silent"] as const) {
        gate.report(POST, outcome);
      }
      expect(gate.open()).to.deep.equal([]);
    });

    it("opens when half of at least twenty calls in ten seconds were not answered", () => {
      const { gate, clock } = bench();
      for (let pair = 0; pair < 9; pair++) {
        gate.report(POST, "answered");
        gate.report(POST, "silent");
        clock.now += 900;
      }
      expect(gate.open()).to.deep.equal([]);
      gate.report(POST, "answered");
      gate.report(POST, "silent");
      expect(gate.open()).to.have.lengthOf(1);
      expect(refusal(gate.admit(POST, null)).reason).to.match(/did not answer 10 of the last 20 calls/);
    });

    it("forgets silences that are older than ten seconds", () => {
      const { gate, clock } = bench();
      for (let pair = 0; pair < 50; pair++) {
        gate.report(POST, "answered");
        gate.report(POST, "silent");
        clock.now += 1_300;
      }
      expect(gate.open()).to.deep.equal([]);
    });

    it("lets one call try when its time is over, and nobody else until that call is reported on", () => {
      const started = bench();
      breakDown(started);
      const { gate, clock } = started;
      clock.now += 5_000;
      expect(gate.admit(POST, null, "probe").admitted).to.equal(true);
      expect(gate.admit(POST, null, "other").admitted).to.equal(false);
      gate.report(POST, "answered", "lost 3");
      expect(gate.open()).to.have.lengthOf(1);
      gate.report(POST, "answered", "probe");
      expect(gate.open()).to.deep.equal([]);
    });

    it("admits the same probe again when its plan had to be made anew", () => {
      const started = bench();
      breakDown(started);
      started.clock.now += 5_000;
      expect(started.gate.admit(POST, null, "probe").admitted).to.equal(true);
      expect(started.gate.admit(POST, null, "probe").admitted).to.equal(true);
    });

    it("stays open twice as long after each silent probe, a minute at most", () => {
      const started = bench();
      breakDown(started);
      const { gate, clock } = started;
      const waits: number[] = [];
      for (let probe = 0; probe < 6; probe++) {
        const { since, until } = gate.open()[0]!;
        expect(since).to.equal(START);
        waits.push(until - clock.now);
        clock.now = until;
        expect(gate.admit(POST, null, "probe").admitted).to.equal(true);
        gate.report(POST, "silent", "probe");
      }
      expect(waits).to.deep.equal([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    });

    it("gives a probe up that nobody reports on for a minute", () => {
      const started = bench();
      breakDown(started);
      const { gate, clock } = started;
      clock.now += 5_000;
      gate.admit(POST, null, "crashed");
      clock.now += 59_999;
      expect(gate.admit(POST, null, "next").admitted).to.equal(false);
      clock.now += 1;
      expect(gate.admit(POST, null, "another").admitted).to.equal(true);
    });

    it("takes a refusal and a pause as answers", () => {
      const started = bench();
      breakDown(started);
      started.clock.now += 5_000;
      started.gate.admit(POST, null, "probe");
      started.gate.report(POST, { pauseMs: 3_000 }, "probe");
      expect(started.gate.open()).to.deep.equal([]);
      expect(refusal(started.gate.admit(POST, null, "run")).reason).to.equal("test/post asked for a pause");
    });

    it("drains at five a second, twice as fast each second, when the vendor answers again", () => {
      const started = bench();
      breakDown(started);
      const { admissions, refusals } = drain(started, null, { callers: 2_000, late: () => 0 });
      const probeAt = admissions[0]!.at;
      const bySecond = [0, 1, 2, 3, 4].map(
        (second) => admissions.filter(({ at }) => Math.floor((at - probeAt) / 1_000) === second).length,
      );
      expect(bySecond).to.deep.equal([5, 10, 20, 40, 80]);
      expect(Math.max(...refusals)).to.be.at.most(4);
    });

    it("drains no faster than the pace either", () => {
      const started = bench();
      breakDown(started);
      const { admissions } = drain(started, 20, { callers: 1_000, late: () => 0 });
      expect(
        worstExcess(
          admissions.map(({ at }) => at),
          20,
        ),
      ).to.be.at.most(burstOf(20));
      expect(admissions.at(-1)!.at - START).to.be.within(50_000, 60_000);
    });
  });

  it("has at most one call under way while it is open, and never exceeds the pace, whatever happens", () => {
    fc.assert(
      fc.property(fc.constantFrom(null, 1, 20, 300), fc.array(deeds, { maxLength: 300 }), (pace, sequence) => {
        const world = createWorld(pace);
        for (const deed of sequence) world.do(deed);
        expect(world.probesAtOnce()).to.be.at.most(1);
        if (pace !== null) expect(worstExcess(world.admissions, pace)).to.be.at.most(burstOf(pace));
      }),
      { numRuns: 300 },
    );
  });
});
