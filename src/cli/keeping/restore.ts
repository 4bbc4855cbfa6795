import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { DatabaseAccess } from "../../core/tables.js";
import type { TableDigest } from "../../store/transfer/digest.js";
import { checkBackup, restoreBackup } from "../../store/transfer/fill.js";
import type { CommandContext } from "../context.js";
import { databaseNamed } from "./database-named.js";
import { openRowCounter } from "./row-counter.js";
import { showTables, sizeOf } from "./show-tables.js";

interface RestoreFlags {
  readonly verify: boolean;
  readonly dryRun: boolean;
}

/** Restores a backup, or only checks it. */
export async function restore(file: string, { verify, dryRun }: RestoreFlags, context: CommandContext): Promise<void> {
  const { config, terminal, stop } = context;
  const counter = openRowCounter(terminal, { total: null, verb: dryRun ? "checking" : "restoring", stop });
  let tables: readonly TableDigest[];
  try {
    tables = dryRun
      ? await inScratch(file, (scratch) => checkBackup(file, scratch, counter.progress))
      : await restoreBackup(file, await databaseNamed(config.databaseUrl), { verify, progress: counter.progress });
  } finally {
    counter.close();
  }
  terminal.printJson({ file, restored: !dryRun, verified: verify || dryRun, tables });
  showTables(tables, terminal);
  if (dryRun) {
    terminal.print("", `${file} is whole: ${sizeOf(tables)}. Nothing was restored.`);
    return;
  }
  const compared = verify ? ", compared with the backup and found the same" : "";
  terminal.print(
    "",
    `${(await databaseNamed(config.databaseUrl)).name} has all of ${file}: ${sizeOf(tables)}${compared}.`,
  );
  terminal.print(
    "Before you start Patchbay on it: runs that were unfinished when the backup was made go on, and nobody has told this",
    'database what was sent since then (docs/operating.md, "Restore a backup").',
  );
}

/** The scratch lies beside the backup, where there is room for as much. */
async function inScratch<T>(file: string, work: (scratch: DatabaseAccess) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(dirname(resolve(file)), ".patchbay-check-"));
  try {
    return await work(await databaseNamed(`sqlite:${join(folder, "scratch.db")}`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
