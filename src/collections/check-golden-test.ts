import type { GivenStep, GoldenTest } from "./golden-test.js";
import { type Place, type ProblemList, pointerPart } from "./problem-list.js";
import { checkKeyedDataType, checkReference, type Surroundings } from "./surroundings.js";

/** Reports what a test refers to and is not there. */
export function checkGoldenTest(
  test: GoldenTest,
  { surroundings, problems }: { readonly surroundings: Surroundings; readonly problems: ProblemList },
): void {
  const { file, activate, given, expected } = test;
  const flows = namesOf(surroundings.flows);
  const at = (path: string): Place => ({ file, path });
  const flow = (name: string | undefined, path: string): void => {
    if (name === undefined) return;
    checkReference({ place: at(path), noun: "flow", name, names: flows }, surroundings, problems);
  };
  const keyed = (name: string, path: string): void => checkKeyedDataType(name, at(path), { surroundings, problems });
  const step = (given: GivenStep, path: string): void => {
    if (given.kind === "push" || given.kind === "remove") keyed(given.dataType, `${path}/${given.kind}`);
    if (given.kind === "start" || given.kind === "retry" || given.kind === "cancel")
      flow(given.flow, `${path}/${given.kind}`);
    const connection = connectionOf(given);
    if (connection === null) return;
    const member = given.kind === "webhook" ? "webhook" : "connection";
    const reference = { place: at(`${path}/${member}`), noun: "connection", name: connection };
    checkReference({ ...reference, names: surroundings.connections }, surroundings, problems);
  };
  for (const [index, name] of activate.entries()) flow(name, `/activate${pointerPart(index)}`);
  for (const [index, one] of given.entries()) step(one, `/given${pointerPart(index)}`);
  for (const member of ["messages", "notifications", "runs"] as const) {
    for (const [index, one] of (expected[member] ?? []).entries())
      flow(one.flow, `/expect/${member}${pointerPart(index)}/flow`);
  }
  for (const [index, { dataType }] of expected.records.entries())
    keyed(dataType, `/expect/records${pointerPart(index)}/dataType`);
  for (const name of Object.keys(test.parametersOf)) {
    if (surroundings.visible.has(name) || surroundings.missing.has(name)) continue;
    const message = `${name} is not required by this collection`;
    problems.error(at(`/parametersOf${pointerPart(name)}`), message, "Remove it, or add it to requires.");
  }
}

function connectionOf(step: GivenStep): string | null {
  if (step.kind === "vendor") return step.match.connection;
  return step.kind === "reply" || step.kind === "webhook" ? step.connection : null;
}

function namesOf(items: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(items.map(({ name }) => name));
}
