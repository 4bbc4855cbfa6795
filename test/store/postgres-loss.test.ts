import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import type { Store } from "../../src/core/store.js";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.js";
import { askFate } from "../../src/store/postgres/transaction-fate.js";
import {
  type PostgresServer,
  perform,
  sharedPostgresServer,
  startPostgresServer,
} from "../../testing/postgres-server.js";
import { failed } from "../http/failed.js";
import { startCuttingProxy } from "./cutting-proxy.js";
import { postgresMigrations, tempDatabase } from "./postgres-parts.js";
import { created, eventAndRun, recorded, recordVersion, sampleEvent, sampleRun, start } from "./samples.js";

describe("A PostgreSQL server that goes away", function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let store: Store;
  let url: string;
  before(async () => {
    server = await startPostgresServer();
    url = await server.createDatabase();
    store = await openPostgresStore({ url, migrationsFolder: postgresMigrations });
  });
  after(async () => {
    await store.close();
    await server[Symbol.asyncDispose]();
  });

  for (const how of ["fast", "immediate", "kill"] as const) {
    it(`(${how}) is missed while it is away, and nothing acknowledged is lost and nothing refused is there`, async () => {
      const load = startLoad(store);
      await load.until(200);
      await server.stop(how);
      await load.stop();

      await failed(store.commit([created(sampleRun())]), "STORE_UNAVAILABLE");
      await failed(store.check(), "STORE_UNAVAILABLE");
      await failed(store.runs.get("run_1"), "STORE_UNAVAILABLE");
      await failed(store.runs.list({}, { limit: 5 }), "STORE_UNAVAILABLE");
      await failed(store.runs.claim("ann", { limit: 1, leaseMs: 1, now: start }), "STORE_UNAVAILABLE");
      await failed(store.runs.extend("ann", ["run_1"], start), "STORE_UNAVAILABLE");

      await server.start();
      await store.check();
      const { run, changes } = eventAndRun();
      await store.commit(changes);
      expect(await store.runs.get(run.id)).to.deep.equal(run);
      const stored = new Set((await perform(url, "SELECT id FROM events")).rows.map(({ id }) => String(id)));
      expect(load.acknowledged.filter((id) => !stored.has(id))).to.deep.equal([]);
      expect(load.refused.filter((id) => stored.has(id))).to.deep.equal([]);
    });
  }

  it("wakes who listens when it is back", async () => {
    const heard: (() => void)[] = [];
    const next = (): Promise<void> => new Promise((resolve) => heard.push(resolve));
    const first = next();
    const stop = store.onWork?.(() => heard.shift()?.());
    await first;
    await server.stop("fast");
    const again = next();
    await server.start();
    await again;
    stop?.();
  });

  it("is not needed to close a store", async () => {
    const other = await openPostgresStore({ url, migrationsFolder: postgresMigrations });
    await server.stop("fast");
    await other.close();
    await failed(other.commit([created(sampleRun())]), "STORE_UNAVAILABLE");
    await failed(other.runs.get("run_1"), "STORE_UNAVAILABLE");
    await server.start();
  });

  it("is named, without its password, when a store cannot be opened", async () => {
    await server.stop("fast");
    const secret = url.replace("patchbay@", "patchbay:very-secret@");
    const error = await failed(
      openPostgresStore({ url: secret, migrationsFolder: postgresMigrations }),
      "STORE_UNAVAILABLE",
    );
    expect(error.message).to.include(`127.0.0.1:${server.port}/database_1`).and.not.to.include("very-secret");
    await server.start();
  });
});

describe("A commit to PostgreSQL whose answer got lost", () => {
  it("resolves when the server says that it has taken place", async () => {
    await using database = await tempDatabase();
    await using proxy = await startCuttingProxy((await sharedPostgresServer()).port);
    const store = await database.open({ url: proxy.url(database.url) });
    const { event, changes } = recordVersion({ key: "R1", version: 1 });
    proxy.cutAt("COMMIT", "after");
    await store.commit(changes);
    expect(await store.events.get(event.id)).to.deep.equal(event);
  });

  it("is refused when the server says that it has not", async () => {
    await using database = await tempDatabase();
    await using proxy = await startCuttingProxy((await sharedPostgresServer()).port);
    const store = await database.open({ url: proxy.url(database.url) });
    const event = sampleEvent();
    proxy.cutAt("COMMIT", "before");
    await failed(store.commit([recorded(event)]), "STORE_UNAVAILABLE");
    expect(await store.events.get(event.id)).to.equal(null);
    await store.commit([recorded(event)]);
  });

  it("is not taken for stored because another transaction has been given its number", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    await store.commit([created(sampleRun())]);
    const { rows } = await perform(database.url, "SELECT lane, number, xmin::text AS transaction FROM write_lanes");
    const [stored] = rows.map(({ lane, number, transaction }) => {
      return { lane: String(lane), number: Number(number), transaction: String(transaction) };
    });
    const place = { url: database.url, name: "The database" };
    expect(await askFate(place, stored!)).to.equal("committed");
    expect(await askFate(place, { ...stored!, number: stored!.number + 1 })).to.equal("aborted");
    expect(await askFate(place, { ...stored!, lane: "another" })).to.equal("aborted");
    expect(await askFate(place, { lane: "another", number: 1, transaction: "4000000000" })).to.equal("aborted");
  });

  it("is refused when the connection breaks before anything was committed, and the next one is not", async () => {
    await using database = await tempDatabase();
    await using proxy = await startCuttingProxy((await sharedPostgresServer()).port);
    const store = await database.open({ url: proxy.url(database.url) });
    const event = sampleEvent();
    proxy.cutAt("INSERT INTO events", "after");
    await failed(store.commit([recorded(event)]), "STORE_UNAVAILABLE");
    await store.commit([recorded(event)]);
    expect(await store.events.get(event.id)).to.deep.equal(event);
  });
});

interface Load {
  /** Ids of events whose commits resolved, and of those that were refused. */
  readonly acknowledged: string[];
  readonly refused: string[];
  /** Resolves when so many were acknowledged. */
  until(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Commits on and on, sixteen at a time. */
function startLoad(store: Store): Load {
  const [acknowledged, refused]: [string[], string[]] = [[], []];
  let going = true;
  let reached: () => void = () => undefined;
  async function commitOn(): Promise<void> {
    while (going) {
      const event = sampleEvent();
      try {
        await store.commit([recorded(event), created(sampleRun({ eventId: event.id }))]);
        acknowledged.push(event.id);
        reached();
      } catch (error) {
        if (!(error instanceof PatchbayError && error.code === "STORE_UNAVAILABLE")) throw error;
        if (!error.message.includes("is not known")) refused.push(event.id);
        // The server is away: there is nothing more to find out by asking on.
        going = false;
      }
    }
  }
  const commits = Array.from({ length: 16 }, commitOn);
  return {
    acknowledged,
    refused,
    until: async (count) => {
      while (acknowledged.length < count)
        await new Promise<void>((resolve) => {
          reached = resolve;
        });
    },
    stop: async () => {
      going = false;
      await Promise.all(commits);
    },
  };
}
