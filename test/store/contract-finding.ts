import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { createNewId, type IdPrefix } from "../../src/core/id.js";
import type { RunStatus } from "../../src/core/run.js";
import type { Span } from "../../src/core/store-filters.js";
import type { Opened } from "./opened.js";
import { at, created, finished, intended, recorded, sampleEffect, sampleEvent, sampleRun } from "./samples.js";

/** An id as it is made so many seconds after `start`. */
function idAt(prefix: IdPrefix, seconds: number): string {
  return createNewId(() => at(seconds).getTime(), randomBytes)(prefix);
}

const span = (from: number, until: number, more: Partial<Span> = {}): Span => ({
  from: at(from),
  until: at(until),
  after: null,
  limit: 100,
  ...more,
});

/** What operations walk, what runs look for, and what a reaper does. */
export function findingContract(opened: Opened): void {
  eventSpans(opened);
  runSpans(opened);
  runSearches(opened);
}

function eventSpans(opened: Opened): void {
  describe("events.between", () => {
    const types = ["shop/Order", "shop/Customer"];
    const events = () =>
      Array.from({ length: 8 }, (_, n) => sampleEvent({ id: idAt("evt", n), dataType: types[n % 2] ?? "" }));

    it("gives what came from an instant on and before another, oldest first", async () => {
      const store = opened();
      const all = events();
      await store.commit(all.map(recorded));
      expect(await store.events.between(null, span(2, 6))).to.deep.equal(all.slice(2, 6));
      expect(await store.events.between("shop/Order", span(2, 6))).to.deep.equal([all[2], all[4]]);
      expect(await store.events.between(null, span(-100, 100))).to.deep.equal(all);
      expect(await store.events.between(null, span(5, 5))).to.deep.equal([]);
      expect(await store.events.between("shop/None", span(0, 9))).to.deep.equal([]);
    });

    it("goes on after an event, so many at a time", async () => {
      const store = opened();
      const all = events();
      await store.commit(all.map(recorded));
      const after = all[3]?.id ?? "";
      expect(await store.events.between(null, span(2, 7, { after, limit: 2 }))).to.deep.equal(all.slice(4, 6));
      expect(await store.events.between(null, span(2, 7, { after: all[6]?.id ?? "" }))).to.deep.equal([]);
      expect(await store.events.between(null, span(4, 7, { after: all[0]?.id ?? "" }))).to.deep.equal(all.slice(4, 7));
    });

    it("takes spans that begin before there were computers and end after all of us", async () => {
      const store = opened();
      const all = events();
      await store.commit(all.map(recorded));
      const ever = { from: new Date("0001-01-01"), until: new Date("9999-12-31"), after: null, limit: 100 };
      expect(await store.events.between(null, ever)).to.deep.equal(all);
    });
  });

  describe("events.newestAt", () => {
    it("tells when a record of the data type changed last, whatever its messages did since", async () => {
      const store = opened();
      expect(await store.events.newestAt("shop/Order")).to.equal(null);
      await store.commit([
        recorded(sampleEvent({ createdAt: at(1) })),
        recorded(sampleEvent({ kind: "record.deleted", createdAt: at(2) })),
        recorded(sampleEvent({ kind: "message.delivered", version: null, createdAt: at(3) })),
        recorded(sampleEvent({ dataType: "shop/Customer", createdAt: at(4) })),
      ]);
      expect(await store.events.newestAt("shop/Order")).to.deep.equal(at(2));
      expect(await store.events.newestAt("shop/None")).to.equal(null);
    });
  });

  describe("events.getByDedupeKey", () => {
    it("gives the event that has the key", async () => {
      const store = opened();
      const event = sampleEvent({ dedupeKey: "SM1:sent" });
      await store.commit([recorded(event), recorded(sampleEvent())]);
      expect(await store.events.getByDedupeKey("SM1:sent")).to.deep.equal(event);
      expect(await store.events.getByDedupeKey("SM2:sent")).to.equal(null);
    });
  });
}

