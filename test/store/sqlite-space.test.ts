import { stat } from "node:fs/promises";
import { expect } from "chai";
import type { Cutoffs } from "../../src/core/retention.js";
import type { Store } from "../../src/core/store.js";
import { recorded, sampleEvent, start } from "./samples.js";
import { beside, rowsBeside, tempStore } from "./temp-store.js";

const hour = 3_600_000;
const later = new Date(start.getTime() + 100 * hour);
const cutoffs: Cutoffs = { succeeded: new Date(later.getTime() - hour), failed: null, payload: null, answers: null };

const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;

async function fill(store: Store, count: number): Promise<void> {
  for (let batch = 0; batch < count / 100; batch++) {
    const events = Array.from({ length: 100 }, () =>
      recorded(sampleEvent({ version: null, payload: { filler: "x".repeat(3_000) } })),
    );
    await store.commit(events);
  }
}

/** Closes and drops every event. */
async function drop(store: Store): Promise<void> {
  for (const now of [later, new Date(later.getTime() + 2 * hour)]) {
    for (let after: string | null = null, pieces = 0; pieces < 400; pieces++) {
      const swept: { next: string | null } = await store.retention.sweep({ stage: "events", cutoffs, after, now });
      after = swept.next;
      if (after === null) break;
    }
  }
}

async function reclaimAll(store: Store): Promise<number> {
  for (let pieces = 1; pieces < 100; pieces++) if (!(await store.retention.reclaim())) return pieces;
  throw new Error("there was no end to it");
}

describe("The disk space of a SQLite store", () => {
  it("comes back a little at a time, while commits go on", async () => {
    await using empty = await tempStore();
    await (await empty.open()).close();
    await using temp = await tempStore();
    const store = await temp.open();
    await fill(store, 1_000);
    await drop(store);
    expect(await store.events.list({}, { limit: 1 })).to.deep.equal({ items: [], next: null });
    expect(await store.retention.reclaim()).to.equal(true);
    await store.commit([recorded(sampleEvent())]);
    expect(await reclaimAll(store)).to.be.greaterThan(1);
    // The file is cut off when what is in the write-ahead log reaches it.
    await store.close();
    expect(await sizeOf(temp.path)).to.be.lessThan((await sizeOf(empty.path)) + 100_000);
    expect(rowsBeside(temp.path, "SELECT COUNT(*) AS n FROM events")).to.deep.equal([{ n: 1 }]);
    expect(rowsBeside(temp.path, "PRAGMA integrity_check")).to.deep.equal([{ integrity_check: "ok" }]);
  });

  it("also shrinks the open file, and the write-ahead log keeps to its size", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    await fill(store, 12_000);
    const before = await sizeOf(temp.path);
    expect(before).to.be.greaterThan(10_000_000);
    await drop(store);
    await reclaimAll(store);
    expect(await sizeOf(temp.path)).to.be.lessThan(before / 10);
    await store.commit([recorded(sampleEvent())]);
    expect(await sizeOf(`${temp.path}-wal`)).to.be.lessThan(35_000_000);
  });

  it("is taken beside the writer, long before the write-ahead log is as large as it may be", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    for (let commit = 0; commit < 450; commit++) await store.commit([recorded(sampleEvent({ version: null }))]);
    for (let tries = 0; tries < 500 && (await sizeOf(temp.path)) < 200_000; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await sizeOf(temp.path)).to.be.greaterThan(200_000);
    expect(await sizeOf(`${temp.path}-wal`)).to.be.lessThan(30_000_000);
  });

  it("stays with a file that was made before it could come back, and is used again there", async () => {
    await using temp = await tempStore();
    beside(temp.path, (db) => db.exec("PRAGMA journal_mode = WAL; CREATE TABLE older (id TEXT); DROP TABLE older"));
    const store = await temp.open();
    await fill(store, 200);
    await drop(store);
    expect(await store.retention.reclaim()).to.equal(false);
    await fill(store, 200);
    await store.close();
    expect(await sizeOf(temp.path)).to.be.lessThan(1_200_000);
  });
});
