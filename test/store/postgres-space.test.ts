import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import type { Cutoffs } from "../../src/core/retention.js";
import type { Store } from "../../src/core/store.js";
import { databaseAt } from "../../src/store/open-store.js";
import { type TempDatabase, tempDatabase } from "./postgres-parts.js";
import { created, recorded, sampleEvent, sampleRun, start } from "./samples.js";

const hour = 3_600_000;
const later = new Date(start.getTime() + 100 * hour);
const cutoffs: Cutoffs = { succeeded: new Date(later.getTime() - hour), failed: null, payload: null, answers: null };

async function fill(store: Store, count: number): Promise<void> {
  for (let batch = 0; batch < count / 100; batch++) {
    const events = Array.from({ length: 100 }, () =>
      // Text that cannot be compressed: PostgreSQL would.
      recorded(sampleEvent({ version: null, payload: { filler: incompressible() } })),
    );
    await store.commit(events);
  }
}

let seed = 1;
function incompressible(): string {
  return Array.from({ length: 1_500 }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCharCode(33 + ((seed >> 16) % 90));
  }).join("");
}

/** Closes and drops every event, and makes the room usable again. */
async function drop(store: Store): Promise<void> {
  for (const now of [later, new Date(later.getTime() + 2 * hour)]) {
    for (let after: string | null = null, pieces = 0; pieces < 100; pieces++) {
      const swept: { next: string | null } = await store.retention.sweep({ stage: "events", cutoffs, after, now });
      after = swept.next;
      if (after === null) break;
    }
  }
  for (let pieces = 0; await store.retention.reclaim(); pieces++) if (pieces > 600) throw new Error("no end to it");
}

async function sizeOf(database: TempDatabase): Promise<number> {
  const [row] = await database.rows("SELECT pg_total_relation_size('events') AS bytes");
  return Number(row?.bytes);
}

describe("The disk space of a PostgreSQL store", function () {
  this.timeout(60_000);

  it("is used again for new rows, and the empty end of a table is cut off", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    await fill(store, 1_500);
    const full = await sizeOf(database);
    expect(full).to.be.greaterThan(2_000_000);
    await drop(store);
    expect(await sizeOf(database)).to.be.lessThan(full / 3);
    await fill(store, 1_500);
    expect(await sizeOf(database)).to.be.lessThan(full * 1.3);
  });

  it("is not worth a vacuum for a few rows: those are left to autovacuum", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    await fill(store, 100);
    await drop(store);
    const [row] = await database.rows("SELECT vacuum_count AS n FROM pg_stat_user_tables WHERE relname = 'events'");
    expect(Number(row?.n)).to.equal(0);
    expect(await store.retention.reclaim()).to.equal(false);
  });

  it("comes back in full when the database is compacted", async () => {
    await using database = await tempDatabase();
    const store = await database.open();
    await fill(store, 800);
    await store.close();
    await database.rows("DELETE FROM events");
    const folder = (dialect: string): string => packagePath("src/store", dialect, "migrations");
    const access = await databaseAt({ databaseUrl: database.url, migrationsFolder: folder });
    const { before, after } = await access.compact();
    expect(before - after).to.be.greaterThan(1_000_000);
  });
});

describe("Retention on PostgreSQL", () => {
  it("closes no event of which a run is being taken up again at that moment", async () => {
    await using database = await tempDatabase();
    const [one, other] = [await database.open(), await database.open()];
    for (let round = 0; round < 10; round++) {
      const event = sampleEvent({ version: null });
      const failure = { code: "PHONE_INVALID", message: "a", remedy: "b" } as const;
      const run = sampleRun({ eventId: event.id, status: "failed", failure, dueAt: null, finishedAt: start });
      await one.commit([recorded(event), created(run)]);
      const reopened = { ...run, status: "queued", dueAt: start, finishedAt: null, fence: run.fence + 1 } as const;
      const all: Cutoffs = { ...cutoffs, failed: cutoffs.succeeded };
      const [, taken] = await Promise.all([
        one.retention.sweep({ stage: "events", cutoffs: all, after: null, now: later }),
        other.commit([{ kind: "run-reopened", run: reopened }]).then(
          () => true,
          () => false,
        ),
      ]);
      expect(await one.retention.isClosed(event.id)).to.equal(!taken);
    }
  });
});
