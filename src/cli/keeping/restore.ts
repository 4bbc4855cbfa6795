import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { DatabaseAccess, Held } from "../../core/tables.js";
import { checkBackup, type Filled, restoreBackup } from "../../store/transfer/fill.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { databaseNamed } from "./database-named.js";
import { openRowCounter } from "./row-counter.js";
import { showTables, sizeOf } from "./show-tables.js";

interface RestoreFlags {
  readonly verify: boolean;
  readonly dryRun: boolean;
  readonly goOn: boolean;
}

/** Restores a backup, or only checks it. */
export async function restore(
  file: string,
  { verify, dryRun, goOn }: RestoreFlags,
  context: CommandContext,
): Promise<void> {
  const { config, terminal, stop } = context;
  const counter = openRowCounter(terminal, { total: null, verb: dryRun ? "checking" : "restoring", stop });
  let filled: Filled;
  try {
    const hold = goOn ? null : new Date();
    filled = dryRun
      ? await inScratch(file, context, (scratch) => checkBackup(file, scratch, counter.progress))
      : await restoreBackup(file, await databaseNamed(config), {
          verify,
          hold,
          progress: counter.progress,
        });
  } finally {
    counter.close();
  }
  const { tables, held } = filled;
  terminal.printJson({ file, restored: !dryRun, verified: verify || dryRun, held, tables });
  showTables(tables, terminal);
  if (dryRun) {
    terminal.print("", `${file} is whole: ${sizeOf(tables)}. Nothing was restored.`);
    return;
  }
  const compared = verify ? ", compared with the backup and found the same" : "";
  terminal.print("", `${(await databaseNamed(config)).name} has all of ${file}: ${sizeOf(tables)}${compared}.`);
  terminal.print(...aboutUnfinished(held, goOn));
}

function aboutUnfinished({ runs, calls, operations }: Held, goOn: boolean): readonly string[] {
  if (goOn) return ["What was unfinished goes on when Patchbay starts on it."];
  if (runs + calls + operations === 0) return ["Nothing was unfinished in it."];
  const what = [count(runs, "run"), count(calls, "call"), count(operations, "bulk operation")].join(", ");
  return [
    `What was unfinished is held and does not go on by itself: ${what}. The backup does not know what was sent after it`,
    'was made: docs/operating.md, "Restore a backup", says what to look at and how to let it go on.',
  ];
}

/** The scratch lies beside the backup, where there is room for as much. */
async function inScratch<T>(
  file: string,
  { config }: CommandContext,
  work: (scratch: DatabaseAccess) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(dirname(resolve(file)), ".patchbay-check-"));
  try {
    return await work(await databaseNamed(config, `sqlite:${join(folder, "scratch.db")}`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
