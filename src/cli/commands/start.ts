import { type Command, Option } from "commander";
import { type ProcessRole, processRoles } from "../../core/crew.js";
import type { OpenContext } from "../context.js";

/** `start`: runs Patchbay until it is asked to stop. */
export function registerStart(program: Command, open: OpenContext): void {
  program
    .command("start")
    .description("start Patchbay with the configuration in the environment, until Ctrl-C")
    .addOption(new Option("--role <role>", "what this process does; ROLE when not given").choices([...processRoles]))
    .action(async ({ role }: { role?: ProcessRole }) => {
      const context = await open();
      const { startServer } = await import("../server/start-server.js");
      await startServer(role === undefined ? context : { ...context, config: { ...context.config, role } });
    });
}
