import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { PeopleSetting } from "../../src/core/people-seal.js";
import type { DatabaseAccess } from "../../src/core/tables.js";
import { createSealer } from "../../src/secrets/sealer.js";
import { databaseAt } from "../../src/store/open-store.js";
import { looksSealed } from "../../src/store/sql/people/cipher.js";
import type { Row } from "../../src/store/sql/statement.js";
import { copyDatabase, restoreBackup } from "../../src/store/transfer/fill.js";
import { writeBackup } from "../../src/store/transfer/write-backup.js";
import { perform, sharedPostgresServer } from "../../testing/postgres-server.js";
import { failed } from "../http/failed.js";
import { created, eventAndRun, sampleNotification, sampleRun, start } from "./samples.js";
import { clearValues, notSealing, sealer, sealing } from "./sealed-parts.js";
import { migrationsOf, rowsBeside, type TempStore, tempStore } from "./temp-store.js";
import { fill } from "./transfer-parts.js";

/** A database of one kind, and what is in it, beside any store. */
interface Place {
  readonly url: string;
  ask(sql: string): Promise<readonly Row[]>;
}

const places: Readonly<Record<string, (temp: TempStore) => Promise<Place>>> = {
  SQLite: async ({ path }) => ({ url: `sqlite:${path}`, ask: async (sql) => rowsBeside(path, sql) }),
  PostgreSQL: async () => {
    const url = await (await sharedPostgresServer()).createDatabase();
    return { url, ask: async (sql) => (await perform(url, sql)).rows as Row[] };
  },
};

const options = { sealer, progress: () => undefined };
const keys = ["R1", "+14155550132", "r~3"];

function at(url: string, people: PeopleSetting = sealing): Promise<DatabaseAccess> {
  return databaseAt({ databaseUrl: url, migrationsFolder: migrationsOf, people });
}

/** Everything that a database holds, but how it holds it. */
async function contents(url: string): Promise<Record<string, unknown>> {
  const snapshot = await (await at(url)).openSnapshot({ exclusive: false });
  const all: Record<string, unknown> = {};
  for (const table of snapshot.tables.filter(({ name }) => name !== "people_seals")) {
    const rows: unknown[] = [];
    for await (const page of snapshot.rows(table)) rows.push(...page);
    all[table.name] = rows;
  }
  await snapshot.close();
  return all;
}

async function filled(url: string, people: PeopleSetting): Promise<void> {
  const store = await (await at(url, people)).openStore("a test");
  await fill(store, keys);
  await store.close();
}

async function killedTurning(url: string, to: "sealed" | "clear", table: string): Promise<void> {
  const child = join(dirname(fileURLToPath(import.meta.url)), "turn-child.js");
  const process_ = spawn(process.execPath, [child, url, to, table], { stdio: ["ignore", "ignore", "inherit"] });
  const [, signal] = (await once(process_, "exit")) as [number | null, string | null];
  expect(signal).to.equal("SIGKILL");
}

for (const [kind, open] of Object.entries(places)) {
  describe(`Turning a database on ${kind}`, () => {
    let temp: TempStore;
    let place: Place;
    beforeEach(async () => {
      temp = await tempStore();
      place = await open(temp);
    });
    afterEach(() => temp[Symbol.asyncDispose]());

    it("seals every row, and opens every row as it was", async () => {
      await filled(place.url, notSealing);
      const before = await contents(place.url);
      expect(await clearValues(place.ask)).not.to.deep.equal([]);
      const database = await at(place.url);
      const { changed } = await database.turnPeople("sealed", options);
      expect(changed).to.be.greaterThan(20);
      expect(await clearValues(place.ask)).to.deep.equal([]);
      const store = await database.openStore("a test");
      expect(
        (await store.records.list({ dataType: "shop/Order", where: { city: "Łódź ✓" } }, { limit: 9 })).items,
      ).to.have.lengthOf(3);
      expect((await store.records.get("shop/Order", "+14155550132"))?.key).to.equal("+14155550132");
      await store.close();
      expect((await database.turnPeople("sealed", options)).changed).to.equal(0);
      await database.turnPeople("clear", options);
      expect(await contents(place.url)).to.deep.equal(before);
      await (await (await at(place.url, notSealing)).openStore("a test")).close();
    });

    it("goes on where it was killed, and is nobody's until it is done", async () => {
      await filled(place.url, notSealing);
      const before = await contents(place.url);
      await killedTurning(place.url, "sealed", "messages");
      expect(await clearValues(place.ask)).not.to.deep.equal([]);
      for (const people of [sealing, notSealing]) {
        const error = await failed((await at(place.url, people)).openStore("a test"), "ENCRYPTION_DIFFERS");
        expect(error.message).to.include("begun and not finished");
      }
      await killedTurning(place.url, "sealed", "runs");
      await (await at(place.url)).turnPeople("sealed", options);
      expect(await clearValues(place.ask)).to.deep.equal([]);
      await killedTurning(place.url, "clear", "messages");
      await failed((await at(place.url, notSealing)).openStore("a test"), "ENCRYPTION_DIFFERS");
      await (await at(place.url)).turnPeople("clear", options);
      expect(await contents(place.url)).to.deep.equal(before);
    });

    it("is refused while a store is open, and under another secret", async () => {
      await filled(place.url, sealing);
      const store = await (await at(place.url)).openStore("a test");
      await failed((await at(place.url)).turnPeople("clear", options), "STORE_LOCKED");
      await store.close();
      const other = createSealer("another secret altogether");
      const error = await failed(
        (await at(place.url)).turnPeople("clear", { ...options, sealer: other }),
        "SECRET_UNREADABLE",
      );
      expect(error.remedy).to.include("PATCHBAY_SECRET");
    });
  });

  describe(`A sealed database on ${kind}`, () => {
    it("is opened as it is, or not at all", async () => {
      await using temp = await tempStore();
      const { url, ask } = await open(temp);
      await filled(url, sealing);
      expect(await clearValues(ask)).to.deep.equal([]);
      const differs = await failed((await at(url, notSealing)).openStore("a test"), "ENCRYPTION_DIFFERS");
      expect(differs.remedy).to.include("people unseal");
      const other = createSealer("another secret altogether");
      const stranger: PeopleSetting = { sealed: true, sealer: async () => other };
      await failed((await at(url, stranger)).openStore("a test"), "SECRET_UNREADABLE");
      await failed(
        (await databaseAt({ databaseUrl: url, migrationsFolder: migrationsOf })).openStore("a test"),
        "ENCRYPTION_DIFFERS",
      );
    });

    it("tells what was changed in it, and what was put into another column", async () => {
      await using temp = await tempStore();
      const { url, ask } = await open(temp);
      await filled(url, sealing);
      const [row] = await ask("SELECT id, body FROM messages ORDER BY id LIMIT 1");
      const beside =
        kind === "SQLite"
          ? async (sql: string) => void rowsBeside(temp.path, sql)
          : async (sql: string) => void (await perform(url, sql));
      const body = String(row?.body);
      const changed = `${body.slice(0, -3)}${body.at(-3) === "A" ? "B" : "A"}${body.slice(-2)}`;
      for (const other of [`'${changed}'`, "(SELECT payload FROM events LIMIT 1)", "recipient || 'A'"]) {
        await beside(`UPDATE messages SET body = ${other}`);
        const store = await (await at(url)).openStore("a test");
        await failed(store.messages.get(String(row?.id)), "PEOPLE_UNREADABLE");
        await store.close();
      }
    });

    it("keeps what is unfinished held in a restore, and what it says of it sealed", async () => {
      await using temp = await tempStore();
      const { url } = await open(temp);
      await filled(url, sealing);
      const snapshot = await (await at(url)).openSnapshot({ exclusive: false });
      const file = join(temp.folder, "a.backup");
      await writeBackup(snapshot, { file, patchbay: "0", now: start, progress: () => undefined });
      await snapshot.close();
      await using target = await tempStore();
      const to = await open(target);
      await restoreBackup(file, await at(to.url), { verify: true, hold: start, progress: () => undefined });
      expect(await clearValues(to.ask)).to.deep.equal([]);
      const store = await (await at(to.url)).openStore("a test");
      expect((await store.issues.get("restore:RUN_HELD"))?.title).to.include("3 runs");
      await store.close();
    });
  });
}

