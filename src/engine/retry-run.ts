import { PatchbayError } from "../core/errors.js";
import { isFinished, type Run } from "../core/run.js";
import { commitPlan } from "./commit.js";
import type { Draft } from "./draft.js";
import { requireFlow, requireRun } from "./known.js";
import type { Planning } from "./planning.js";
import { reopened } from "./reopen.js";

/** Takes a failed or cancelled run up again. @throws RUN_UNKNOWN, RUN_NOT_FINISHED, RUN_SUCCEEDED, FLOW_UNKNOWN */
export async function retryRun(runId: string, version: "pinned" | "newest", planning: Planning): Promise<Run> {
  await commitPlan(planning, async (draft) => {
    planRetry(draft, { run: await requireRun(runId, planning), version }, planning);
  });
  return requireRun(runId, planning);
}

/** Adds to the draft that a run is taken up again. @throws RUN_NOT_FINISHED, RUN_SUCCEEDED, FLOW_UNKNOWN */
export function planRetry(
  draft: Draft,
  { run, version }: { run: Run; version: "pinned" | "newest" },
  planning: Planning,
): void {
  requireRetryable(run);
  const newest = version === "newest" ? requireFlow(run.flow, planning) : null;
  if (newest !== null) draft.changes.push({ kind: "flow-version-kept", version: newest });
  const at = new Date(planning.parts.now());
  draft.changes.push({ kind: "run-reopened", run: reopened(run, { at, version: newest }) });
}

function requireRetryable({ id, status }: Run): void {
  if (status === "succeeded")
    throw new PatchbayError("RUN_SUCCEEDED", `The run ${id} has succeeded; nothing is left to do`);
  if (isFinished(status)) return;
  throw new PatchbayError(
    "RUN_NOT_FINISHED",
    `The run ${id} is ${status}; only failed and cancelled ones can be retried`,
  );
}
