import { expect } from "chai";
import type { ClaimedRun } from "../../src/core/store.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import { advanced, at, created, eventAndRun, finished, recorded, sampleEvent, sampleRun, start } from "./samples.js";

const minute = 60_000;
const idsOf = (claimed: readonly ClaimedRun[]): string[] => claimed.map(({ run }) => run.id);

/** Claims, leases and what is due. */
export function claimContract(opened: Opened): void {
  choosing(opened);
  leases(opened);
  counting(opened);
}

function choosing(opened: Opened): void {
  describe("runs.claim", () => {
    it("gives a run as it is then, with the event it was started by", async () => {
      const store = opened();
      const { event, run, changes } = eventAndRun();
      await store.commit(changes);
      const claimed = await store.runs.claim("ann", { limit: 5, leaseMs: minute, now: at(1) });
      const expected = { ...run, status: "running", leasedBy: "ann", fence: 1, dueAt: at(61), updatedAt: at(1) };
      expect(claimed).to.deep.equal([{ run: expected, event }]);
      expect(await store.runs.get(run.id)).to.deep.equal(expected);
    });

    it("gives each due run to exactly one of several workers", async () => {
      const store = opened();
      const runs = Array.from({ length: 50 }, () => eventAndRun());
      await store.commit(runs.flatMap(({ changes }) => changes));
      const workers = Array.from({ length: 12 }, (_, n) => `worker ${n}`);
      const claims = await Promise.all(
        workers.map((worker) => store.runs.claim(worker, { limit: 5, leaseMs: minute, now: start })),
      );
      expect(Math.max(...claims.map(({ length }) => length))).to.equal(5);
      expect(claims.flatMap(idsOf)).to.have.members(runs.map(({ run }) => run.id));
    });

    it("takes the oldest due runs first, up to the limit", async () => {
      const store = opened();
      const seconds = [4, 1, 3, 0, 2];
      const runs = seconds.map((n) => eventAndRun({ dueAt: at(n), createdAt: at(n) }));
      await store.commit(runs.flatMap(({ changes }) => changes));
      const inOrder = [3, 1, 4, 2, 0].map((index) => runs[index]!.run.id);
      expect(idsOf(await store.runs.claim("ann", { limit: 3, leaseMs: minute, now: at(9) }))).to.deep.equal(
        inOrder.slice(0, 3),
      );
      expect(idsOf(await store.runs.claim("ann", { limit: 3, leaseMs: minute, now: at(9) }))).to.deep.equal(
        inOrder.slice(3),
      );
    });

    it("takes one lane before the other, each oldest first, and fills up with the other", async () => {
      const store = opened();
      const lanes = ["marketing", "transactional", "marketing", "transactional", "marketing"] as const;
      const runs = lanes.map((lane, n) => eventAndRun({ lane, dueAt: at(n), createdAt: at(n) }));
      await store.commit(runs.flatMap(({ changes }) => changes));
      const claim = async (limit: number, first?: "marketing"): Promise<number[]> => {
        const claimed = await store.runs.claim("ann", { limit, leaseMs: minute, now: at(9), ...(first && { first }) });
        return idsOf(claimed).map((id) => runs.findIndex(({ run }) => run.id === id));
      };
      expect(await claim(1)).to.deep.equal([1]);
      expect(await claim(1, "marketing")).to.deep.equal([0]);
      expect((await claim(2)).sort()).to.deep.equal([2, 3]);
      expect(await claim(5)).to.deep.equal([4]);
    });

    it("takes what is due to the millisecond, and nothing that is due later, finished or leased", async () => {
      const store = opened();
      const due = eventAndRun({ status: "waiting", dueAt: at(10) });
      const later = eventAndRun({ dueAt: new Date(at(10).getTime() + 1) });
      const through = eventAndRun({ status: "succeeded", dueAt: null, finishedAt: start });
      const leased = eventAndRun({ status: "running", leasedBy: "bob", dueAt: at(70) });
      await store.commit([due, later, through, leased].flatMap(({ changes }) => changes));
      const claimed = await store.runs.claim("ann", { limit: 10, leaseMs: minute, now: at(10) });
      expect(idsOf(claimed)).to.deep.equal([due.run.id]);
    });

    it("claims a run again after it was parked", async () => {
      const store = opened();
      const { run, changes } = eventAndRun();
      await store.commit(changes);
      const [first] = await store.runs.claim("ann", { limit: 1, leaseMs: minute, now: start });
      await store.commit([advanced({ ...first!.run, status: "waiting", leasedBy: null, dueAt: at(5), attempts: 2 })]);
      expect(await store.runs.claim("bob", { limit: 1, leaseMs: minute, now: at(4) })).to.deep.equal([]);
      const [second] = await store.runs.claim("bob", { limit: 1, leaseMs: minute, now: at(5) });
      expect([second?.run.id, second?.run.fence, second?.run.attempts]).to.deep.equal([run.id, 2, 2]);
    });

    it("gives nothing when nothing is due", async () => {
      expect(await opened().runs.claim("ann", { limit: 10, leaseMs: minute, now: start })).to.deep.equal([]);
    });
  });
}

