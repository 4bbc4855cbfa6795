import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.js";
import { postgresMigrations } from "./postgres-parts.js";
import { start } from "./samples.js";

/** A process that claims runs of the database on its command line, a few at a time, until none is due, and prints their ids. */
const url = process.argv[2] ?? "";
const store = await openPostgresStore({ url, migrationsFolder: postgresMigrations });
process.stdout.write("open\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
for (;;) {
  const claimed = await store.runs.claim(`process ${process.pid}`, { limit: 7, leaseMs: 60_000, now: start });
  if (claimed.length === 0) break;
  for (const { run } of claimed) process.stdout.write(`${run.id}\n`);
}
await store.close();
process.stdin.destroy();
