import { stat } from "node:fs/promises";
import type { Collection } from "../core/collection.js";
import type { FlowDefinition } from "../core/flow.js";
import { checkCycles } from "./check-draft.js";
import { checkFlow } from "./check-flow.js";
import type { Grammar } from "./grammar.js";
import type { CollectionFiles, FileProblem } from "./installer.js";
import { createProblemList } from "./problem-list.js";
import { type Located, readFlowFile } from "./read-draft.js";
import { readTextFiles } from "./read-folder.js";
import { type CheckTools, LOCAL, type Surroundings, toSurroundings } from "./surroundings.js";

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
      claimed: new Set<string>(),
      parameters: { type: "object", properties: {} },
      collections: [...collections, { dataTypes: [], translators: [], connections: [], flows: own }],
    },
    tools,
  );
  for (const { file, value } of read) checkFlow(value, file, { surroundings, problems });
  const incomplete = new Set(problems.all().map(({ file }) => file));
  const complete = read.filter(({ file }) => !incomplete.has(file));
  return { flows: withoutEndless(complete, { surroundings, problems }), problems: problems.all() };
}

function readFlows(
  files: CollectionFiles,
  { grammar, problems }: { grammar: Grammar; problems: ReturnType<typeof createProblemList> },
): Located<FlowDefinition>[] {
  return Object.entries(files).flatMap(([path, text]) => {
    if (path.endsWith(".md")) return [];
    const stem = /^([a-z][a-z0-9-]*)\.flow\.(?:json|yaml)$/.exec(path)?.[1];
    if (stem) return readFlowFile({ path, stem, text }, { grammar, problems, namespace: LOCAL });
    const remedy = "Name it <name>.flow.yaml, directly in the folder, or remove it.";
    problems.warning({ file: path, path: "" }, "is not used", remedy);
    return [];
  });
}

function withoutEndless(
  complete: readonly Located<FlowDefinition>[],
  { surroundings, problems }: { surroundings: Surroundings; problems: ReturnType<typeof createProblemList> },
): FlowDefinition[] {
  checkCycles(complete, { surroundings, problems });
  return complete.filter(({ file }) => !problems.failed(file)).map(({ value }) => value);
}
