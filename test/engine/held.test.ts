import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import type { InstalledFlow } from "../../src/core/catalog.js";
import { FlowEngine } from "../../src/engine/flow-engine.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { sqliteAccess } from "../../src/store/sqlite/sqlite-access.js";
import { restoreBackup } from "../../src/store/transfer/fill.js";
import { writeBackup } from "../../src/store/transfer/write-backup.js";
import { catalogOf, failing, flow, partsOf, ScriptedVendor, sendStep, startTestTranslation, step } from "./parts.js";

const migrationsFolder = packagePath("src/store/sqlite/migrations");
const quiet = (): void => undefined;
const HOUR_MS = 3_600_000;

/** An engine on a file of its own; `at` is its clock. */
async function engineOn(path: string, flows: readonly InstalledFlow[], clock: { now: number }) {
  const store = await openSqliteStore({ path, migrationsFolder });
  const [vendor, translation] = [new ScriptedVendor(), startTestTranslation()];
  const catalog = catalogOf(flows, vendor);
  await store.commit(flows.map(({ version }) => ({ kind: "flow-version-kept", version })));
  const engine = new FlowEngine(partsOf({ store, translation, catalog: () => catalog, clock }), "ann");
  return {
    ...{ engine, store, vendor },
    close: async () => {
      await engine.stop();
      await translation.stop();
      await store.close();
    },
  };
}

describe("an engine on a restored backup", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchbay-held-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Lets one order come to its end or rest, backs up, and restores with everything unfinished held. */
  async function restored(flows: readonly InstalledFlow[], clock: { now: number }, vendorFails: boolean) {
    const old = await engineOn(join(folder, "old.db"), flows, clock);
    if (vendorFails) old.vendor.next(failing("ENDPOINT_UNREACHABLE", "no route"));
    await old.engine.accept({ dataType: "shop/Order", document: { id: "1", phone: "+15005550010" } });
    await old.engine.idle();
    const file = join(folder, "a.backup");
    const access = (name: string) => sqliteAccess({ path: join(folder, name), migrationsFolder });
    const snapshot = await access("old.db").openSnapshot({ exclusive: false });
    await writeBackup(snapshot, { file, patchbay: "0.0.0", now: new Date(clock.now), progress: quiet });
    await snapshot.close();
    await old.close();
    clock.now += HOUR_MS;
    const options = { verify: true, hold: new Date(clock.now), progress: quiet };
    const { held } = await restoreBackup(file, access("new.db"), options);
    expect(held.runs).to.equal(1);
    return engineOn(join(folder, "new.db"), flows, clock);
  }

  it("sends nothing by itself, and asks the vendor before it makes a call of the ledger again", async () => {
    const clock = { now: Date.UTC(2026, 0, 1) };
    const test = await restored([flow("a/send")], clock, true);
    try {
      for (let hours = 0; hours < 3; hours++) {
        clock.now += HOUR_MS;
        await test.engine.tick();
        await test.engine.idle();
      }
      expect([test.vendor.calls, test.vendor.searches]).to.deep.equal([[], []]);
      const [run] = (await test.store.runs.list({}, { limit: 1 })).items;
      expect(run).to.deep.include({ status: "failed", dueAt: null });
      // The old server had sent it after the backup was made.
      const response = { sid: "SM9", status: "delivered" };
      test.vendor.findings.push(() => ({
        ...{ summary: "message SM9", vendorId: "SM9", response, messageStatus: "delivered", report: null },
      }));
      await test.engine.retry(run?.id ?? "", "pinned");
      await test.engine.tick();
      await test.engine.idle();
      expect([test.vendor.calls, test.vendor.searches.length]).to.deep.equal([[], 1]);
      expect((await test.store.runs.get(run?.id ?? ""))?.status).to.equal("succeeded");
    } finally {
      await test.close();
    }
  });

  it("lets a run that waited wait on until the same instant when it is taken up again", async () => {
    const clock = { now: Date.UTC(2026, 0, 1) };
    const steps = [step({ id: "rest", kind: "wait", awaited: { kind: "time", ms: 5 * HOUR_MS } }), sendStep()];
    const test = await restored([flow("a/late", { steps })], clock, false);
    try {
      const [run] = (await test.store.runs.list({}, { limit: 1 })).items;
      await test.engine.retry(run?.id ?? "", "pinned");
      await test.engine.tick();
      await test.engine.idle();
      const waiting = await test.store.runs.get(run?.id ?? "");
      expect([waiting?.status, waiting?.dueAt]).to.deep.equal(["waiting", new Date(Date.UTC(2026, 0, 1, 5))]);
      clock.now = Date.UTC(2026, 0, 1, 5);
      await test.engine.tick();
      await test.engine.idle();
      expect(test.vendor.calls).to.have.lengthOf(1);
    } finally {
      await test.close();
    }
  });
});
