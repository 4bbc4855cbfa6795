import { stat } from "node:fs/promises";
import type { Collection } from "../core/collection.js";
import type { FlowDefinition } from "../core/flow.js";
import { checkCycles } from "./check-draft.js";
import { checkFlow } from "./check-flow.js";
import type { FileProblem } from "./file-problem.js";
import type { Grammar } from "./grammar.js";
import type { CollectionFiles } from "./installer.js";
import { createProblemList, type ProblemList } from "./problem-list.js";
import { qualified } from "./qualified-name.js";
import { type Located, readFlowFile } from "./read-draft.js";
import { readTextFiles } from "./read-folder.js";
import { placedSteps } from "./step-places.js";
import { type CheckTools, LOCAL, toSurroundings } from "./surroundings.js";

/** This installation's own flows, as they fit what is installed now. */
export interface LocalFlows {
  /** Those without problems. */
  readonly flows: readonly FlowDefinition[];
  readonly problems: readonly FileProblem[];
}

/** Reads the files of the flows folder; none when there is no such folder. */
export async function readLocalFiles(folder: string): Promise<CollectionFiles> {
  const found = await stat(folder).catch(() => null);
  return found?.isDirectory() ? readTextFiles(folder) : {};
}

/** Checks the local flows against what is installed. A flow with a problem is left out, and the others work. */
export function checkLocalFlows(
  files: CollectionFiles,
  collections: readonly Collection[],
  tools: CheckTools,
): LocalFlows {
  const problems = createProblemList();
  const read = readFlows(files, { grammar: tools.grammar, problems });
  const own = read.map(({ value }) => value);
  const surroundings = toSurroundings(
    {
      namespace: LOCAL,
      visible: new Set([LOCAL, ...collections.map(({ name }) => name)]),
      missing: new Set<string>(),
      claimed: new Set(Object.keys(files).flatMap((path) => stemOf(path).map((stem) => qualified(stem, LOCAL)))),
      parameters: { type: "object", properties: {} },
      collections: [...collections, { dataTypes: [], translators: [], connections: [], flows: own }],
    },
    tools,
  );
  for (const { file, value } of read) checkFlow(value, file, { surroundings, problems });
  const incomplete = new Set(problems.all().map(({ file }) => file));
  // Of those with problems too, so that a circle is told with them and not after they were corrected.
  checkCycles(read, { surroundings, problems });
  const complete = read.filter(({ file }) => !incomplete.has(file) && !problems.failed(file));
  const startable = withoutBrokenStarts(complete, problems);
  return { flows: startable.map(({ value }) => value), problems: problems.all() };
}

function readFlows(
  files: CollectionFiles,
  { grammar, problems }: { grammar: Grammar; problems: ProblemList },
): Located<FlowDefinition>[] {
  return Object.entries(files).flatMap(([path, text]) => {
    if (path.endsWith(".md")) return [];
    const [stem] = stemOf(path);
    if (stem !== undefined) return readFlowFile({ path, stem, text }, { grammar, problems, namespace: LOCAL });
    const remedy = "Name it <name>.flow.yaml, directly in the folder, or remove it.";
    problems.warning({ file: path, path: "" }, "is not used", remedy);
    return [];
  });
}

/** The file's name without its ending, when it is that of a flow. */
function stemOf(path: string): string[] {
  const stem = /^([a-z][a-z0-9-]*)\.flow\.(?:json|yaml)$/.exec(path)?.[1];
  return stem === undefined ? [] : [stem];
}

/** A flow that starts one that is left out could only fail: it is left out, too. */
function withoutBrokenStarts(
  flows: readonly Located<FlowDefinition>[],
  problems: ProblemList,
): readonly Located<FlowDefinition>[] {
  const names = new Set(flows.map(({ value }) => value.name));
  const broken = new Set<string>();
  for (const { file, value } of flows) {
    for (const { step, path } of placedSteps({ steps: value.steps, path: "/steps" })) {
      if (step.kind !== "start" || !step.flow.startsWith(`${LOCAL}/`) || names.has(step.flow)) continue;
      broken.add(file);
      const place = { file, path: `${path}/start` };
      problems.warning(
        place,
        `starts ${step.flow}, which is left out`,
        "Correct that flow, or install what it waits for.",
      );
    }
  }
  if (broken.size === 0) return flows;
  const rest = flows.filter(({ file }) => !broken.has(file));
  return withoutBrokenStarts(rest, problems);
}
