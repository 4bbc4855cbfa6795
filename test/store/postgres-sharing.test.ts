import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { PRESENCE, TAKING } from "../../src/store/postgres/presence.js";
import { postgresDialect } from "../../src/store/sql/dialect.js";
import { claimStatement } from "../../src/store/sql/runs.js";
import { failed } from "../http/failed.js";
import { tempDatabase } from "./postgres-parts.js";
import {
  advanced,
  at,
  codes,
  created,
  eventAndRun,
  finished,
  intended,
  raised,
  recorded,
  recordVersion,
  sampleEffect,
  sampleEvent,
  sampleNotification,
  sampleRun,
  start,
} from "./samples.js";

const minute = 60_000;

describe("Processes that share a PostgreSQL database", () => {
  it("see which of them are gone: their connection is", async () => {
    await using database = await tempDatabase();
    const [ann, bob] = [await database.open({ processName: "ann" }), await database.open({ processName: "bob" })];
    const seen = { role: "all", version: "1.0.0", startedAt: start, seenAt: start } as const;
    await ann.commit(["ann", "bob", "cid"].map((name) => ({ kind: "process-seen", process: { ...seen, name } })));
    const told = [ann, bob].map(
      (store) => new Promise<void>((resolve) => store.onWork?.(resolve)), // called when it is connected, too
    );
    await Promise.all(told);
    expect(await ann.processes.gone()).to.deep.equal(["cid"]);
    await bob.close();
    for (let tries = 0; tries < 200 && (await ann.processes.gone()).length < 2; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await ann.processes.gone()).to.have.members(["bob", "cid"]);
  });

  it("see which of them take work, and not only listen", async () => {
    await using database = await tempDatabase();
    const stores = ["ann", "bob", "cid"].map((processName) => database.open({ processName }));
    const [ann, bob, cid] = await Promise.all(stores);
    cid?.onWork?.(null);
    for (const store of [ann, bob]) await new Promise<void>((resolve) => store?.onWork?.(resolve));
    const shown = async (family: number): Promise<unknown> => {
      const [row] = await database.rows(`SELECT count(DISTINCT objid)::int AS shown FROM pg_locks
        JOIN pg_database ON pg_database.oid = pg_locks.database AND datname = current_database()
        WHERE locktype = 'advisory' AND classid::bigint = ${family}`);
      return row?.shown;
    };
    for (let tries = 0; tries < 200 && (await shown(PRESENCE)) !== 3; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect([await shown(PRESENCE), await shown(TAKING)]).to.deep.equal([3, 2]);
  });

  it("never claim the same run, and leave none", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    const runs = Array.from({ length: 400 }, () => eventAndRun());
    await store.commit(runs.flatMap(({ changes }) => changes));
    const program = fileURLToPath(new URL("./claim-child.js", import.meta.url));
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, [program, database.url], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    const ids = await Promise.all(children.map(claimsOf(children.length)));
    expect(ids.flat()).to.have.members(runs.map(({ run }) => run.id));
    expect(ids.filter((claimed) => claimed.length > 0)).to.have.lengthOf.above(1);
  });

  it("pass over runs that another is claiming at this moment, without waiting", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    const runs = Array.from({ length: 4 }, () => eventAndRun());
    await store.commit(runs.flatMap(({ changes }) => changes));
    expect(claimStatement("ann", { limit: 1, leaseMs: 1, now: start }, postgresDialect).sql).to.include("SKIP LOCKED");
    await using holder = await heldTransaction(database.url, "SELECT id FROM runs ORDER BY id LIMIT 2 FOR UPDATE");
    const claimed = await store.runs.claim("ann", { limit: 9, leaseMs: minute, now: start });
    expect(claimed.map(({ run }) => run.id)).to.have.members(runs.slice(2).map(({ run }) => run.id));
    await holder.end();
    expect(await store.runs.claim("ann", { limit: 9, leaseMs: minute, now: start })).to.have.lengthOf(2);
  });

  it("write one version of a record once, and plan the next on what is there", async () => {
    await using database = await tempDatabase();
    const stores = [await database.open(), await database.open(), await database.open()];
    const outcome = await codes(stores.map((store) => store.commit(recordVersion({ key: "R1", version: 1 }).changes)));
    expect(outcome.toSorted()).to.deep.equal(["RECORD_CONFLICT", "RECORD_CONFLICT", null]);
  });

  it("intend one effect once, and record one occasion once", async () => {
    await using database = await tempDatabase();
    const stores = [await database.open(), await database.open()];
    const effects = await codes(stores.map((store) => store.commit([intended(sampleEffect({ key: "one" }))])));
    expect(effects.toSorted()).to.deep.equal(["EFFECT_KNOWN", null]);
    const events = await codes(stores.map((store) => store.commit([recorded(sampleEvent({ dedupeKey: "one" }))])));
    expect(events.toSorted()).to.deep.equal(["EVENT_DUPLICATED", null]);
  });

  it("count equal failures rightly when they raise them in opposite orders at the same time", async () => {
    await using database = await tempDatabase();
    const stores = [await database.open(), await database.open(), await database.open()];
    const fingerprints = Array.from({ length: 20 }, (_, n) => `failure ${n}`);
    const commits = stores.flatMap((store, place) =>
      Array.from({ length: 30 }, () => {
        const order = place === 1 ? fingerprints.toReversed() : fingerprints;
        return store.commit(order.map((fingerprint) => raised(sampleNotification({ level: "error", fingerprint }))));
      }),
    );
    await Promise.all(commits);
    const { items } = await stores[0]!.issues.list({}, { limit: 50 });
    expect(items.map(({ count }) => count)).to.deep.equal(Array(20).fill(90));
  });

  it("do not resolve an issue under a failure that another is raising", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    const [old, fresh] = [1, 2].map((n) =>
      sampleNotification({ level: "error", fingerprint: "f", runId: `run_${n}` }),
    ) as [ReturnType<typeof sampleNotification>, ReturnType<typeof sampleNotification>];
    await store.commit([raised({ ...old, eventId: "evt_1", code: "ENDPOINT_BUSY" })]);
    const raising = `INSERT INTO notifications SELECT (jsonb_populate_record(n, '{"id": "${fresh.id}", "run_id": "run_2"}')).*
      FROM notifications n WHERE id = '${old.id}'; UPDATE issues SET count = 2`;
    await using other = await heldTransaction(database.url, raising);
    const resolving = store.commit([{ kind: "notifications-resolved", runId: "run_1", eventId: "evt_1", at: start }]);
    await waiting(database.rows);
    await other.query("COMMIT");
    await resolving;
    expect((await store.notifications.get(old.id))?.state).to.equal("resolved");
    expect(await store.issues.get("f")).to.deep.include({ state: "new", count: 2 });
  });

  it("commit in the end when their transactions block each other", async () => {
    await using database = await tempDatabase();
    const [store] = [await database.open()];
    const [one, two] = [sampleRun(), sampleRun()].sort((a, b) => (a.id < b.id ? -1 : 1)) as [
      ReturnType<typeof sampleRun>,
      ReturnType<typeof sampleRun>,
    ];
    await store.commit([created(one), created(two)]);
    await using other = await heldTransaction(database.url, `UPDATE runs SET shard = 1 WHERE id = '${two.id}'`);
    // The store holds the first and waits for the second, the other holds the second and asks for the first.
    const commit = store.commit([advanced(finished(one)), advanced(finished(two))]);
    await waiting(database.rows);
    await other.query(`UPDATE runs SET shard = 1 WHERE id = '${one.id}'`).catch(() => undefined);
    await other.end();
    await commit;
    expect((await store.runs.get(two.id))?.status).to.equal("succeeded");
  });

  it("keep a worker from what another has taken over", async () => {
    await using database = await tempDatabase();
    const [one, two] = [await database.open(), await database.open()];
    await one.commit(eventAndRun().changes);
    const [late] = await one.runs.claim("ann", { limit: 1, leaseMs: minute, now: start });
    const [taken] = await two.runs.claim("bob", { limit: 1, leaseMs: minute, now: at(60) });
    await failed(one.commit([advanced(finished(late!.run))]), "RUN_LEASE_LOST");
    await two.commit([advanced(finished(taken!.run))]);
  });

  it("wake each other when a run becomes due, and not for what they do not", async () => {
    await using database = await tempDatabase();
    const [one, two] = [await database.open(), await database.open()];
    const heard = signals();
    two.onWork?.(heard.listener);
    await heard.next(); // it listens
    await one.commit([created(sampleRun({ leasedBy: "ann", dueAt: at(60) })), recorded(sampleEvent())]);
    await one.commit([created(sampleRun())]);
    await heard.next();
    expect(heard.count()).to.equal(0);
  });

  it("are woken for a resting run that another's commit concerns", async () => {
    await using database = await tempDatabase();
    const [one, two] = [await database.open(), await database.open()];
    const resting = sampleRun({ status: "waiting", dueAt: new Date(Date.now() + 3_600_000) });
    await one.commit([created(resting), { kind: "run-listens", run: resting, topics: ["a"], againAt: start }]);
    const heard = signals();
    two.onWork?.(heard.listener);
    await heard.next();
    await one.commit([{ kind: "runs-woken", topics: ["b"], at: start }]);
    await one.commit([{ kind: "runs-woken", topics: ["a"], at: start }]);
    await heard.next();
    expect(heard.count()).to.equal(0);
  });

  it("listen again when the connection that listens breaks", async () => {
    await using database = await tempDatabase();
    const [one, two] = [await database.open(), await database.open()];
    const heard = signals();
    const stop = two.onWork?.(heard.listener);
    await heard.next();
    await database.rows(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'patchbay signals' AND datname = current_database()",
    );
    await heard.next(); // it listens again, and says so: something may have been missed
    await one.commit([created(sampleRun())]);
    await heard.next();
    stop?.();
  });

  it("judge time by the database's clock, whatever their own machine says", async () => {
    await using database = await tempDatabase();
    const machine = Date.now;
    Date.now = () => machine() + 86_400_000;
    try {
      const store = await database.open();
      const [row] = await database.rows("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now");
      expect(store.now()).to.be.closeTo(Number(row?.now), 60_000);
    } finally {
      Date.now = machine;
    }
  });
});

