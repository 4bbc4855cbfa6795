import { expect } from "chai";
import type { Doom } from "../../chaos/doom.js";
import { openFaultPoint } from "../../chaos/fault-point.js";
import { packagePath } from "../../src/config/package-root.js";
import type { Change } from "../../src/core/change.js";
import type { Store } from "../../src/core/store.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";

/** Where a process would have died: whether the answer was kept by then. */
interface Grave {
  readonly keptAtDeath: (boolean | null)[];
  readonly store: Store;
  commit(key: string): Promise<void>;
  disarm(): void;
}

async function withDoom(doom: Doom | null, work: (grave: Grave) => Promise<void>): Promise<void> {
  const real = await openSqliteStore({
    path: ":memory:",
    migrationsFolder: packagePath("src/store/sqlite/migrations"),
  });
  const deaths: Promise<boolean>[] = [];
  let key = "";
  const point = openFaultPoint(doom, () => deaths.push(real.answers.get(key).then((kept) => kept !== null)));
  const store = point.wrap(real);
  const keptAtDeath: boolean[] = [];
  const commit = async (name: string): Promise<void> => {
    key = name;
    await store.commit([answerKept(name)]);
    keptAtDeath.push(...(await Promise.all(deaths.splice(0))));
  };
  await work({ keptAtDeath, store, commit, disarm: point.disarm }).finally(() => real.close());
}

function answerKept(key: string): Change {
  const answer = { key, requestHash: "0".repeat(64), status: 201, body: {}, createdAt: new Date(0) };
  return { kind: "answer-kept", answer };
}

describe("The fault point of chaos", () => {
  it("strikes after the commit that it counted to, when it is durable", async () => {
    await withDoom({ when: "after", boundary: "answer", nth: 2 }, async ({ commit, keptAtDeath }) => {
      await commit("first");
      expect(keptAtDeath).to.deep.equal([]);
      await commit("second");
      expect(keptAtDeath).to.deep.equal([true]);
    });
  });

  it("strikes before a commit, when nothing of it is stored", async () => {
    await withDoom({ when: "before", boundary: "answer", nth: 1 }, async ({ commit, keptAtDeath }) => {
      await commit("first");
      expect(keptAtDeath).to.deep.equal([false]);
    });
  });

  it("strikes once", async () => {
    await withDoom({ when: "after", boundary: "answer", nth: 1 }, async ({ commit, keptAtDeath }) => {
      await commit("first");
      await commit("second");
      expect(keptAtDeath).to.deep.equal([true]);
    });
  });

  it("leaves other commits alone", async () => {
    await withDoom({ when: "after", boundary: "accept", nth: 1 }, async ({ commit, keptAtDeath }) => {
      await commit("first");
      expect(keptAtDeath).to.deep.equal([]);
    });
  });

  it("does nothing once it is disarmed", async () => {
    await withDoom({ when: "after", boundary: "answer", nth: 1 }, async ({ commit, disarm, keptAtDeath }) => {
      disarm();
      await commit("first");
      expect(keptAtDeath).to.deep.equal([]);
    });
  });

  it("leaves the rest of the store as it is", async () => {
    await withDoom(null, async ({ store, commit }) => {
      await commit("first");
      expect((await store.answers.get("first"))?.status).to.equal(201);
      expect(await store.runs.claim("worker", { limit: 1, leaseMs: 1, now: new Date(0) })).to.deep.equal([]);
    });
  });
});
