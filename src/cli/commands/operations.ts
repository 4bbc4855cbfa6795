import { type Command, Option } from "commander";
import { operationStates } from "../../core/operation.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

/** `operations list|show|stop`: many replays or retries in one. */
export function registerOperations(program: Command, open: OpenContext): void {
  const operations = program.command("operations").description("look at bulk replays and retries, and stop them");
  operations
    .command("list")
    .description("list operations, newest first")
    .addOption(limitOption())
    .addOption(new Option("--state <state>", "in this state only").choices(operationStates))
    .action(async ({ limit, state }: { limit: number; state?: string }) => {
      const context = await open();
      const { listOperations } = await import("../operation/operations.js");
      await listOperations({ limit, state }, context);
    });
  operations
    .command("show")
    .description("show how far an operation has come")
    .argument("<id>", "the operation's id")
    .action(async (id: string) => {
      const context = await open();
      const { showOperation } = await import("../operation/operations.js");
      await showOperation(id, context);
    });
  operations
    .command("stop")
    .description("stop an operation; the runs it has started go on")
    .argument("<id>", "the operation's id")
    .action(async (id: string) => {
      const context = await open();
      const { stopOperation } = await import("../operation/operations.js");
      await stopOperation(id, context);
    });
}
