import { expect } from "chai";
import { createSnapshots } from "../../src/access/snapshots.js";
import type { ApiKey } from "../../src/core/api-key.js";
import type { Store } from "../../src/core/store.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { migrationsFolder } from "../store/temp-store.js";

describe("What a process knows of who may come in", () => {
  const now = new Date();
  const key: ApiKey = {
    ...{ id: "key_1", name: "shop", prefix: "pb_1", hash: "h1", role: "push", dataTypes: null, createdBy: "ann" },
    ...{ createdAt: now, expiresAt: null, usedAt: null, revokedAt: null },
  };
  let store: Store;
  let reads: number;
  beforeEach(async () => {
    store = await openSqliteStore({ path: ":memory:", migrationsFolder });
    reads = 0;
  });
  afterEach(() => store.close());

  /** The store as a process sees it; `exclusive` false as where several share one. */
  const seen = (exclusive: boolean) => ({
    exclusive,
    commit: store.commit,
    access: {
      all: () => {
        reads += 1;
        return store.access.all();
      },
    },
  });

  it("is read anew by processes that share a store, so that a revoked key is closed within a second", async () => {
    let time = 1_000;
    const [one, other] = [createSnapshots(seen(false), () => time), createSnapshots(seen(false), () => time)];
    await one.commit([{ kind: "key-made", key }]);
    const isOpen = async () => (await other.now()).keyByHash.get("h1")?.revokedAt === null;
    expect(await isOpen()).to.equal(true);
    await one.commit([{ kind: "key-revoked", id: "key_1", at: now }]);
    expect((await one.now()).keyByHash.get("h1")?.revokedAt).to.deep.equal(now);
    time += 801;
    expect(await isOpen()).to.equal(false);
  });

  it("is asked for once by all who ask at the same time, and at once while it is fresh", async () => {
    let time = 1_000;
    const snapshots = createSnapshots(seen(false), () => time);
    await Promise.all([snapshots.now(), snapshots.now(), snapshots.now()]);
    expect(reads).to.equal(1);
    expect(snapshots.now()).not.to.be.instanceOf(Promise);
    time += 801;
    expect(snapshots.now()).to.be.instanceOf(Promise);
  });

  it("is not read again without a change by a process that is alone with its store", async () => {
    let time = 1_000;
    const snapshots = createSnapshots(seen(true), () => time);
    await snapshots.now();
    time += 86_400_000;
    expect(snapshots.now()).not.to.be.instanceOf(Promise);
    expect((await snapshots.commit([{ kind: "key-made", key }])).keys).to.deep.equal([key]);
    expect(reads).to.equal(2);
  });
});