function leases(opened: Opened): void {
  describe("a lease", () => {
    it("ends by itself: the run is due again, and the late worker's commit is refused", async () => {
      const store = opened();
      await store.commit(eventAndRun().changes);
      const [late] = await store.runs.claim("ann", { limit: 1, leaseMs: minute, now: start });
      expect(await store.runs.claim("bob", { limit: 1, leaseMs: minute, now: at(59) })).to.deep.equal([]);
      const [taken] = await store.runs.claim("bob", { limit: 1, leaseMs: minute, now: at(60) });
      expect(taken?.run.fence).to.equal(2);
      await failed(store.commit([advanced(finished(late!.run))]), "RUN_LEASE_LOST");
      await store.commit([advanced(finished(taken!.run))]);
      expect(await store.runs.get(late!.run.id)).to.deep.equal(finished(taken!.run));
    });

    it("lets a late worker finish when nobody took over", async () => {
      const store = opened();
      await store.commit(eventAndRun().changes);
      const [late] = await store.runs.claim("ann", { limit: 1, leaseMs: minute, now: start });
      await store.commit([advanced(finished(late!.run))]);
      expect((await store.runs.get(late!.run.id))?.status).to.equal("succeeded");
      expect(await store.runs.claim("bob", { limit: 1, leaseMs: minute, now: at(500) })).to.deep.equal([]);
    });

    it("is extended by its owner only", async () => {
      const store = opened();
      await store.commit([...eventAndRun().changes, ...eventAndRun().changes]);
      const claimed = await store.runs.claim("ann", { limit: 2, leaseMs: minute, now: start });
      const [one, two] = idsOf(claimed) as [string, string];
      await store.runs.extend("bob", [one, two], at(600));
      await store.runs.extend("ann", [one, "run_none"], at(120));
      expect((await store.runs.get(one))?.dueAt).to.deep.equal(at(120));
      expect((await store.runs.get(two))?.dueAt).to.deep.equal(at(60));
      expect((await store.runs.get(one))?.fence).to.equal(1);
      expect(idsOf(await store.runs.claim("bob", { limit: 5, leaseMs: minute, now: at(60) }))).to.deep.equal([two]);
    });

    it("is not extended by an owner who lost it, finished the run or parked it", async () => {
      const store = opened();
      const runs = [eventAndRun(), eventAndRun(), eventAndRun()];
      await store.commit(runs.flatMap(({ changes }) => changes));
      const claimed = await store.runs.claim("ann", { limit: 3, leaseMs: minute, now: start });
      const [lost, through, parked] = claimed.map(({ run }) => run) as [
        ClaimedRun["run"],
        ClaimedRun["run"],
        ClaimedRun["run"],
      ];
      await store.commit([
        advanced(finished(through, { leasedBy: "ann" })),
        advanced({ ...parked, status: "waiting", leasedBy: null, dueAt: at(400) }),
      ]);
      await store.runs.claim("bob", { limit: 1, leaseMs: minute, now: at(60) });
      await store.runs.extend("ann", [lost.id, through.id, parked.id], at(999));
      const dueAt = await Promise.all([lost, through, parked].map(async ({ id }) => (await store.runs.get(id))?.dueAt));
      expect(dueAt).to.deep.equal([at(120), null, at(400)]);
    });

    it("is let go of by releaseOf its worker, and no other's is", async () => {
      const store = opened();
      await store.commit([eventAndRun(), eventAndRun()].flatMap(({ changes }) => changes));
      const options = { limit: 1, leaseMs: minute, now: start };
      const [[anns], [bobs]] = [await store.runs.claim("ann", options), await store.runs.claim("bob", options)];
      expect(await store.runs.releaseOf("ann", at(7))).to.equal(1);
      expect(await store.runs.get(anns!.run.id)).to.deep.equal({ ...anns!.run, leasedBy: null, dueAt: at(7) });
      expect(await store.runs.get(bobs!.run.id)).to.deep.equal(bobs!.run);
      expect(await store.runs.releaseOf("ann", at(8))).to.equal(0);
    });

    it("is let go of by releaseAll, which leaves finished and parked runs alone", async () => {
      const store = opened();
      const runs = [eventAndRun(), eventAndRun(), eventAndRun()];
      await store.commit(runs.flatMap(({ changes }) => changes));
      const claimed = await store.runs.claim("ann", { limit: 3, leaseMs: minute, now: start });
      const [leased, through, parked] = claimed.map(({ run }) => run) as [
        ClaimedRun["run"],
        ClaimedRun["run"],
        ClaimedRun["run"],
      ];
      await store.commit([
        advanced(finished(through, { leasedBy: "ann" })),
        advanced({ ...parked, status: "waiting", leasedBy: null, dueAt: at(400) }),
      ]);
      expect(await store.runs.releaseAll(at(7))).to.equal(1);
      expect(await store.runs.get(leased.id)).to.deep.equal({ ...leased, leasedBy: null, dueAt: at(7) });
      expect((await store.runs.get(through.id))?.dueAt).to.equal(null);
      expect((await store.runs.get(parked.id))?.dueAt).to.deep.equal(at(400));
      expect(idsOf(await store.runs.claim("bob", { limit: 9, leaseMs: minute, now: at(7) }))).to.deep.equal([
        leased.id,
      ]);
      await failed(store.commit([advanced(finished(leased))]), "RUN_LEASE_LOST");
    });
  });
}

