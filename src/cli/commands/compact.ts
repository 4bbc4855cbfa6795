import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `compact`: gives free disk space back, also where that was not possible before. */
export function registerCompact(program: Command, open: OpenContext): void {
  program
    .command("compact")
    .description("write the database (DATABASE_URL) anew without its free space; the server must be stopped")
    .action(async () => {
      const context = await open();
      const { compact } = await import("../keeping/compact.js");
      await compact(context);
    });
}
