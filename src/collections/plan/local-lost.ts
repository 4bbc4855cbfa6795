import { LOCAL } from "../surroundings.js";
import type { Incompatibility } from "./plan.js";
import type { Prospect } from "./starts.js";

/** Lists this installation's own flows and translators that would not be there any more, and why. */
export function localLost({ before, after }: Pick<Prospect, "before" | "after">): readonly Incompatibility[] {
  return [...lost("flows", ".flow.", { before, after }), ...lost("translators", ".jsonata", { before, after })];
}

function lost(
  noun: "flows" | "translators",
  ending: string,
  { before, after }: Pick<Prospect, "before" | "after">,
): readonly Incompatibility[] {
  const still = new Set(after.local[noun].map(({ name }) => name));
  return before.local[noun].flatMap(({ name }) => {
    if (still.has(name)) return [];
    const file = `${name.slice(LOCAL.length + 1)}${ending}`;
    const problem = after.local.problems.find((one) => one.file.startsWith(file));
    const reason = problem === undefined ? "" : `: ${problem.file}${problem.path} ${problem.message}`;
    return [{ subject: name, message: `would be left out${reason}`, records: 0 }];
  });
}
