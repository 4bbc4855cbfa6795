import { type Command, Option } from "commander";
import { PatchbayError } from "../../core/errors.js";
import { runStatuses } from "../../core/run.js";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";
import { type SpanFlags, spanOptions } from "../span-options.js";

interface RunFlags {
  readonly limit: number;
  readonly flow?: string;
  readonly status?: string;
}

interface RetryFlags extends SpanFlags {
  readonly newest: boolean;
  readonly failed: boolean;
  readonly flow?: string;
  readonly code?: string;
}

/** `runs list|show|retry|cancel`: what flows have done, and putting it right. */
export function registerRuns(program: Command, open: OpenContext): void {
  const runs = program.command("runs").description("look at what flows have done, and put it right");
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
  registerRetry(runs, open);
  runs
    .command("cancel")
    .description("end a run, with the runs of its items; a call that is under way cannot be taken back")
    .argument("<id>", "the run's id, run_…")
    .option("--reason <words>", "why, for whoever reads it later")
    .action(async (id: string, { reason }: { reason?: string }) => {
      const context = await open();
      const { cancelRun } = await import("../run/cancel-run.js");
      await cancelRun(id, reason, context);
    });
}

function registerRetry(runs: Command, open: OpenContext): void {
  const retry = runs
    .command("retry")
    .description("take a failed or cancelled run up again from the step it stopped at; what was sent is not sent again")
    .argument("[id]", "the run's id, run_…")
    .option("--newest", "on the flow version installed now; on its own one when not given", false)
    .option("--failed", "instead of one run: all that failed in a span of time", false)
    .option("--flow <flow>", "with --failed: of this flow only, namespace/name")
    .option("--code <code>", "with --failed: those that failed with this code only");
  for (const option of spanOptions()) retry.addOption(option);
  retry.action(async (id: string | undefined, flags: RetryFlags) => {
    if ((id === undefined) !== flags.failed) {
      throw new PatchbayError("COMMAND_INVALID", "Give either the id of a run, or --failed with --from");
    }
    refuseStray(id, flags);
    const context = await open();
    if (id !== undefined) {
      const { retryRun } = await import("../run/retry-run.js");
      await retryRun(id, flags, context);
      return;
    }
    const { runOperation } = await import("../operation/run-operation.js");
    const version = flags.newest ? "newest" : "pinned";
    await runOperation({ kind: "retry", flow: flags.flow, code: flags.code, version }, flags, context);
  });
}

/** Filters beside an id would seem to do something. */
function refuseStray(id: string | undefined, { from, until, flow, code }: RetryFlags): void {
  if (id === undefined || (from ?? until ?? flow ?? code) === undefined) return;
  throw new PatchbayError("COMMAND_INVALID", "--from, --until, --flow and --code go with --failed, not with an id");
}
