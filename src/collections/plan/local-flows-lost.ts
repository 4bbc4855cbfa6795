import { LOCAL } from "../surroundings.js";
import type { Incompatibility } from "./plan.js";
import type { Prospect } from "./starts.js";

/** Lists this installation's own flows that would not be there any more, and why. */
export function localFlowsLost({ before, after }: Pick<Prospect, "before" | "after">): readonly Incompatibility[] {
  const still = new Set(after.local.flows.map(({ name }) => name));
  return before.local.flows.flatMap(({ name }) => {
    if (still.has(name)) return [];
    const file = `${name.slice(LOCAL.length + 1)}.flow.`;
    const problem = after.local.problems.find((one) => one.file.startsWith(file));
    const reason = problem === undefined ? "" : `: ${problem.file}${problem.path} ${problem.message}`;
    return [{ subject: name, message: `would be left out${reason}`, records: 0 }];
  });
}
