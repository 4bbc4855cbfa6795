import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { Run } from "../../src/core/run.js";
import type { Opened } from "./opened.js";
import { advanced, at, created, eventAndRun, finished, sampleRun, start } from "./samples.js";

const listens = (id: string, ...topics: string[]): Change => listening({ id, wakes: 0 }, ...topics);
const listening = (run: Pick<Run, "id" | "wakes">, ...topics: string[]): Change => ({
  kind: "run-listens",
  run,
  topics,
  againAt: at(7),
});
const woken = (topics: readonly string[], seconds = 5): Change => ({ kind: "runs-woken", topics, at: at(seconds) });
const resting = () =>
  sampleRun({
    status: "waiting",
    dueAt: at(600),
    wait: { kind: "retry", effectId: "eff_1" },
  });

/** Resting runs that listen, and what wakes them. */
export function wakingContract(opened: Opened): void {
  const dueAt = async (id: string): Promise<Date | null | undefined> => (await opened().runs.get(id))?.dueAt;

  describe("runs-woken", () => {
    it("makes the resting runs due that listen to one of the topics, and no others", async () => {
      const store = opened();
      const [one, two, other] = [resting(), resting(), resting()];
      await store.commit([one, two, other].map(created));
      await store.commit([listens(one.id, "a", "b"), listens(two.id, "c"), listens(other.id, "d")]);
      await store.commit([woken(["b", "c", "e"])]);
      expect(await Promise.all([one, two, other].map(({ id }) => dueAt(id)))).to.deep.equal([at(5), at(5), at(600)]);
      expect(await store.runs.get(one.id)).to.deep.equal({ ...one, dueAt: at(5), wakes: 1 });
    });

    it("takes no topics, and topics nobody listens to", async () => {
      const store = opened();
      const run = resting();
      await store.commit([created(run), listens(run.id, "a"), woken([]), woken(["b"])]);
      expect(await dueAt(run.id)).to.deep.equal(at(600));
    });

    it("never puts off what is due earlier", async () => {
      const run = resting();
      await opened().commit([created({ ...run, dueAt: at(3) }), listens(run.id, "a"), woken(["a"])]);
      expect(await dueAt(run.id)).to.deep.equal(at(3));
    });

    it("does nothing to a run that is leased, queued or finished, but that it counts for those that go on", async () => {
      const store = opened();
      const leased = eventAndRun();
      const [queued, through] = [sampleRun({ dueAt: at(600) }), finished(sampleRun())];
      await store.commit([...leased.changes, created(queued), created(through)]);
      await store.runs.claim("ann", { limit: 1, leaseMs: 60_000, now: start });
      const before = await Promise.all([leased.run, queued, through].map(({ id }) => store.runs.get(id)));
      await store.commit([leased.run, queued, through].map(({ id }) => listens(id, "a")));
      await store.commit([woken(["a"])]);
      const [one, two, three] = before;
      expect(await Promise.all([leased.run, queued, through].map(({ id }) => store.runs.get(id)))).to.deep.equal([
        { ...one, wakes: 1 },
        { ...two, wakes: 1 },
        three,
      ]);
    });

    it("works in order with the other changes of its commit", async () => {
      const store = opened();
      const [before, after] = [resting(), resting()];
      await store.commit([
        created(before),
        listens(before.id, "a"),
        woken(["a"]),
        created(after),
        listens(after.id, "a"),
      ]);
      expect([await dueAt(before.id), await dueAt(after.id)]).to.deep.equal([at(5), at(600)]);
    });

    it("lets the run be claimed, which leaves what it rested for to be read", async () => {
      const store = opened();
      const { run, changes } = eventAndRun({ status: "waiting", dueAt: at(600), wait: resting().wait });
      await store.commit([...changes, listens(run.id, "a")]);
      await store.commit([woken(["a"])]);
      expect(await store.runs.nextDueAt()).to.deep.equal(at(5));
      const [claimed] = await store.runs.claim("ann", { limit: 1, leaseMs: 60_000, now: at(5) });
      expect(claimed?.run).to.deep.include({ id: run.id, wait: run.wait, status: "running" });
    });
  });

  describe("run-listens", () => {
    it("replaces what the run wanted before, until it listens no more", async () => {
      const store = opened();
      const run = resting();
      await store.commit([created(run), listens(run.id, "a", "b", "b")]);
      await store.commit([listens(run.id, "c"), woken(["a", "b"])]);
      expect(await dueAt(run.id)).to.deep.equal(at(600));
      await store.commit([{ kind: "run-listens-no-more", runId: run.id }, woken(["c"])]);
      expect(await dueAt(run.id)).to.deep.equal(at(600));
    });

    it("has a run look again soon that was woken while it was being looked at", async () => {
      const store = opened();
      const { run, changes } = eventAndRun({ status: "waiting", dueAt: start });
      await store.commit([...changes, listens(run.id, "a")]);
      const [claimed] = await store.runs.claim("ann", { limit: 1, leaseMs: 60_000, now: at(1) });
      await store.commit([woken(["a"])]);
      const rested: Run = { ...claimed!.run, status: "waiting", leasedBy: null, dueAt: at(600) };
      await store.commit([advanced(rested), listening(rested, "a")]);
      expect(await dueAt(run.id)).to.deep.equal(at(7));
    });

    it("lets a run rest that was woken before it was taken up, as long as it says", async () => {
      const store = opened();
      const { run, changes } = eventAndRun({ status: "waiting", dueAt: at(600) });
      await store.commit([...changes, listens(run.id, "a"), woken(["a"])]);
      const [claimed] = await store.runs.claim("ann", { limit: 1, leaseMs: 60_000, now: at(5) });
      const rested: Run = { ...claimed!.run, status: "waiting", leasedBy: null, dueAt: at(600) };
      await store.commit([advanced(rested), listening(rested, "a")]);
      expect(await dueAt(run.id)).to.deep.equal(at(600));
    });

    it("is not kept of a commit that is refused", async () => {
      const store = opened();
      const run = resting();
      await store.commit([created(run)]);
      await store.commit([listens(run.id, "a"), advanced(sampleRun())]).catch(() => null);
      await store.commit([woken(["a"])]);
      expect(await dueAt(run.id)).to.deep.equal(at(600));
    });
  });

  describe("runs.releaseAll", () => {
    it("leaves resting runs alone, and what they listen to", async () => {
      const store = opened();
      const run = resting();
      await store.commit([created(run), listens(run.id, "a")]);
      expect(await store.runs.releaseAll(at(1))).to.equal(0);
      expect(await store.runs.get(run.id)).to.deep.equal(run);
      await store.commit([woken(["a"])]);
      expect(await dueAt(run.id)).to.deep.equal(at(5));
    });
  });
}
