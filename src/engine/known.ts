import { PatchbayError } from "../core/errors.js";
import type { FlowVersion } from "../core/flow.js";
import type { Run } from "../core/run.js";
import type { Planning } from "./planning.js";

/** Gives the version of a flow that is installed now. @throws FLOW_UNKNOWN */
export function requireFlow(name: string, { catalog }: Planning): FlowVersion {
  const installed = catalog.flow(name);
  if (installed !== null) return installed.version;
  throw new PatchbayError("FLOW_UNKNOWN", `There is no flow ${name.slice(0, 200)}`);
}

/** Gives a run as it is stored. @throws RUN_UNKNOWN */
export async function requireRun(runId: string, { parts }: Planning): Promise<Run> {
  const run = await parts.store.runs.get(runId);
  if (run !== null) return run;
  throw new PatchbayError("RUN_UNKNOWN", `There is no run ${runId.slice(0, 100)}`);
}
