import { readFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import type { Row } from "../../src/store/sql/statement.js";
import { openDatabase } from "../../src/store/sqlite/database.js";
import { migrate } from "../../src/store/sqlite/migrate.js";
import { failure, finished } from "./samples.js";
import { beside, migrationNumbers, migrationsFolder, rowsBeside, type TempStore, tempStore } from "./temp-store.js";

/** Table to the rows that a database of the first version has. */
const rows = JSON.parse(readFileSync(packagePath("test/fixtures/store/first-version.json"), "utf8")) as Record<
  string,
  Row[]
>;

/** Makes a database by other migrations than today's, which today's store could not work with. */
function makeBy({ path }: TempStore, folder: string): void {
  const database = openDatabase(path, { readOnly: false });
  migrate(database, folder);
  database.close();
}

/** Makes a database as the first version left it. */
async function makeOld(temp: TempStore): Promise<void> {
  const folder = join(temp.folder, "first");
  await mkdir(folder);
  await copyFile(join(migrationsFolder, "0001.sql"), join(folder, "0001.sql"));
  makeBy(temp, folder);
  beside(temp.path, (db) => {
    for (const [table, list] of Object.entries(rows)) {
      for (const row of list) {
        const names = Object.keys(row);
        const marks = names.map(() => "?").join(", ");
        db.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
      }
    }
  });
}

describe("A SQLite database of the first version", () => {
  it("is brought up to date when it is opened", async () => {
    await using temp = await tempStore();
    await makeOld(temp);
    expect(rowsBeside(temp.path, "SELECT number FROM schema_migrations")).to.deep.equal([{ number: 1 }]);
    await temp.open();
    const applied = rowsBeside(temp.path, "SELECT number FROM schema_migrations ORDER BY number");
    expect(applied).to.deep.equal(migrationNumbers().map((number) => ({ number })));
  });

  it("keeps its runs, which rest for nothing that is known and go on", async () => {
    await using temp = await tempStore();
    await makeOld(temp);
    const store = await temp.open();
    const run = await store.runs.get("run_old");
    expect(run).to.deep.include({ parent: null, path: "", item: null, wait: null, status: "waiting", fence: 2 });
    const [claimed] = await store.runs.claim("ann", { limit: 5, leaseMs: 1_000, now: new Date(9_000) });
    expect([claimed?.run.id, claimed?.event.id]).to.deep.equal(["run_old", "evt_old"]);
    const ended = finished(claimed!.run, { status: "failed", failure });
    await store.commit([{ kind: "run-advanced", run: ended }]);
    expect(await store.runs.get("run_old")).to.deep.equal(ended);
  });

  it("keeps its effects, and those that were under way are in the way of later ones", async () => {
    await using temp = await tempStore();
    await makeOld(temp);
    const store = await temp.open();
    const effect = await store.effects.getByKey("shop/thank:evt_old:send");
    expect(effect).to.deep.include({ id: "eff_old", state: "started", expiresAt: null });
    const place = { connection: "shop/twilio", recipient: "+16175551212" };
    expect(await store.effects.olderOpen(place, null)).to.deep.equal(effect);
  });

  it("gets one identity for the held records of one key, and keeps the others", async () => {
    await using temp = await tempStore();
    const folder = join(temp.folder, "second");
    await mkdir(folder);
    for (const name of ["0001.sql", "0002.sql"]) await copyFile(join(migrationsFolder, name), join(folder, name));
    makeBy(temp, folder);
    beside(temp.path, (db) => {
      const columns = "id, shard, data_type, key, document, problems, state, created_at, updated_at";
      const insert = db.prepare(
        `INSERT INTO quarantined_records (${columns}) VALUES (?, 1, ?, ?, '{}', '[]', ?, 1, 1)`,
      );
      insert.run("qua_1", "shop/Order", "R1", "held");
      insert.run("qua_2", "shop/Order", "R1", "held");
      insert.run("qua_3", "shop/Order", "R1", "released");
      insert.run("qua_4", "shop/Order", null, "held");
      insert.run("qua_5", "shop/Other", "R1", "held");
    });
    const store = await temp.open();
    const { items } = await store.quarantine.list({}, { limit: 9 });
    expect(items.map(({ id, identity, count }) => [id, identity, count])).to.deep.equal([
      ["qua_5", "key R1", 1],
      ["qua_4", null, 1],
      ["qua_3", null, 1],
      ["qua_2", "key R1", 1],
      ["qua_1", null, 1],
    ]);
    expect((await store.quarantine.held("shop/Order", "key R1"))?.id).to.equal("qua_2");
  });

  it("gets issues for the warnings and errors that were raised, as open as their notifications are", async () => {
    await using temp = await tempStore();
    await makeOld(temp);
    const store = await temp.open();
    const { items } = await store.issues.list({}, { limit: 9 });
    const seen = items.map(({ fingerprint, state, level, count }) => [fingerprint, state, level, count]);
    expect(seen).to.deep.equal([
      ["c", "resolved", "error", 1],
      ["b", "acknowledged", "warning", 2],
      ["a", "new", "error", 3],
    ]);
    expect(items[2]).to.deep.include({ title: "a 4", lastNotificationId: "ntf_4", code: "ENDPOINT_BUSY" });
    expect(items[2]).to.deep.include({ firstSeenAt: new Date(1), lastSeenAt: new Date(4) });
    await store.commit([
      { kind: "issue-moved", fingerprint: "a", state: "resolved", at: new Date(8) },
      { kind: "notification-moved", id: "ntf_3", state: "resolved", at: new Date(8) },
    ]);
    const { items: after } = await store.issues.list({ state: "resolved" }, { limit: 9 });
    expect(after.map(({ fingerprint }) => fingerprint)).to.deep.equal(["c", "b", "a"]);
    expect((await store.notifications.get("ntf_2"))?.state).to.equal("resolved");
    expect((await store.notifications.get("ntf_7"))?.state).to.equal("new");
  });
});
