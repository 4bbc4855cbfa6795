import semver from "semver";
import type { Collection } from "../core/collection.js";
import { checkDraft } from "./check-draft.js";
import type { FileProblem } from "./file-problem.js";
import { createProblemList } from "./problem-list.js";
import { type Draft, MANIFEST_FILE } from "./read-draft.js";
import { type CheckTools, toSurroundings } from "./surroundings.js";

/** Lists what replacing an installed collection would break in the installed ones that require it. */
export function checkDependents(
  replacement: Collection,
  installed: readonly Collection[],
  tools: CheckTools,
): FileProblem[] {
  const others = installed.filter(({ name }) => name !== replacement.name);
  return others.flatMap((dependent) => {
    const range = dependent.requires[replacement.name];
    if (range === undefined) return [];
    const who = `${dependent.name} ${dependent.version}`;
    const remedy = `Install a version of ${dependent.name} that goes with it, or keep the installed ${replacement.name}.`;
    if (!semver.satisfies(replacement.version, range)) {
      const message = `${who} is installed and requires ${replacement.name} ${range}`;
      return [{ file: MANIFEST_FILE, path: "/version", message, remedy, severity: "error" as const }];
    }
    return brokenIn(dependent, [replacement, ...others], tools).map(({ file, path, message }) => ({
      file: MANIFEST_FILE,
      path: "",
      message: `would break ${who} (${file}${path}): ${message}`,
      remedy,
      severity: "error" as const,
    }));
  });
}

function brokenIn(dependent: Collection, collections: readonly Collection[], tools: CheckTools): FileProblem[] {
  const problems = createProblemList();
  const view = {
    namespace: dependent.name,
    visible: new Set([dependent.name, ...Object.keys(dependent.requires)]),
    missing: new Set<string>(),
    claimed: new Set<string>(),
    parameters: dependent.parameters,
    collections,
  };
  checkDraft(toDraft(dependent), { surroundings: toSurroundings(view, tools), problems });
  return problems.all().filter(({ severity }) => severity === "error");
}

function toDraft(collection: Collection): Draft {
  const located = <T extends { readonly name: string }>(items: readonly T[]) =>
    items.map((value) => ({ file: value.name, value }));
  return {
    manifest: collection,
    dataTypes: located(collection.dataTypes),
    translators: located(collection.translators),
    flows: located(collection.flows),
    samples: located(collection.samples),
    endpoints: [],
    tests: [],
    claimed: new Set(),
  };
}
