import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { SeenProcess, SharedBreaker, SharedTurn } from "../../src/core/crew.js";
import type { PaceAsking, PacePlace } from "../../src/core/pace-row.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import { at, codes, created, sampleRun, start } from "./samples.js";

/** What processes on one store share. */
export function crewContract(opened: Opened): void {
  describe("processes", () => {
    it("are listed as they last said, until they leave", async () => {
      const store = opened();
      const one: SeenProcess = { name: "a:1", role: "api", version: "1.0.0", startedAt: start, seenAt: at(1) };
      const two: SeenProcess = { ...one, name: "b:2", role: "worker" };
      await store.commit([two, one].map((process): Change => ({ kind: "process-seen", process })));
      await store.commit([{ kind: "process-seen", process: { ...one, seenAt: at(9) } }]);
      expect(await store.processes.list()).to.deep.equal([{ ...one, seenAt: at(9) }, two]);
      await store.commit([{ kind: "process-left", name: "a:1" }]);
      expect(await store.processes.list()).to.deep.equal([two]);
    });
  });

  describe("breakers", () => {
    it("are there while they are open, as they were last said to be", async () => {
      const store = opened();
      const breaker: SharedBreaker = { connection: "shop/twilio", since: start, until: at(5), reason: "silent" };
      await store.commit([{ kind: "breaker-opened", breaker }]);
      await store.commit([{ kind: "breaker-opened", breaker: { ...breaker, until: at(15) } }]);
      expect(await store.breakers.list()).to.deep.equal([{ ...breaker, until: at(15) }]);
      await store.commit([{ kind: "breaker-closed", connection: "shop/twilio" }]);
      expect(await store.breakers.list()).to.deep.equal([]);
    });
  });

  describe("pace.take", () => {
    const pace = {
      key: "shop/twilio",
      perSecond: 2,
      cost: 1,
      lane: "transactional",
      kept: null,
      notAfter: null,
    } as const;
    const takenAt = async (more: Partial<PaceAsking>): Promise<number | null> => {
      const place = await opened().pace.take({ ...pace, now: start, ...more });
      return place === null ? null : place.at.getTime() - start.getTime();
    };
    const places = async (count: number, now: Date): Promise<(number | null)[]> => {
      const taken: (number | null)[] = [];
      for (let index = 0; index < count; index++) taken.push(await takenAt({ now }));
      return taken;
    };

    it("gives places one behind the other at the pace, and saves up a tenth of a second", async () => {
      expect(await places(3, start)).to.deep.equal([-100, 400, 900]);
      expect(await places(1, at(0.5))).to.deep.equal([1_400]);
      expect(await places(2, at(60))).to.deep.equal([59_900, 60_400]);
    });

    it("gives every place once, whoever asks at the same time", async () => {
      const taken = await Promise.all(Array.from({ length: 20 }, () => takenAt({})));
      const sorted = taken.map(Number).sort((a, b) => a - b);
      expect(sorted).to.deep.equal(Array.from({ length: 20 }, (_, index) => index * 500 - 100));
    });

    it("keeps connections apart", async () => {
      await places(5, start);
      expect(await takenAt({ key: "shop/other" })).to.equal(-100);
    });
  });

  describe("pace.take with costs and lanes", () => {
    const pace = {
      key: "shop/twilio +1",
      perSecond: 1,
      cost: 1,
      lane: "transactional",
      kept: null,
      notAfter: null,
    } as const;
    const take = (seconds: number, more: Partial<PaceAsking> = {}): Promise<PacePlace | null> =>
      opened().pace.take({ ...pace, now: at(seconds), ...more });
    const times = (place: PacePlace | null): unknown =>
      place === null ? null : [(place.at.getTime() - start.getTime()) / 1_000, place.firm];

    it("stands still for as long as a call costs", async () => {
      const places = [await take(0, { cost: 3 }), await take(0), await take(0)];
      expect(places.map(times)).to.deep.equal([
        [-0.1, true],
        [2.9, true],
        [3.9, true],
      ]);
    });

    it("takes nothing that would come too late", async () => {
      await take(0, { cost: 5 });
      for (const lane of ["transactional", "marketing"] as const) {
        expect(await take(0, { lane, notAfter: at(3) })).to.equal(null);
      }
      expect(times(await take(0))).to.deep.equal([4.9, true]);
    });

    it("lets marketing call when nobody waits, and else ask again, moved by what went before it", async () => {
      expect(times(await take(0, { lane: "marketing" }))).to.deep.equal([-0.1, true]);
      const kept = await take(0, { lane: "marketing" });
      expect(times(kept)).to.deep.equal([0.9, false]);
      expect(times(await take(0, { lane: "marketing" }))).to.deep.equal([1.9, false]);
      expect(times(await take(0, { cost: 4 }))).to.deep.equal([0.9, true]);
      expect(times(await take(0, { lane: "marketing" }))).to.deep.equal([6.9, false]);
      const owed = await take(0.95, { lane: "marketing", kept });
      expect(times(owed)).to.deep.equal([4.9, true]);
      const again = await take(1, { lane: "marketing", kept });
      expect(times(again)).to.deep.equal([5.9, false]);
      expect(times(await take(6, { lane: "marketing", kept: again }))).to.deep.equal([5.9, true]);
    });
  });

  describe("daily counts", () => {
    const count = (amount: number, day = "2026-01-02"): Change => ({
      ...{ kind: "sending-counted", subject: "shop/twilio +1", day, amount, most: 10 },
    });
    const sent = () => opened().dailyCounts.get("shop/twilio +1");

    it("are kept for the newest day, and refuse what would be more than the cap with all of its commit", async () => {
      expect(await sent()).to.equal(null);
      await opened().commit([count(4)]);
      await opened().commit([count(6)]);
      const run = sampleRun();
      await failed(opened().commit([created(run), count(1)]), "DAILY_CAP_REACHED");
      expect(await opened().runs.get(run.id)).to.equal(null);
      expect(await sent()).to.deep.equal({ day: "2026-01-02", sent: 10, toldDay: null });
      await opened().commit([count(12, "2026-01-03")]);
      expect(await sent()).to.include({ day: "2026-01-03", sent: 12 });
      await failed(opened().commit([count(1, "2026-01-02")]), "DAILY_CAP_REACHED");
    });

    it("let exactly as much through as the cap has, whoever counts at the same time", async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 25 }, () => opened().commit([count(1)])));
      expect(outcomes.filter(({ status }) => status === "fulfilled")).to.have.lengthOf(10);
      expect((await sent())?.sent).to.equal(10);
    });

    it("take back what was counted that day, and are told once a day", async () => {
      await opened().commit([count(10)]);
      const back = (day: string): Change => ({ kind: "sending-uncounted", subject: "shop/twilio +1", day, amount: 3 });
      await opened().commit([back("2026-01-01"), back("2026-01-02")]);
      expect((await sent())?.sent).to.equal(7);
      const told = (day: string): Change => ({ kind: "daily-cap-told", subject: "shop/twilio +1", day });
      await opened().commit([told("2026-01-02")]);
      await failed(opened().commit([told("2026-01-02")]), "DAILY_CAP_REACHED");
      await opened().commit([told("2026-01-03")]);
      expect((await sent())?.toldDay).to.equal("2026-01-03");
    });
  });

  describe("leases", () => {
    it("have one holder at a time, who keeps them and gives them back", async () => {
      const { leases } = opened();
      expect(await leases.take("lead", "ann", { until: at(5), now: at(0) })).to.equal(true);
      expect(await leases.take("lead", "bob", { until: at(6), now: at(1) })).to.equal(false);
      expect(await leases.take("lead", "ann", { until: at(7), now: at(2) })).to.equal(true);
      expect(await leases.take("lead", "bob", { until: at(11), now: at(6) })).to.equal(false);
      expect(await leases.take("lead", "bob", { until: at(13), now: at(8) })).to.equal(true);
      await leases.release("lead", "ann");
      expect(await leases.take("lead", "ann", { until: at(14), now: at(9) })).to.equal(false);
      await leases.release("lead", "bob");
      expect(await leases.take("lead", "ann", { until: at(14), now: at(9) })).to.equal(true);
    });

    it("are forgotten when they ended long ago, and kept by their holder until then", async () => {
      const { leases } = opened();
      await leases.take("old", "ann", { until: at(4), now: at(0) });
      await leases.take("lead", "ann", { until: at(9), now: at(0) });
      await leases.forget(at(5));
      // Asked with a time at which both would still be held.
      expect(await leases.take("old", "bob", { until: at(9), now: at(1) })).to.equal(true);
      expect(await leases.take("lead", "bob", { until: at(9), now: at(1) })).to.equal(false);
    });
  });

  describe("turn-taken", () => {
    const turn = (more: Partial<SharedTurn>): SharedTurn => ({
      ...{ place: "shop/twilio +16175551212", effectId: "eff_1", runId: "run_1", attempt: 1, until: at(60) },
      ...more,
    });
    const taken = (more: Partial<SharedTurn>, seconds = 0): Change => ({
      kind: "turn-taken",
      turn: turn(more),
      at: at(seconds),
    });

    it("is refused while a call of another run has the turn, and nothing of the commit is kept", async () => {
      const store = opened();
      await store.commit([taken({})]);
      const run = sampleRun();
      await failed(store.commit([created(run), taken({ effectId: "eff_2", runId: "run_2" })]), "TURN_TAKEN");
      expect(await store.runs.get(run.id)).to.equal(null);
      await store.commit([taken({ effectId: "eff_3" })]);
      await store.commit([taken({ place: "shop/twilio +16175550000", effectId: "eff_4", runId: "run_2" })]);
    });

    it("is free again when it was left by the call that had it, or has ended", async () => {
      const store = opened();
      await store.commit([taken({})]);
      await store.commit([{ kind: "turn-left", turn: turn({ effectId: "eff_9" }) }]);
      await failed(store.commit([taken({ effectId: "eff_2", runId: "run_2" }, 60)]), "TURN_TAKEN");
      await store.commit([taken({ effectId: "eff_2", runId: "run_2", until: at(120) }, 61)]);
      await store.commit([{ kind: "turn-left", turn: turn({ effectId: "eff_2" }) }]);
      await store.commit([taken({ effectId: "eff_3", runId: "run_3" }, 61)]);
    });

    it("stays with a newer attempt at the call when an earlier one is left late", async () => {
      const store = opened();
      await store.commit([taken({})]);
      await store.commit([taken({ attempt: 2 }, 30)]);
      await store.commit([{ kind: "turn-left", turn: turn({}) }]);
      await failed(store.commit([taken({ effectId: "eff_2", runId: "run_2" }, 31)]), "TURN_TAKEN");
      await store.commit([{ kind: "turn-left", turn: turn({ attempt: 2 }) }]);
      await store.commit([taken({ effectId: "eff_2", runId: "run_2" }, 31)]);
    });

    it("is given to one for each place when many are taken and left at a time", async () => {
      const store = opened();
      const places = Array.from({ length: 20 }, (_, n) => `shop/twilio +1617555${1000 + n}`);
      const take = (place: string, who: string): Promise<void> =>
        store.commit([taken({ place, effectId: `eff_${who}`, runId: `run_${who}` })]);
      const outcomes = await codes(places.flatMap((place) => [take(place, "ann"), take(place, "bob")]));
      expect(outcomes).to.deep.equal(places.flatMap(() => [null, "TURN_TAKEN"]));
      await Promise.all(
        places
          .slice(1)
          .map((place) => store.commit([{ kind: "turn-left", turn: turn({ place, effectId: "eff_ann" }) }])),
      );
      expect(await codes(places.map((place) => take(place, "bob")))).to.deep.equal([
        "TURN_TAKEN",
        ...places.slice(1).map(() => null),
      ]);
    });
  });

  describe("definitionsStamp", () => {
    it("changes with every flow that is switched", async () => {
      const store = opened();
      const stamps = [await store.definitionsStamp()];
      for (const active of [true, false]) {
        await store.commit([{ kind: "flow-activated", flow: "shop/thank", active, at: start }]);
        stamps.push(await store.definitionsStamp());
      }
      expect(new Set(stamps).size).to.equal(3);
      expect(await store.definitionsStamp()).to.equal(stamps.at(-1));
    });

    it("lets one of those change something who have seen the same, and refuses what another has done first", async () => {
      const store = opened();
      for (const round of ["first", "second"]) {
        const from = await store.definitionsStamp();
        const change = (name: string): Change[] => [
          { kind: "definitions-changed", from, name: `${round} ${name}` },
          { kind: "flow-activated", flow: `shop/${name}`, active: true, at: start },
        ];
        const outcomes = await codes(["ann", "bob"].map((name) => store.commit(change(name))));
        expect(outcomes.toSorted()).to.deep.equal(["DEFINITIONS_CHANGED", null]);
        expect(await store.definitionsStamp()).to.not.equal(from);
      }
      expect((await store.flows.active()).size).to.be.lessThan(3);
    });
  });
}
