import { expect } from "chai";
import { failed } from "../http/failed.js";
import type { Opened } from "./opened.js";
import { at, recorded, recordVersion, sampleEvent } from "./samples.js";

const type = "shop/Order";

/** Records, their versions and their history. */
export function recordContract(opened: Opened): void {
  describe("a record", () => {
    it("is its latest event", async () => {
      const store = opened();
      await store.commit(recordVersion({ key: "R1", version: 1, document: { total: 1 } }).changes);
      const second = recordVersion({ key: "R1", version: 2, document: { total: 2 }, at: at(2) });
      await store.commit(second.changes);
      expect(await store.records.get(type, "R1")).to.deep.equal({
        dataType: type,
        key: "R1",
        version: 2,
        document: { total: 2 },
        eventId: second.event.id,
        updatedAt: at(2),
      });
      expect(await store.records.version(type, "R1")).to.equal(2);
    });

    it("is told apart by data type and by the exact key", async () => {
      const store = opened();
      await store.commit(recordVersion({ key: "R1", version: 1 }).changes);
      for (const [otherType, key] of [
        ["shop/Other", "R1"],
        [type, "r1"],
        [type, "R1 "],
        [type, "R"],
      ] as const) {
        expect(await store.records.get(otherType, key), `${otherType} ${key}`).to.equal(null);
        expect(await store.records.version(otherType, key)).to.equal(0);
      }
    });

    it("keeps the event of every version", async () => {
      const store = opened();
      const versions = [1, 2, 3].map((version) => recordVersion({ key: "R1", version }));
      for (const { changes } of versions) await store.commit(changes);
      await store.commit([
        recorded(sampleEvent({ kind: "message.sent", version: null })),
        ...recordVersion({ key: "R2", version: 1 }).changes,
      ]);
      for (const { event } of versions) {
        expect(await store.events.ofVersion(type, "R1", event.version ?? 0)).to.deep.equal(event);
      }
      expect(await store.events.ofVersion(type, "R1", 4)).to.equal(null);
      expect(await store.events.ofVersion(type, "R3", 1)).to.equal(null);
      expect(await store.events.ofVersion("shop/Other", "R1", 1)).to.equal(null);
    });
  });

  describe("a deleted record", () => {
    it("is no longer found, and its version and history stay", async () => {
      const store = opened();
      const first = recordVersion({ key: "R1", version: 1, indexed: { phone: "1" } });
      const deletion = recordVersion({ key: "R1", version: 2, deleted: true, indexed: { phone: "1" } });
      await store.commit(first.changes);
      await store.commit(deletion.changes);
      expect(await store.records.get(type, "R1")).to.equal(null);
      expect(await store.records.version(type, "R1")).to.equal(2);
      expect((await store.records.list({ dataType: type }, { limit: 10 })).items).to.deep.equal([]);
      expect((await store.records.list({ dataType: type, where: { phone: "1" } }, { limit: 10 })).items).to.be.empty;
      expect(await store.events.ofVersion(type, "R1", 1)).to.deep.equal(first.event);
      expect(await store.events.ofVersion(type, "R1", 2)).to.deep.equal(deletion.event);
    });

    it("comes back with the next version and is found again", async () => {
      const store = opened();
      await store.commit(recordVersion({ key: "R1", version: 1, indexed: { phone: "1" } }).changes);
      await store.commit(recordVersion({ key: "R1", version: 2, deleted: true }).changes);
      await failed(store.commit(recordVersion({ key: "R1", version: 1 }).changes), "RECORD_CONFLICT");
      await store.commit(recordVersion({ key: "R1", version: 3, indexed: { phone: "2" } }).changes);
      expect((await store.records.get(type, "R1"))?.version).to.equal(3);
      expect((await store.records.list({ dataType: type }, { limit: 10 })).items).to.have.lengthOf(1);
      expect(
        (await store.records.list({ dataType: type, where: { phone: "2" } }, { limit: 10 })).items,
      ).to.have.lengthOf(1);
      expect((await store.records.list({ dataType: type, where: { phone: "1" } }, { limit: 10 })).items).to.be.empty;
    });
  });
}