function counting(opened: Opened): void {
  describe("runs.nextDueAt and runs.backlog", () => {
    it("know nothing of an empty store and of finished runs", async () => {
      const store = opened();
      await store.commit([created(finished(sampleRun()))]);
      expect(await store.runs.nextDueAt()).to.equal(null);
      expect(await store.runs.backlog(at(999), 10)).to.equal(0);
    });

    it("gives the instant of the next run that nobody holds", async () => {
      const store = opened();
      const event = sampleEvent();
      await store.commit([
        recorded(event),
        created(sampleRun({ eventId: event.id, dueAt: at(30) })),
        created(sampleRun({ eventId: event.id, dueAt: at(10) })),
      ]);
      expect(await store.runs.nextDueAt()).to.deep.equal(at(10));
      await store.runs.claim("ann", { limit: 1, leaseMs: 1_000, now: at(10) });
      expect(await store.runs.nextDueAt()).to.deep.equal(at(30));
    });

    it("counts what is due, a lapsed lease too and a live one not, up to the limit", async () => {
      const store = opened();
      const event = sampleEvent();
      const runs = [0, 1, 2, 3, 50].map((n) => created(sampleRun({ eventId: event.id, dueAt: at(n) })));
      await store.commit([recorded(event), ...runs]);
      expect(await store.runs.backlog(at(3), 100)).to.equal(4);
      expect(await store.runs.backlog(at(3), 3)).to.equal(3);
      expect(await store.runs.backlog(at(2), 100)).to.equal(3);
      await store.runs.claim("ann", { limit: 2, leaseMs: minute, now: at(3) });
      expect(await store.runs.backlog(at(3), 100)).to.equal(2);
      expect(await store.runs.backlog(at(63), 100)).to.equal(5);
    });
  });
}
