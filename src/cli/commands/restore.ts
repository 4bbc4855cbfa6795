import type { Command } from "commander";
import type { OpenContext } from "../context.js";

interface RestoreFlags {
  readonly verify: boolean;
  readonly dryRun: boolean;
  readonly goOn: boolean;
}

/** `restore <file>`: fills an empty database from a backup. */
export function registerRestore(program: Command, open: OpenContext): void {
  program
    .command("restore")
    .description("fill the database (DATABASE_URL), which must be empty, from a backup: all of it or nothing")
    .argument("<file>", "what `patchbay backup` wrote")
    .option("--verify", "also check all JSON and references, and compare what was written with the backup", false)
    .option(
      "--go-on",
      "let what was unfinished go on by itself: only when no Patchbay worked on after the backup was made",
      false,
    )
    .option("--dry-run", "only check the backup, in a temporary database that is thrown away", false)
    .action(async (file: string, flags: RestoreFlags) => {
      const context = await open();
      const { restore } = await import("../keeping/restore.js");
      await restore(file, flags, context);
    });
}