/** Lets a process begin when so many are ready, and gives the ids that it claims. */
function claimsOf(
  count: number,
): (child: ChildProcess, index: number, all: readonly ChildProcess[]) => Promise<string[]> {
  let ready = 0;
  return async (child, _, all) => {
    const ids: string[] = [];
    const exited = once(child, "exit");
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line !== "open") ids.push(line);
      else if (++ready === count) for (const one of all) one.stdin?.write("go\n");
    }
    await exited;
    return ids;
  };
}

/** Counts calls, and waits for the next. */
function signals(): { listener: () => void; next: () => Promise<void>; count: () => number } {
  let calls = 0;
  let wake: () => void = () => undefined;
  return {
    listener: () => {
      calls += 1;
      wake();
    },
    next: async () => {
      while (calls === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      calls -= 1;
    },
    count: () => calls,
  };
}

interface Held extends AsyncDisposable {
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

/** A transaction of another program that has performed something and is still open. */
async function heldTransaction(url: string, sql: string): Promise<Held> {
  const { default: pg } = await import("pg");
  const client = new pg.Client(url);
  await client.connect();
  await client.query("BEGIN");
  await client.query(sql);
  let open = true;
  const end = async (): Promise<void> => {
    if (open) await client.end();
    open = false;
  };
  return { query: (text) => client.query(text), end, [Symbol.asyncDispose]: end };
}

/** Resolves when a connection of the store waits for a lock. */
async function waiting(rows: (sql: string) => Promise<unknown[]>): Promise<void> {
  const blocked = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  while ((await rows(blocked)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}
