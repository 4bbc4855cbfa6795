import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openSqliteBulk } from "../../bench/bulk-databases.js";
import { fillWithCopies, keyOfCopy, phoneOfCopy } from "../../bench/fill.js";
import { commitSeeds, seeded } from "../../bench/fill-seeds.js";
import type { Run } from "../../src/core/run.js";
import type { Store } from "../../src/core/store.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { migrationsFolder } from "../store/temp-store.js";

const COPIES = 2;
const { dataType } = seeded;
const seededAt = new Date("2026-01-01T00:00:00Z");

describe("bench store full of copies", () => {
  let folder: string;
  let store: Store;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchbay-fill-"));
    const path = join(folder, "patchbay.db");
    const seeding = await openSqliteStore({ path, migrationsFolder });
    await commitSeeds(seeding, seededAt);
    await seeding.close();
    const bulk = openSqliteBulk(path);
    await fillWithCopies(bulk, { seededAt, copies: COPIES, stepMs: 60_000, progress: () => undefined });
    await bulk.finish();
    store = await openSqliteStore({ path, migrationsFolder });
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const runOf = async (key: string): Promise<Run> => {
    const { items } = await store.runs.list({ dataType, key }, { limit: 10 });
    expect(items).to.have.lengthOf(1);
    return items[0]!;
  };

  it("has each order once more for every copy, with a life of its own", async () => {
    for (const copy of [0, 1, COPIES]) {
      const key = keyOfCopy(seeded.keyOf(5), copy);
      const run = await runOf(key);
      const event = await store.events.get(run.eventId);
      expect(event?.key).to.equal(key);
      expect(event?.decisions[0]?.runId).to.equal(run.id);
      const [effect, ...others] = await store.effects.listOfRun(run.id);
      expect(others).to.deep.equal([]);
      expect(effect?.key).to.include(run.eventId);
      expect((await store.messages.getByEffect(effect!.id))?.runId).to.equal(run.id);
      expect((await store.records.get(dataType, key))?.eventId).to.equal(run.eventId);
      expect((await store.notifications.list({ runId: run.id }, { limit: 10 })).items).to.have.lengthOf(1);
    }
  });

  it("makes copies later than what they are copies of", async () => {
    const [seed, copy] = await Promise.all([0, COPIES].map((n) => runOf(keyOfCopy(seeded.keyOf(5), n))));
    expect(copy!.createdAt.getTime() - seed!.createdAt.getTime()).to.equal(COPIES * 60_000);
    expect(copy!.id > seed!.id).to.equal(true);
  });

  it("gives copies customers of their own, who are found by their number", async () => {
    const to = phoneOfCopy("+12025550105", 1);
    const { items } = await store.messages.list({ to }, { limit: 50 });
    expect(items.map(({ key }) => key)).to.include(keyOfCopy(seeded.keyOf(5), 1));
    const where = { "shipping_address.phone": to };
    const records = await store.records.list({ dataType, where }, { limit: 50 });
    expect(records.items).to.have.lengthOf(items.length);
  });

  it("has what is rarest at the very beginning", async () => {
    const { items, next } = await store.runs.list({ flow: seeded.rareFlow }, { limit: 50 });
    expect(items.map(({ status }) => status)).to.deep.equal(Array(20).fill("waiting"));
    expect(next).to.equal(null);
    expect(items.every(({ createdAt }) => createdAt < seededAt)).to.equal(true);
  });
});
