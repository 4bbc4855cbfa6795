import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { ErrorCode } from "../../src/core/error-catalogue.js";
import type { Store } from "../../src/core/store.js";
import type { Statement } from "../../src/store/sql/statement.js";
import { openDatabase } from "../../src/store/sqlite/database.js";
import { commitGroup } from "../../src/store/sqlite/group-commit.js";
import type { JobResult } from "../../src/store/sqlite/protocol.js";
import { failed } from "../http/failed.js";
import { codes, created, recorded, sampleEvent, sampleRun, start } from "./samples.js";
import { beside, rowsBeside, type TempStore, tempStore } from "./temp-store.js";

const big = (size: number): Change => recorded(sampleEvent({ payload: { filler: "x".repeat(size) } }));

/** Commits until the disk is full, and gives the ids of the events that were acknowledged. */
async function fill(store: Store): Promise<string[]> {
  const kept: string[] = [];
  for (let count = 0; count < 500; count++) {
    const event = sampleEvent({ payload: { filler: "x".repeat(20_000) } });
    const [code] = await codes([store.commit([recorded(event)])]);
    if (code !== null) {
      expect(code).to.equal("STORE_UNAVAILABLE");
      return kept;
    }
    kept.push(event.id);
  }
  throw new Error("the disk never filled up");
}

const eventIds = (temp: TempStore): unknown[] =>
  rowsBeside(temp.path, "SELECT id FROM events ORDER BY id").map(({ id }) => id);

describe("A SQLite store on a full disk", () => {
  // Room for the tables and indexes of an empty database, and some.
  const maxPages = 300;

  it("says STORE_UNAVAILABLE and why, and keeps exactly what it acknowledged", async () => {
    await using temp = await tempStore();
    const store = await temp.open({ maxPages });
    const kept = await fill(store);
    expect(kept).to.have.length.greaterThan(5);
    const error = await failed(store.commit([big(900_000)]), "STORE_UNAVAILABLE");
    expect(error.message).to.include("full").and.to.include(temp.path);
    expect(error.retryable).to.equal(true);
    expect(eventIds(temp)).to.deep.equal(kept);
  });

  it("stores nothing of a commit that does not fit as a whole", async () => {
    await using temp = await tempStore();
    const store = await temp.open({ maxPages });
    const small = sampleRun();
    await failed(store.commit([created(small), big(900_000)]), "STORE_UNAVAILABLE");
    expect(await store.runs.get(small.id)).to.equal(null);
    await store.commit([created(small)]);
    expect(await store.runs.get(small.id)).to.deep.equal(small);
  });

  it("can still be read", async () => {
    await using temp = await tempStore();
    const store = await temp.open({ maxPages });
    const kept = await fill(store);
    const { items } = await store.events.list({}, { limit: 200 });
    expect(items.map(({ id }) => id).reverse()).to.deep.equal(kept);
  });

  it("works again as soon as there is space, without a reopening", async () => {
    await using temp = await tempStore();
    const store = await temp.open({ maxPages });
    const kept = await fill(store);
    beside(temp.path, (db) => db.prepare("DELETE FROM events WHERE id <= ?").run(kept[3]));
    const after = sampleEvent({ payload: { filler: "x".repeat(20_000) } });
    await store.commit([recorded(after)]);
    expect(eventIds(temp)).to.deep.equal([...kept.slice(4), after.id]);
  });

  it("works again after a reopening with more space", async () => {
    await using temp = await tempStore();
    const full = await temp.open({ maxPages });
    const kept = await fill(full);
    await full.close();
    const store = await temp.open({ maxPages: 2 * maxPages });
    const more = await fill(store);
    expect(more).to.have.length.greaterThan(5);
    expect(eventIds(temp)).to.deep.equal([...kept, ...more]);
  });

  it("fails a claim as a whole", async () => {
    await using temp = await tempStore();
    const store = await temp.open({ maxPages });
    const event = sampleEvent();
    await store.commit([recorded(event), created(sampleRun({ eventId: event.id }))]);
    await fill(store);
    const worker = "w".repeat(900_000);
    await failed(store.runs.claim(worker, { limit: 1, leaseMs: 1_000, now: start }), "STORE_UNAVAILABLE");
    expect(rowsBeside(temp.path, "SELECT fence, leased_by FROM runs")).to.deep.equal([{ fence: 0, leased_by: null }]);
  });
});

describe("A SQLite store that cannot write", () => {
  it("says STORE_UNAVAILABLE when its folder cannot be made", async () => {
    await using temp = await tempStore();
    const file = join(temp.folder, "file");
    await writeFile(file, "");
    const error = await failed(temp.open({ path: join(file, "data", "patchbay.db") }), "STORE_UNAVAILABLE");
    expect(error.message).to.include(join(file, "data"));
  });

  it("says STORE_UNAVAILABLE when its file is a folder", async () => {
    await using temp = await tempStore();
    await mkdir(temp.path);
    const error = await failed(temp.open(), "STORE_UNAVAILABLE");
    expect(error.message).to.include(temp.path);
  });

  it("says STORE_UNAVAILABLE when the lock's place is taken by a folder", async () => {
    await using temp = await tempStore();
    await mkdir(`${temp.path}.lock`);
    await failed(temp.open(), "STORE_UNAVAILABLE");
  });

  it("says STORE_UNAVAILABLE when the file is not a database", async () => {
    await using temp = await tempStore();
    await writeFile(temp.path, "These are the orders of last year, in prose. ".repeat(200));
    const error = await failed(temp.open(), "STORE_UNAVAILABLE");
    expect(error.message).to.include("not a SQLite database");
  });

  it("says STORE_UNAVAILABLE to every job of a group when the database is read-only, and stores nothing", async () => {
    await using temp = await tempStore();
    await (await temp.open()).close();
    const database = openDatabase(temp.path, { readOnly: true });
    const results = commitGroup(database, jobs, temp.path);
    database.close();
    expect(results.map(codeOf)).to.deep.equal(jobs.map(() => "STORE_UNAVAILABLE"));
    expect(JSON.stringify(results)).to.include("read-only");
    expect(rowsBeside(temp.path, "SELECT * FROM flow_versions")).to.deep.equal([]);
  });

  it("says STORE_UNAVAILABLE while another program holds the file, and works again after it", async () => {
    await using temp = await tempStore();
    await (await temp.open()).close();
    const database = openDatabase(temp.path, { readOnly: false });
    database.exec("PRAGMA busy_timeout = 0");
    beside(temp.path, (other) => {
      other.exec("BEGIN IMMEDIATE");
      const results = commitGroup(database, jobs, temp.path);
      expect(results.map(codeOf)).to.deep.equal(jobs.map(() => "STORE_UNAVAILABLE"));
      expect(JSON.stringify(results)).to.include("another program");
      other.exec("ROLLBACK");
    });
    expect(commitGroup(database, jobs, temp.path).map(codeOf)).to.deep.equal(jobs.map(() => null));
    database.close();
    expect(rowsBeside(temp.path, "SELECT hash FROM flow_versions")).to.deep.equal([{ hash: "h1" }, { hash: "h2" }]);
  });
});

const insert = (hash: string): Statement => ({
  sql: "INSERT INTO flow_versions (hash, version) VALUES (?, '{}')",
  values: [hash],
});
const jobs: Parameters<typeof commitGroup>[1] = [
  { id: 1, work: { kind: "commit", writes: [insert("h1")] } },
  { id: 2, work: { kind: "write", statement: insert("h2") } },
  { id: 3, work: { kind: "check" } },
];

function codeOf(result: JobResult): ErrorCode | null {
  return "refusal" in result ? result.refusal.code : null;
}
