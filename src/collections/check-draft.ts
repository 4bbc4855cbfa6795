import type { Sample } from "../core/collection.js";
import type { DataType } from "../core/data-type.js";
import type { FlowDefinition } from "../core/flow.js";
import { checkConnection } from "./check-connection.js";
import { findCycles } from "./check-cycles.js";
import { checkDataTypes } from "./check-data-types.js";
import { checkEndpoints } from "./check-endpoints.js";
import { checkExpression } from "./check-expressions.js";
import { checkFlow } from "./check-flow.js";
import { type ProblemList, pointerPart } from "./problem-list.js";
import { type Draft, type Located, MANIFEST_FILE } from "./read-draft.js";
import { checkReference, type Surroundings } from "./surroundings.js";

interface Checking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
}

/** Reports what does not fit together in a collection whose files were read. */
export function checkDraft(draft: Draft, checking: Checking): void {
  checkNames(draft, checking.problems);
  for (const [index, connection] of (draft.manifest?.connections ?? []).entries()) {
    checkConnection(connection, index, checking);
  }
  for (const endpoints of draft.endpoints) checkEndpoints(endpoints, checking);
  const { dataTypes } = checkDataTypes(draft.dataTypes, checking);
  for (const translator of draft.translators) checkTranslator(translator, checking);
  for (const { file, value } of draft.flows) checkFlow(value, file, checking);
  for (const sample of draft.samples) checkSample(sample, dataTypes, checking);
  checkCycles(draft.flows, checking);
}

/** Reports every definition after the first that has the same name. */
function checkNames(draft: Draft, problems: ProblemList): void {
  const groups: [string, readonly Located<{ readonly name: string }>[]][] = [
    ["data type", draft.dataTypes],
    ["flow", draft.flows],
    ["sample", draft.samples],
  ];
  for (const [noun, items] of groups) {
    const first = new Map<string, string>();
    for (const { file, value } of items) {
      const other = first.get(value.name);
      if (other)
        problems.error({ file, path: "" }, `the ${noun} ${value.name} is in ${other} too`, "Keep one of them.");
      else first.set(value.name, file);
    }
  }
  const connections = new Set<string>();
  for (const [index, { name }] of (draft.manifest?.connections ?? []).entries()) {
    const place = { file: MANIFEST_FILE, path: `/connections${pointerPart(index)}/name` };
    if (connections.has(name)) problems.error(place, `the connection ${name} is there twice`, "Keep one of them.");
    connections.add(name);
  }
}

/** Reports what a translator refers to and is not there, and what is wrong with its expression. */
export function checkTranslator({ file, value }: Draft["translators"][number], checking: Checking): void {
  const { surroundings, problems } = checking;
  for (const member of ["from", "to"] as const) {
    const name = value[member];
    if (name === null) continue;
    const reference = { place: { file, path: `/${member}` }, noun: "data type", name, names: surroundings.dataTypes };
    checkReference(reference, surroundings, problems);
  }
  const scope = { steps: null, item: null, webhook: null, seesSecrets: false };
  checkExpression({ place: { file, path: "" }, expression: value.source }, scope, checking);
}

function checkSample(
  { file, value }: Located<Sample>,
  dataTypes: ReadonlyMap<string, DataType>,
  { surroundings, problems }: Checking,
): void {
  const names = surroundings.dataTypes;
  const reference = { place: { file, path: "/dataType" }, noun: "data type", name: value.dataType, names };
  if (!checkReference(reference, surroundings, problems)) return;
  for (const [index, document] of value.documents.entries()) {
    const found = dataTypes.get(value.dataType)?.validate(document) ?? [];
    const place = { file, path: `/documents${pointerPart(index)}` };
    problems.errors(place, found, `Correct the sample, or the data type ${value.dataType}.`);
  }
}

const savingRemedies = {
  endless: "Give one of the flows a `when`, save under a key of its own, or save with emitEvents: false.",
  possible: "Make sure it comes to rest: an unchanged record starts nothing. Or save with emitEvents: false.",
};
const startingRemedies = {
  endless: "Give one of the `start` steps a `when`, or remove it.",
  possible: "Make sure it comes to rest: at some time a `start` step must no longer be reached.",
};

/** Reports circles in which one of these flows takes part. */
export function checkCycles(own: readonly Located<FlowDefinition>[], { surroundings, problems }: Checking): void {
  const others = surroundings.flows.filter(({ name }) => !own.some(({ value }) => value.name === name));
  const flows = [...own.map(({ value }) => value), ...others];
  for (const { flows: names, endless, saves } of findCycles(flows, surroundings.dataTypes)) {
    const located = own.find(({ value }) => names.includes(value.name));
    if (!located) continue;
    const circle = [...names, names[0]].join(" → ");
    const place = { file: located.file, path: "/on" };
    const remedies = saves ? savingRemedies : startingRemedies;
    if (endless) problems.error(place, `starts itself without end: ${circle}`, remedies.endless);
    else problems.warning(place, `flows can start each other in a circle: ${circle}`, remedies.possible);
  }
}
