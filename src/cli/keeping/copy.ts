import { copyDatabase } from "../../store/transfer/fill.js";
import type { CommandContext } from "../context.js";
import { countAll } from "./back-up.js";
import { databaseNamed } from "./database-named.js";
import { openRowCounter } from "./row-counter.js";
import { showTables, sizeOf } from "./show-tables.js";

/** Copies one database into another, and compares the two. */
export async function copy(
  { from, to }: { readonly from: string; readonly to: string },
  { config, terminal, stop }: CommandContext,
): Promise<void> {
  const [source, target] = await Promise.all([databaseNamed(config, from), databaseNamed(config, to)]);
  const snapshot = await source.openSnapshot({ exclusive: true });
  const counter = openRowCounter(terminal, { total: await countAll(snapshot), verb: "copying", stop });
  try {
    const { tables } = await copyDatabase(snapshot, target, { verify: true, progress: counter.progress });
    counter.close();
    terminal.printJson({ from: source.name, to: target.name, tables });
    showTables(tables, terminal);
    terminal.print("", `${target.name} has all of ${source.name}: ${sizeOf(tables)}, compared and found the same.`);
    terminal.print(
      `Start Patchbay with DATABASE_URL=${target.name} and the same PATCHBAY_SECRET; never on both again.`,
    );
  } finally {
    counter.close();
    await snapshot.close();
  }
}
