import type { MigrationState } from "../../core/tables.js";
import type { CommandContext } from "../context.js";
import { databaseNamed } from "./database-named.js";

/** Brings the database up to date, or says whether it is. */
export async function migrateDatabase({ check }: { readonly check: boolean }, context: CommandContext): Promise<void> {
  const { config, terminal } = context;
  const database = await databaseNamed(config);
  const before = await database.migrationState();
  const [behind, ahead] = [missing(before.known, before.applied), missing(before.applied, before.known)];
  if (!check) await database.migrate();
  const from = before.applied.at(-1) ?? 0;
  const to = check ? from : ((await database.migrationState()).applied.at(-1) ?? 0);
  const needed = before.known.at(-1) ?? 0;
  terminal.printJson({ database: database.name, from, to, needed, behind, ahead, migrated: !check });
  if (check) {
    terminal.print(inWords(database.name, { from, needed, behind, ahead }));
    if (behind.length + ahead.length > 0) context.reportFailures();
    return;
  }
  const done = behind.length === 0 ? `is at ${to}, as this version needs it` : `was brought from ${from} to ${to}`;
  terminal.print(`${database.name} ${done}.`);
}

function missing(wanted: MigrationState["known"], there: MigrationState["known"]): readonly number[] {
  return wanted.filter((number) => !there.includes(number));
}

function inWords(
  name: string,
  {
    from,
    needed,
    behind,
    ahead,
  }: { from: number; needed: number; behind: readonly number[]; ahead: readonly number[] },
): string {
  if (ahead.length > 0) return `${name} is ahead: it has ${ahead.join(", ")}, which this version does not know.`;
  if (behind.length === 0) return `${name} is at ${from}, as this version needs it.`;
  return `${name} is behind: it is at ${from}, this version needs ${needed} (${behind.join(", ")}). patchbay migrate`;
}
