import { expect } from "chai";
import fc from "fast-check";
import { type ConnectionGate, createConnectionGate, type Entry } from "../../src/engine/connection-gate.js";

const NAME = "test/post";

describe("a connection's gate", () => {
  let clock: { now: number };
  let gate: ConnectionGate;
  beforeEach(() => {
    clock = { now: Date.UTC(2026, 0, 1) };
    gate = createConnectionGate({ now: () => clock.now, random: () => 0.5 });
  });

  const ask = (pace: number | null = null): Entry => gate.admit(NAME, pace);
  const later = (ms: number): void => {
    clock.now += ms;
  };
  /** When a refused caller may come back, counted from now. */
  function waitMs(entry: Entry): number {
    if (entry.admitted) throw new Error("it was admitted");
    return entry.comeBackAt - clock.now;
  }
  function fallSilent(times: number): void {
    for (let time = 0; time < times; time++) {
      expect(ask().admitted).to.equal(true);
      gate.report(NAME, "silent");
    }
  }

  it("lets everybody in when there is no pace", () => {
    for (let count = 0; count < 1_000; count++) expect(ask().admitted).to.equal(true);
    expect(gate.closed()).to.deep.equal([]);
  });

  it("keeps connections apart", () => {
    fallSilent(5);
    expect(ask().admitted).to.equal(false);
    expect(gate.admit("test/other", null).admitted).to.equal(true);
  });

  describe("with a pace", () => {
    it("tells those who have to wait slots one behind the other", () => {
      expect(ask(10).admitted).to.equal(true);
      expect(ask(10).admitted).to.equal(true);
      expect([ask(10), ask(10), ask(10)].map(waitMs)).to.deep.equal([100, 200, 300]);
    });

    it("saves no slots up: after a long rest there are no more calls than without it", () => {
      ask(10);
      later(60_000);
      expect(Array.from({ length: 5 }, () => ask(10).admitted)).to.deep.equal([true, true, false, false, false]);
    });

    it("never lets more than the pace and one in, in any span of time, whoever asks when", () => {
      const gaps = fc.array(fc.nat(120), { minLength: 1, maxLength: 300, size: "max" });
      fc.assert(
        fc.property(gaps, fc.integer({ min: 1, max: 100 }), (waits, pace) => {
          const own = createConnectionGate({ now: () => clock.now, random: () => 0 });
          const admittedAt: number[] = [];
          for (const wait of waits) {
            clock.now += wait;
            if (own.admit(NAME, pace).admitted) admittedAt.push(clock.now);
          }
          expectPace(admittedAt, pace);
        }),
        { seed: 7, numRuns: 200 },
      );
    });
  });

  it("takes no calls while the vendor has asked for a pause, and says until when", () => {
    ask();
    gate.report(NAME, { pauseMs: 30_000 });
    expect(waitMs(ask())).to.be.within(30_000, 31_000);
    expect(gate.closed()).to.deep.equal([
      { connection: NAME, until: clock.now + 30_000, reason: `${NAME} asked for a pause` },
    ]);
    later(30_000);
    expect(ask().admitted).to.equal(true);
    expect(gate.closed()).to.deep.equal([]);
  });

  it("does not make a pause shorter when the vendor falls silent in it", () => {
    for (let count = 0; count < 6; count++) ask();
    gate.report(NAME, { pauseMs: 30_000 });
    for (let count = 0; count < 5; count++) gate.report(NAME, "silent");
    later(29_999);
    expect(ask().admitted).to.equal(false);
    later(1);
    expect(ask().admitted).to.equal(true);
  });

  describe("when the vendor does not answer", () => {
    it("closes after five silences in a row, not before", () => {
      fallSilent(4);
      ask();
      gate.report(NAME, "answered");
      fallSilent(5);
      expect(waitMs(ask())).to.be.within(5_000, 6_000);
      expect(gate.closed().map(({ connection }) => connection)).to.deep.equal([NAME]);
    });

    it("lets one caller try, who decides for all", () => {
      fallSilent(5);
      later(5_000);
      expect(ask().admitted).to.equal(true);
      expect(ask().admitted).to.equal(false);
      later(20_000);
      expect(ask().admitted).to.equal(false);
      gate.report(NAME, "answered");
      expect(ask().admitted).to.equal(true);
      expect(gate.closed()).to.deep.equal([]);
    });

    it("waits twice as long after each try in vain, up to a minute", () => {
      fallSilent(5);
      const waits: number[] = [];
      for (let tries = 0; tries < 6; tries++) {
        later(waitMs(ask()));
        expect(ask().admitted).to.equal(true);
        gate.report(NAME, "silent");
        waits.push(waitMs(ask()) - 500);
      }
      expect(waits).to.deep.equal([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
    });

    it("does not take the silence of an older call for the answer to the try", () => {
      for (let count = 0; count < 8; count++) ask();
      for (let count = 0; count < 5; count++) gate.report(NAME, "silent");
      later(5_000);
      expect(ask().admitted).to.equal(false);
      for (let count = 0; count < 3; count++) gate.report(NAME, "silent");
      expect(ask().admitted).to.equal(true);
      gate.report(NAME, "silent");
      expect(waitMs(ask())).to.be.within(10_000, 11_000);
    });

    it("gives a try up that nobody reports on for a minute", () => {
      fallSilent(5);
      later(5_000);
      ask();
      later(59_999);
      expect(ask().admitted).to.equal(false);
      later(1);
      expect(ask().admitted).to.equal(true);
    });

    it("counts a refusal as an answer", () => {
      fallSilent(5);
      later(5_000);
      ask();
      gate.report(NAME, { pauseMs: 2_000 });
      expect(ask().admitted).to.equal(false);
      later(2_000);
      expect(ask().admitted).to.equal(true);
    });

    it("never has two calls under way while it is broken, whatever happens when", () => {
      const deeds = fc.array(fc.constantFrom("ask", "silent", "answered", "short", "long"), {
        size: "max",
        maxLength: 200,
      });
      fc.assert(
        fc.property(deeds, (done) => probesAtOnce(done) <= 1),
        { seed: 11, numRuns: 300 },
      );
    });

    it("lets the calls come back ever faster once it answers", () => {
      fallSilent(5);
      later(5_000);
      ask();
      gate.report(NAME, "answered");
      const counts: number[] = [];
      for (let second = 0; second < 4; second++) {
        let count = 0;
        for (let ms = 0; ms < 1_000; ms++, later(1)) while (ask().admitted) count++;
        counts.push(count);
      }
      expect(counts[0]).to.be.within(5, 6);
      expect(counts[1]).to.be.within(9, 11);
      expect(counts[2]).to.be.within(19, 21);
      expect(counts[3]).to.be.within(39, 41);
      later(6_000);
      for (let count = 0; count < 1_000; count++) expect(ask().admitted).to.equal(true);
    });
  });

  describe("with ten thousand who wait", () => {
    const CALLERS = 10_000;
    const PACE = 100;

    it("drains after an outage in about the time its pace allows, and sends nobody away often", () => {
      fallSilent(5);
      const { admittedAt, refusals } = drain(clock, gate, { callers: CALLERS, pace: PACE });
      expect(admittedAt).to.have.lengthOf(CALLERS);
      const seconds = ((admittedAt.at(-1) ?? 0) - (admittedAt[0] ?? 0)) / 1_000;
      expect(seconds).to.be.within(CALLERS / PACE - 1, (CALLERS / PACE) * 1.2);
      expect(Math.max(...refusals)).to.be.at.most(6);
      expectPace(admittedAt, PACE);
    });

    it("drains after a pause likewise", () => {
      ask();
      gate.report(NAME, { pauseMs: 10_000 });
      const { admittedAt, refusals } = drain(clock, gate, { callers: CALLERS, pace: PACE });
      const seconds = ((admittedAt.at(-1) ?? 0) - (admittedAt[0] ?? 0)) / 1_000;
      expect(seconds).to.be.within(CALLERS / PACE - 1, (CALLERS / PACE) * 1.1);
      expect(Math.max(...refusals)).to.be.at.most(4);
      expectPace(admittedAt, PACE);
    });

    it("sends nobody away for ever while new ones keep coming", () => {
      const newcomers = { everyMs: 25, count: 4_000 };
      const { admittedAt, refusals } = drain(clock, gate, { callers: 2_000, pace: PACE, newcomers });
      expect(admittedAt).to.have.lengthOf(6_000);
      expect(Math.max(...refusals)).to.be.at.most(12);
      expectPace(admittedAt, PACE);
    });
  });
});

type Deed = "ask" | "silent" | "answered" | "short" | "long";

/** Does these deeds at a gate. @returns How many calls were under way at most when one was let in while it was broken. */
function probesAtOnce(deeds: readonly Deed[]): number {
  const clock = { now: 1_000_000 };
  const gate = createConnectionGate({ now: () => clock.now, random: () => 0 });
  let underWay = 0;
  let most = 0;
  const report = (outcome: "silent" | "answered"): void => {
    if (underWay === 0) return;
    underWay--;
    gate.report(NAME, outcome);
  };
  const does: Record<Deed, () => void> = {
    ask: () => {
      const isBroken = gate.closed().length > 0;
      if (!gate.admit(NAME, null).admitted) return;
      underWay++;
      if (isBroken) most = Math.max(most, underWay);
    },
    silent: () => report("silent"),
    answered: () => report("answered"),
    short: () => {
      clock.now += 700;
    },
    // No call takes longer than this; one that nobody reports on is given up, which is another test.
    long: () => {
      while (underWay > 0) report("silent");
      clock.now += 6_000;
    },
  };
  for (const deed of deeds) does[deed]();
  return most;
}

/** No second, nor any other half-open span of whole slots, has more calls than its slots and one. */
function expectPace(admittedAt: readonly number[], pace: number): void {
  const spans = [Math.ceil(1_000 / pace), 1_000, 10_000];
  for (const spanMs of spans) {
    let first = 0;
    for (const [index, at] of admittedAt.entries()) {
      while ((admittedAt[first] ?? 0) <= at - spanMs) first++;
      expect(index - first + 1).to.be.at.most(Math.ceil((pace * spanMs) / 1_000) + 1);
    }
  }
}

interface Crowd {
  readonly callers: number;
  readonly pace: number;
  readonly newcomers?: { readonly everyMs: number; readonly count: number };
}

/** Lets callers ask, come back when they are told, and report an answer 50 ms after they were let in. */
function drain(
  clock: { now: number },
  gate: ConnectionGate,
  { callers, pace, newcomers = { everyMs: 0, count: 0 } }: Crowd,
): { admittedAt: number[]; refusals: number[] } {
  const agenda = new Map<number, (() => void)[]>();
  const plan = (at: number, deed: () => void): unknown => agenda.set(at, [...(agenda.get(at) ?? []), deed]);
  const admittedAt: number[] = [];
  const refusals: number[] = [];
  const come = (caller: number): void => {
    const entry = gate.admit(NAME, pace);
    if (entry.admitted) {
      admittedAt.push(clock.now);
      plan(clock.now + 50, () => gate.report(NAME, "answered"));
      return;
    }
    refusals[caller] = (refusals[caller] ?? 0) + 1;
    plan(entry.comeBackAt, () => come(caller));
  };
  const start = clock.now;
  const all = callers + newcomers.count;
  for (let caller = 0; caller < all; caller++) {
    refusals.push(0);
    if (caller >= callers) plan(start + (caller - callers) * newcomers.everyMs, () => come(caller));
  }
  for (let caller = 0; caller < callers; caller++) come(caller);
  const end = start + 600_000;
  for (; clock.now < end && (admittedAt.length < all || agenda.size > 0); clock.now++) {
    const due = agenda.get(clock.now) ?? [];
    agenda.delete(clock.now);
    for (const deed of due) deed();
  }
  return { admittedAt, refusals };
}
