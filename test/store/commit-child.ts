import { createInterface } from "node:readline";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { created, recorded, sampleEvent, sampleRun } from "./samples.js";
import { migrationsFolder } from "./temp-store.js";

/**
 * A process that opens the store named on its command line, prints `open`, and for every line it reads makes that many
 * commits at once; it prints the ids of each commit's event and run as soon as it is acknowledged.
 */
const store = await openSqliteStore({ path: process.argv[2] ?? "", migrationsFolder });
process.stdout.write("open\n");

for await (const line of createInterface({ input: process.stdin })) {
  for (let count = 0; count < Number(line); count++) {
    const event = sampleEvent();
    const run = sampleRun({ eventId: event.id });
    void store.commit([recorded(event), created(run)]).then(() => process.stdout.write(`${event.id} ${run.id}\n`));
  }
}
await store.close();
