import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `start`: runs Patchbay until it is asked to stop. */
export function registerStart(program: Command, open: OpenContext): void {
  program
    .command("start")
    .description("start Patchbay with the configuration in the environment, until Ctrl-C")
    .action(async () => {
      const context = await open();
      const { startServer } = await import("../server/start-server.js");
      await startServer(context);
    });
}
