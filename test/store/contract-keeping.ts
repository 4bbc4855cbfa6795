import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { QuarantinedRecord } from "../../src/core/quarantine.js";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import { at, codes, created, sampleOperation, sampleQuarantined, sampleRun } from "./samples.js";

const quarantined = (record: QuarantinedRecord): Change => ({ kind: "record-quarantined", record });
const left = (record: QuarantinedRecord): Change => ({ kind: "quarantine-moved", record });

/** Quarantine, schedules and operations. */
export function keepingContract(opened: Opened): void {
  describe("quarantine", () => {
    const released = (record: QuarantinedRecord): QuarantinedRecord => ({
      ...record,
      document: { total: 10 },
      problems: [],
      state: "released",
      eventId: "evt_9",
      updatedAt: at(4),
    });

    it("lets a corrected record go, and shows what became of it", async () => {
      const store = opened();
      const [record, other] = [sampleQuarantined(), sampleQuarantined()];
      await store.commit([quarantined(record), quarantined(other)]);
      await store.commit([left(released(record))]);
      expect(await store.quarantine.get(record.id)).to.deep.equal(released(record));
      expect(await store.quarantine.get(other.id)).to.deep.equal(other);
      expect(await store.quarantine.get("qua_none")).to.equal(null);
    });

    it("may correct a record that stays", async () => {
      const store = opened();
      const record = sampleQuarantined();
      await store.commit([quarantined(record), left({ ...record, document: { total: null } })]);
      await store.commit([left(released(record))]);
      expect((await store.quarantine.get(record.id))?.state).to.equal("released");
    });

    it("is left once: of several who release or discard, one does", async () => {
      const store = opened();
      const record = sampleQuarantined();
      await store.commit([quarantined(record)]);
      const rivals = [released(record), { ...record, state: "discarded" } as const, released(record)];
      const outcome = await codes(rivals.map((rival) => store.commit([left(rival)])));
      expect(outcome).to.deep.equal([null, "QUARANTINE_LEFT", "QUARANTINE_LEFT"]);
      expect(await store.quarantine.get(record.id)).to.deep.equal(released(record));
    });

    it("refuses the whole commit of one who comes too late", async () => {
      const store = opened();
      const [record, run] = [sampleQuarantined(), sampleRun()];
      await store.commit([quarantined(record)]);
      await failed(store.commit([created(run), left(released(record)), left(record)]), "QUARANTINE_LEFT");
      await failed(store.commit([created(run), left(sampleQuarantined())]), "QUARANTINE_LEFT");
      expect(await store.quarantine.get(record.id)).to.deep.equal(record);
      expect(await store.runs.get(run.id)).to.equal(null);
    });
  });

  describe("quarantine of the same bad push", () => {
    const again = (record: QuarantinedRecord): Change => ({ kind: "quarantine-repeated", record });
    const keyed = (): QuarantinedRecord => sampleQuarantined({ key: "R1", identity: "key R1", recordVersion: 2 });

    it("holds one record of an identity and data type, until it has left", async () => {
      const store = opened();
      const [first, second, elsewhere] = [keyed(), keyed(), { ...keyed(), dataType: "shop/Other" }];
      const rivals = [first, second, elsewhere].map((record) => store.commit([quarantined(record)]));
      expect(await codes(rivals)).to.deep.equal([null, "QUARANTINE_CHANGED", null]);
      expect(await store.quarantine.held("shop/Order", "key R1")).to.deep.equal(first);
      expect(await store.quarantine.held("shop/Order", "key R2")).to.equal(null);
      await store.commit([left({ ...first, state: "discarded" })]);
      expect(await store.quarantine.held("shop/Order", "key R1")).to.equal(null);
      await store.commit([quarantined(second)]);
      expect(await store.quarantine.held("shop/Order", "key R1")).to.deep.equal(second);
    });

    it("is replaced by what came last, and counted, whoever comes", async () => {
      const store = opened();
      const record = keyed();
      await store.commit([quarantined(record)]);
      const last = { ...record, document: { total: "x" }, problems: [], recordVersion: 3, updatedAt: at(8) };
      await Promise.all([record, last].map((one) => store.commit([again(one)])));
      expect(await store.quarantine.get(record.id)).to.deep.equal({ ...last, count: 3 });
      await store.commit([left({ ...last, count: 3, state: "discarded" })]);
      await failed(store.commit([again(record)]), "QUARANTINE_CHANGED");
    });

    it("is not let go by one who has seen an earlier one", async () => {
      const store = opened();
      const [record, run] = [keyed(), sampleRun()];
      await store.commit([quarantined(record)]);
      await store.commit([again(record)]);
      await failed(store.commit([created(run), left({ ...record, state: "released" })]), "QUARANTINE_CHANGED");
      expect(await store.quarantine.get(record.id)).to.include({ state: "held", count: 2 });
      expect(await store.runs.get(run.id)).to.equal(null);
    });
  });

  describe("schedules", () => {
    it("say up to when each flow has fired", async () => {
      const store = opened();
      expect(await store.schedules.all()).to.deep.equal(new Map());
      const advance = (flow: string, seconds: number): Change => ({
        kind: "schedule-advanced",
        flow,
        slotAt: at(seconds),
      });
      await store.commit([advance("shop/a", 1), advance("shop/b", 2)]);
      await store.commit([advance("shop/a", 60)]);
      const expected = new Map([
        ["shop/a", at(60)],
        ["shop/b", at(2)],
      ]);
      expect(await store.schedules.all()).to.deep.equal(expected);
    });
  });

  describe("operations", () => {
    it("are kept, and replaced as a whole", async () => {
      const store = opened();
      const operation = sampleOperation();
      const later = sampleOperation({
        id: operation.id,
        work: {
          kind: "retry",
          flow: null,
          code: "ENDPOINT_BUSY",
          from: at(0).toISOString(),
          until: at(9).toISOString(),
          version: "newest",
        },
        state: "done",
        perSecond: 0.5,
        cursor: "run_1",
        examined: 7,
        started: 6,
        updatedAt: at(5),
        finishedAt: at(5),
      });
      await store.commit([{ kind: "operation-begun", operation }]);
      expect(await store.operations.get(operation.id)).to.deep.equal(operation);
      const move = { kind: "operation-moved", operation: later, examined: operation.examined } as const;
      await store.commit([move]);
      expect(await store.operations.get(operation.id)).to.deep.equal(later);
      expect(await store.operations.get("opr_none")).to.equal(null);
      await failed(store.commit([move]), "OPERATION_MOVED");
    });
  });
}
