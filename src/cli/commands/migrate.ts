import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `migrate`: brings the database to what this version needs. */
export function registerMigrate(program: Command, open: OpenContext): void {
  program
    .command("migrate")
    .description("bring the database (DATABASE_URL) to what this version needs")
    .option("--check", "change nothing; exit code 1 when the database is behind or ahead", false)
    .action(async (flags: { check: boolean }) => {
      const context = await open();
      const { migrateDatabase } = await import("../keeping/migrate-database.js");
      await migrateDatabase(flags, context);
    });
}
