import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `copy --from … --to …`: moves an installation into another database. */
export function registerCopy(program: Command, open: OpenContext): void {
  program
    .command("copy")
    .description("copy a database that no Patchbay uses into an empty one, and compare the two")
    .requiredOption("--from <url>", "the database that is copied, such as sqlite:./data/patchbay.db")
    .requiredOption("--to <url>", "the empty one")
    .action(async (urls: { from: string; to: string }) => {
      const context = await open();
      const { copy } = await import("../keeping/copy.js");
      await copy(urls, context);
    });
}
