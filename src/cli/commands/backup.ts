import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `backup <file>`: everything of the database in one file, while the server goes on. */
export function registerBackup(program: Command, open: OpenContext): void {
  program
    .command("backup")
    .description("write everything in the database (DATABASE_URL) into one compressed file; the server may go on")
    .argument("<file>", "a file that is not there yet, such as patchbay-2026-11-21.backup")
    .action(async (file: string) => {
      const context = await open();
      const { backUp } = await import("../keeping/back-up.js");
      await backUp(file, context);
    });
}
