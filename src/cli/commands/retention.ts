import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `retention`: what is older than RETENTION_… allows. */
export function registerRetention(program: Command, open: OpenContext): void {
  program
    .command("retention")
    .description("let go what is older than RETENTION_… allows; a server does so by itself")
    .option("--dry-run", "only show what would go; the server may go on", false)
    .action(async (flags: { dryRun: boolean }) => {
      const context = await open();
      const { applyRetention } = await import("../keeping/apply-retention.js");
      await applyRetention(flags, context);
    });
}