describe("A sealed database", () => {
  it("is copied to a server as it is", async () => {
    await using temp = await tempStore();
    const url = await (await sharedPostgresServer()).createDatabase();
    await filled(`sqlite:${temp.path}`, sealing);
    const source = await (await at(`sqlite:${temp.path}`)).openSnapshot({ exclusive: true });
    await copyDatabase(source, await at(url), { verify: true, progress: () => undefined });
    await source.close();
    const store = await (await at(url)).openStore("a test");
    expect((await store.records.get("shop/Order", "R1"))?.document).to.be.an("object");
    await store.close();
  });

  it("is what an empty one becomes at its first opening, and one of before the setting does not", async () => {
    await using temp = await tempStore();
    await (await temp.open({ people: sealing })).close();
    expect(rowsBeside(temp.path, "SELECT state FROM people_seals")).to.deep.equal([{ state: "sealed" }]);
    await using older = await tempStore();
    const store = await older.open();
    await store.commit(eventAndRun().changes);
    await store.close();
    rowsBeside(older.path, "DELETE FROM people_seals");
    const error = await failed(older.open({ people: sealing }), "ENCRYPTION_DIFFERS");
    expect(error.remedy).to.include("patchbay people seal");
    await (await older.open()).close();
  });

  it("leaves nobody in the pages that are free, nor in the log", async () => {
    await using temp = await tempStore();
    const store = await temp.open();
    const name = "Zyxwquoll";
    for (let one = 0; one < 200; one++) {
      await store.commit([
        { kind: "notification-raised", notification: sampleNotification({ title: `${name} ${one}` }) },
      ]);
    }
    await store.close();
    await (await at(`sqlite:${temp.path}`)).turnPeople("sealed", options);
    for (const file of await readdir(temp.folder)) {
      expect((await readFile(join(temp.folder, file))).includes(name), file).to.equal(false);
    }
  });

  it("has its data key sealed anew when the secret is replaced, and nothing else", async () => {
    await using temp = await tempStore();
    const store = await temp.open({ people: sealing });
    const run = sampleRun();
    await store.commit([created(run)]);
    expect(await store.people.sealedBy()).to.equal("current");
    expect(await store.people.reseal()).to.equal(false);
    await store.close();
    const [before] = rowsBeside(temp.path, "SELECT key FROM runs");
    expect(looksSealed(String(before?.key))).to.equal(true);
    const renewed = createSealer("the next secret of the tests", "the secret of the tests of sealing");
    const second = await temp.open({ people: { sealed: true, sealer: async () => renewed } });
    expect(await second.people.sealedBy()).to.equal("previous");
    expect(await second.people.reseal()).to.equal(true);
    await second.close();
    const alone = createSealer("the next secret of the tests");
    const third = await temp.open({ people: { sealed: true, sealer: async () => alone } });
    expect(await third.runs.get(run.id)).to.deep.equal(run);
    expect(await third.people.sealedBy()).to.equal("current");
    await third.close();
    expect(rowsBeside(temp.path, "SELECT key FROM runs")).to.deep.equal([before]);
  });
});
