import { stat } from "node:fs/promises";
import { packageVersion } from "../../config/package-root.js";
import type { Snapshot } from "../../core/tables.js";
import { writeBackup } from "../../store/transfer/write-backup.js";
import type { CommandContext } from "../context.js";
import { databaseNamed } from "./database-named.js";
import { openRowCounter } from "./row-counter.js";
import { showTables, sizeOf } from "./show-tables.js";

/** Writes a backup of what is in the database at this moment. */
export async function backUp(file: string, { config, terminal, stop }: CommandContext): Promise<void> {
  const database = await databaseNamed(config);
  const snapshot = await database.openSnapshot({ exclusive: false });
  const counter = openRowCounter(terminal, { total: await countAll(snapshot), verb: "writing", stop });
  try {
    const order = { file, patchbay: packageVersion(), now: new Date(), progress: counter.progress };
    const tables = await writeBackup(snapshot, order);
    counter.close();
    const { size } = await stat(file);
    terminal.printJson({ file, bytes: size, migrations: snapshot.migrations, tables });
    showTables(tables, terminal);
    terminal.print("", `${file} has all of ${database.name}: ${sizeOf(tables)}, ${size.toLocaleString("en")} bytes.`);
    terminal.print("Secrets in it stay encrypted: keep PATCHBAY_SECRET, or patchbay.secret, with it.");
  } finally {
    counter.close();
    await snapshot.close();
  }
}

/** How many rows there are in all. */
export async function countAll(snapshot: Snapshot): Promise<number> {
  let rows = 0;
  for (const table of snapshot.tables) rows += await snapshot.count(table);
  return rows;
}
