import { type Command, Option } from "commander";
import { runStatuses } from "../../core/run.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

interface RunFlags {
  readonly limit: number;
  readonly flow?: string;
  readonly status?: string;
}

/** `runs list|show`: what flows have done. */
export function registerRuns(program: Command, open: OpenContext): void {
  const runs = program.command("runs").description("look at what flows have done");
  runs
    .command("list")
    .description("list runs, newest first")
    .addOption(limitOption())
    .option("--flow <flow>", "of this flow only, namespace/name")
    .addOption(new Option("--status <status>", "in this status only").choices(runStatuses))
    .action(async (flags: RunFlags) => {
      const context = await open();
      const { listRuns } = await import("../history/runs.js");
      await listRuns({ limit: flags.limit, flow: flags.flow, status: flags.status }, context);
    });
  runs
    .command("show")
    .description("show one run with its steps, calls and messages")
    .argument("<id>", "the run's id, run_…")
    .action(async (id: string) => {
      const context = await open();
      const { showRun } = await import("../history/run-detail.js");
      await showRun(id, context);
    });
}