function runSpans(opened: Opened): void {
  describe("runs.failedBetween", () => {
    it("gives the failed runs of a span, oldest first, so many at a time", async () => {
      const store = opened();
      const statuses: RunStatus[] = ["failed", "succeeded", "failed", "failed", "cancelled", "failed"];
      const runs = statuses.map((status, n) => finished(sampleRun({ id: idAt("run", n) }), { status }));
      await store.commit(runs.map(created));
      expect(await store.runs.failedBetween(span(0, 5))).to.deep.equal([runs[0], runs[2], runs[3]]);
      expect(await store.runs.failedBetween(span(1, 9, { limit: 2 }))).to.deep.equal([runs[2], runs[3]]);
      expect(await store.runs.failedBetween(span(1, 9, { after: runs[3]?.id ?? "" }))).to.deep.equal([runs[5]]);
    });
  });
}

function runSearches(opened: Opened): void {
  describe("runs.olderOpen", () => {
    it("gives the unfinished older runs of the flow for the record, newest first, so many at most", async () => {
      const store = opened();
      const open = [sampleRun(), sampleRun({ status: "waiting" }), sampleRun({ status: "running" })];
      const between = [
        finished(sampleRun()),
        sampleRun({ flow: "shop/other" }),
        sampleRun({ key: "R2" }),
        sampleRun({ dataType: "shop/Customer" }),
        sampleRun({ parent: { runId: "run_1", stepId: "lines", index: 0 } }),
      ];
      const run = sampleRun();
      await store.commit([...open, ...between, run, sampleRun()].map(created));
      expect(await store.runs.olderOpen(run, 20)).to.deep.equal([open[2], open[1], open[0]]);
      expect(await store.runs.olderOpen(run, 1)).to.deep.equal([open[2]]);
      expect(await store.runs.olderOpen(open[2]!, 20)).to.deep.equal([open[1], open[0]]);
      expect(await store.runs.olderOpen(open[0]!, 20)).to.deep.equal([]);
    });

    it("finds nobody for a run that is about no record", async () => {
      const store = opened();
      const [older, run] = [1, 2].map(() => sampleRun({ dataType: null, key: null })) as [
        ReturnType<typeof sampleRun>,
        ReturnType<typeof sampleRun>,
      ];
      await store.commit([created(older), created(run)]);
      expect(await store.runs.olderOpen(run, 20)).to.deep.equal([]);
    });
  });

  describe("runs.openOf", () => {
    it("gives an event's unfinished runs, oldest first, and none of items", async () => {
      const store = opened();
      const open = [sampleRun(), sampleRun({ flow: "shop/other", status: "waiting" })];
      const others = [
        finished(sampleRun()),
        sampleRun({ parent: { runId: "run_1", stepId: "lines", index: 0 } }),
        sampleRun({ eventId: "evt_other" }),
      ];
      await store.commit([...others, ...open].map(created));
      expect(await store.runs.openOf(open[0]!.eventId)).to.deep.equal(open);
      expect(await store.runs.openOf("evt_unknown")).to.deep.equal([]);
    });
  });

  describe("effects.abandoned", () => {
    it("gives old effects of runs that have ended, oldest first, so many at most", async () => {
      const store = opened();
      const [ended, open] = [finished(sampleRun()), sampleRun()];
      const started = (startedAt: Date, runId = ended.id) =>
        sampleEffect({ state: "started", startedAt, intendedAt: at(0), runId });
      const abandoned = [started(at(1)), started(at(2)), started(at(3))];
      const others = [started(at(5)), started(at(1), open.id)];
      const never = sampleEffect({ state: "intended", startedAt: null, intendedAt: at(4), runId: ended.id });
      await store.commit([...[ended, open].map(created), ...[...others, ...abandoned, never].map(intended)]);
      expect(await store.effects.abandoned("started", at(5), 100)).to.deep.equal(abandoned);
      expect(await store.effects.abandoned("started", at(5), 2)).to.deep.equal(abandoned.slice(0, 2));
      expect(await store.effects.abandoned("intended", at(5), 100)).to.deep.equal([never]);
      expect(await store.effects.abandoned("intended", at(4), 100)).to.deep.equal([]);
    });
  });

  describe("runs.countItems", () => {
    it("counts the runs of one step's items by how they ended", async () => {
      const store = opened();
      const item = (status: RunStatus, runId = "run_1", stepId = "lines") =>
        created(sampleRun({ status, parent: { runId, stepId, index: 0 } }));
      const statuses: RunStatus[] = ["succeeded", "succeeded", "failed", "cancelled", "queued", "running", "waiting"];
      await store.commit([
        ...statuses.map((status) => item(status)),
        item("failed", "run_2"),
        item("failed", "run_1", "gifts"),
        created(sampleRun()),
      ]);
      expect(await store.runs.countItems({ parentRunId: "run_1", stepId: "lines" })).to.deep.equal({
        total: 7,
        active: 2,
        succeeded: 2,
        failed: 1,
        cancelled: 1,
      });
      expect(await store.runs.countItems({ parentRunId: "run_3", stepId: "lines" })).to.deep.equal({
        total: 0,
        active: 0,
        succeeded: 0,
        failed: 0,
        cancelled: 0,
      });
    });
  });

  describe("runs.badItems", () => {
    it("gives the runs of one step's items that ended badly before an instant", async () => {
      const store = opened();
      const item = (status: RunStatus, seconds: number, stepId = "lines") =>
        finished(sampleRun({ parent: { runId: "run_1", stepId, index: 0 } }), { status, finishedAt: at(seconds) });
      const [failed, cancelled] = [item("failed", 1), item("cancelled", 2)];
      const others = [item("failed", 3), item("succeeded", 1), item("failed", 1, "gifts")];
      await store.commit([failed, cancelled, ...others].map(created));
      const of = { parentRunId: "run_1", stepId: "lines" };
      expect(await store.runs.badItems(of, at(3), 100)).to.have.deep.members([failed, cancelled]);
      expect(await store.runs.badItems(of, at(3), 1)).to.have.lengthOf(1);
      expect(await store.runs.badItems(of, at(1), 100)).to.deep.equal([]);
    });
  });

  describe("runs.keptItems", () => {
    it("gives the batches of a list as they were first kept", async () => {
      const store = opened();
      const kept = { kind: "items-kept", runId: "run_1", stepId: "lines" } as const;
      await store.commit([{ ...kept, batches: [[1, "two"], [{ three: 3 }]] }]);
      await store.commit([{ ...kept, batches: [["other"], [], ["new"]] }]);
      const of = { parentRunId: "run_1", stepId: "lines" };
      expect(await store.runs.keptItems(of, 0)).to.deep.equal({ total: 3, items: [1, "two"] });
      expect(await store.runs.keptItems(of, 1)).to.deep.equal({ total: 3, items: [{ three: 3 }] });
      expect(await store.runs.keptItems({ ...of, stepId: "gifts" }, 0)).to.equal(null);
    });
  });

  describe("runs.openOfCollection", () => {
    it("counts the unfinished runs of a collection's flows, and no others, up to a limit", async () => {
      const store = opened();
      const flows = ["shop/thank", "shop/gone-flow", "shop-2/thank", "shoppe/thank", "shop0/thank", "local/thank"];
      await store.commit(flows.map((flow) => created(sampleRun({ flow }))));
      await store.commit([created(sampleRun({ flow: "shop/thank", status: "waiting", dueAt: null }))]);
      await store.commit([created(finished(sampleRun({ flow: "shop/thank" })))]);
      expect(await store.runs.openOfCollection("shop", 100)).to.equal(3);
      expect(await store.runs.openOfCollection("shop", 2)).to.equal(2);
      expect(await store.runs.openOfCollection("shop-2", 100)).to.equal(1);
      expect(await store.runs.openOfCollection("none", 100)).to.equal(0);
    });
  });

  describe("runs.stranded", () => {
    it("gives unfinished runs that are not due at all, and no others", async () => {
      const store = opened();
      const lost = [
        sampleRun({ dueAt: null }),
        sampleRun({ dueAt: null, status: "waiting" }),
        sampleRun({ dueAt: null }),
      ];
      const well = [
        sampleRun(),
        finished(sampleRun()),
        sampleRun({ status: "running", leasedBy: "ann", dueAt: at(9) }),
      ];
      await store.commit([...well, ...lost].map(created));
      expect(await store.runs.stranded(100)).to.deep.equal(lost);
      expect(await store.runs.stranded(2)).to.deep.equal(lost.slice(0, 2));
    });
  });
}
