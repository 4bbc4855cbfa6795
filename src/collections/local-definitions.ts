import { stat } from "node:fs/promises";
import type { Collection } from "../core/collection.js";
import type { FlowDefinition, TranslatorDefinition } from "../core/flow.js";
import { checkCycles, checkTranslator } from "./check-draft.js";
import { checkFlow } from "./check-flow.js";
import type { FileProblem } from "./file-problem.js";
import type { CollectionFiles } from "./installer.js";
import { createProblemList, type ProblemList } from "./problem-list.js";
import { qualified } from "./qualified-name.js";
import { type Located, type Reading, readFlowFile } from "./read-draft.js";
import { readTextFiles } from "./read-folder.js";
import { readTranslator } from "./read-translator.js";
import { placedSteps } from "./step-places.js";
import { type CheckTools, LOCAL, type Surroundings, toSurroundings } from "./surroundings.js";

/** This installation's own flows and translators, as they fit what is installed now. */
export interface LocalDefinitions {
  /** Those without problems. */
  readonly flows: readonly FlowDefinition[];
  readonly translators: readonly TranslatorDefinition[];
  readonly problems: readonly FileProblem[];
}

/** Reads the files of the flows folder; none when there is no such folder. */
export async function readLocalFiles(folder: string): Promise<CollectionFiles> {
  const found = await stat(folder).catch(() => null);
  return found?.isDirectory() ? readTextFiles(folder) : {};
}

/** Checks the local definitions against what is installed. One with a problem is left out, and the others work. */
export function checkLocal(
  files: CollectionFiles,
  collections: readonly Collection[],
  tools: CheckTools,
): LocalDefinitions {
  const problems = createProblemList();
  const read = readLocal(files, { grammar: tools.grammar, problems, namespace: LOCAL });
  const surroundings = surroundingsOf(read, { files, collections, tools });
  for (const translator of read.translators) checkTranslator(translator, { surroundings, problems });
  for (const { file, value } of read.flows) checkFlow(value, file, { surroundings, problems });
  const incomplete = new Set(problems.all().map(({ file }) => file));
  // Of those with problems too, so that a circle is told with them and not after they were corrected.
  checkCycles(read.flows, { surroundings, problems });
  const isComplete = ({ file }: Located<unknown>): boolean => !incomplete.has(file) && !problems.failed(file);
  const translators = read.translators.filter(isComplete).map(({ value }) => value);
  const flows = withoutBrokenParts(read.flows.filter(isComplete), { translators, problems });
  return { flows: flows.map(({ value }) => value), translators, problems: problems.all() };
}

interface Read {
  readonly flows: readonly Located<FlowDefinition>[];
  readonly translators: readonly Located<TranslatorDefinition>[];
}

function surroundingsOf(
  { flows, translators }: Read,
  { files, collections, tools }: { files: CollectionFiles; collections: readonly Collection[]; tools: CheckTools },
): Surroundings {
  const own = {
    ...{ dataTypes: [], connections: [] },
    translators: translators.map(({ value }) => value),
    flows: flows.map(({ value }) => value),
  };
  return toSurroundings(
    {
      namespace: LOCAL,
      visible: new Set([LOCAL, ...collections.map(({ name }) => name)]),
      missing: new Set<string>(),
      claimed: new Set(Object.keys(files).flatMap((path) => localNameOf(path) ?? [])),
      parameters: { type: "object", properties: {} },
      collections: [...collections, own],
    },
    tools,
  );
}

function readLocal(files: CollectionFiles, reading: Reading): Read {
  const flows: Located<FlowDefinition>[] = [];
  const translators: Located<TranslatorDefinition>[] = [];
  for (const [path, text] of Object.entries(files)) {
    if (path.endsWith(".md")) continue;
    const name = localNameOf(path);
    if (name === null) {
      const remedy = "Name it <name>.flow.yaml or <name>.jsonata, directly in the folder, or remove it.";
      reading.problems.warning({ file: path, path: "" }, "is not used", remedy);
    } else if (path.endsWith(".jsonata")) {
      const value = readTranslator(text, { ...reading, file: path, name });
      if (value !== null) translators.push({ file: path, value });
    } else {
      flows.push(...readFlowFile({ path, stem: name.slice(LOCAL.length + 1), text }, reading));
    }
  }
  return { flows, translators };
}

/** Gives what the definition in a file is called, with its namespace; null for a file that holds none. */
function localNameOf(path: string): string | null {
  const stem = /^([a-z][a-z0-9-]*)\.(?:flow\.(?:json|yaml)|jsonata)$/.exec(path)?.[1];
  return stem === undefined ? null : qualified(stem, LOCAL);
}

/** A flow that uses what is left out could only fail: it is left out, too. */
function withoutBrokenParts(
  flows: readonly Located<FlowDefinition>[],
  known: { readonly translators: readonly TranslatorDefinition[]; readonly problems: ProblemList },
): readonly Located<FlowDefinition>[] {
  const { translators, problems } = known;
  const isBroken = (name: string, there: readonly { readonly name: string }[]): boolean =>
    name.startsWith(`${LOCAL}/`) && !there.some((one) => one.name === name);
  const startable = flows.map(({ value }) => value);
  const broken = new Set<string>();
  for (const { file, value } of flows) {
    for (const { step, path } of placedSteps({ steps: value.steps, path: "/steps" })) {
      if (step.kind === "start" && isBroken(step.flow, startable)) {
        const remedy = "Correct that flow, or install what it waits for.";
        problems.warning({ file, path: `${path}/start` }, `starts ${step.flow}, which is left out`, remedy);
        broken.add(file);
      }
      if (step.kind === "translate" && isBroken(step.translator, translators)) {
        const remedy = "Correct that translator, or install what it waits for.";
        problems.warning({ file, path: `${path}/translate` }, `uses ${step.translator}, which is left out`, remedy);
        broken.add(file);
      }
    }
  }
  if (broken.size === 0) return flows;
  return withoutBrokenParts(
    flows.filter(({ file }) => !broken.has(file)),
    known,
  );
}
