import type { FlowView } from "../../api/contract/definitions.js";
import type { RunDetailView } from "../../api/contract/run.js";
import { PatchbayError } from "../../core/errors.js";
import { allSteps, type Step } from "../../core/flow.js";
import { isJsonObject, type Json } from "../../core/json.js";
import type { CommandContext } from "../context.js";
import { namedPath } from "../named-path.js";

/** Words for the results of a run's `choose` steps, by the steps' ids. */
export type Choices = ReadonlyMap<string, string>;

/**
 * Says which branches a run took: `took branch 1 of 2`. Empty when it took none, or when the flow version that it is
 * pinned to is not the one that is installed: the number of branches is not known then.
 */
export async function choicesOf(run: RunDetailView, { client }: Pick<CommandContext, "client">): Promise<Choices> {
  const taken = run.steps.flatMap(({ id, output }) => {
    const branch = branchOf(output);
    return branch === null ? [] : [[id, branch] as const];
  });
  if (taken.length === 0) return new Map();
  const flow = await client.get<FlowView>(namedPath("flows", run.flow)).catch((error: unknown) => {
    if (error instanceof PatchbayError && error.code === "FLOW_UNKNOWN") return null;
    throw error;
  });
  if (flow?.hash !== run.flowHash) return new Map();
  // The wire carries steps as they are.
  const steps = new Map(allSteps(flow.steps as unknown as readonly Step[]).map((step) => [step.id, step]));
  return new Map(
    taken.flatMap(([id, branch]) => {
      const step = steps.get(id);
      return step?.kind === "choose" ? [[id, describe(branch, step.branches.length)] as const] : [];
    }),
  );
}

function branchOf(output: Json): number | "else" | null {
  if (!isJsonObject(output)) return null;
  const { branch } = output;
  return typeof branch === "number" || branch === "else" ? branch : null;
}

/** People count from one. */
function describe(branch: number | "else", total: number): string {
  if (branch === "else") return `took else: none of ${total} ${total === 1 ? "branch" : "branches"} fitted`;
  return `took branch ${branch + 1} of ${total}`;
}
