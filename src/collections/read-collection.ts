import type { Collection, Sample } from "../core/collection.js";
import { checkDraft } from "./check-draft.js";
import { checkFiles } from "./check-files.js";
import { checkGoldenTest } from "./check-golden-test.js";
import { checkManifest, type Requirement } from "./check-manifest.js";
import { checkSecrets } from "./check-secrets.js";
import type { GoldenTest } from "./golden-test.js";
import type { CollectionFiles, ReadCollection } from "./installer.js";
import { keepReadings } from "./kept-readings.js";
import { createProblemList, type ProblemList } from "./problem-list.js";
import { type Draft, type Manifest, readDraft } from "./read-draft.js";
import { readGoldenTest } from "./read-golden-test.js";
import { type CheckTools, type Surroundings, toSurroundings } from "./surroundings.js";

/** What reading gives, with the requirements that are not satisfied (their problems are among the problems). */
export interface CheckedCollection extends ReadCollection {
  readonly missing: readonly Requirement[];
  /** Its golden tests, those without problems. They are no part of what is installed. */
  readonly tests: readonly GoldenTest[];
}

/** What a collection is read against. */
export interface ReadingContext extends CheckTools {
  /** The installed collections; one of the same name is what this one would replace. */
  readonly installed: readonly Collection[];
}

/**
 * Reads and checks the files of a collection. Total: every problem of every file is reported at once, and there is a
 * collection only when there is no error. Pure: no file, no network, nothing is evaluated; the result is frozen and may be one
 * that was given before.
 */
export function readCollection(files: CollectionFiles, context: ReadingContext): CheckedCollection {
  return keptOrRead(files, context);
}

const keptOrRead = keepReadings(read);

function read(files: CollectionFiles, context: ReadingContext): CheckedCollection {
  const problems = createProblemList();
  if (!checkFiles(files, problems)) return { collection: null, problems: problems.all(), missing: [], tests: [] };
  const draft = readDraft(files, context.grammar, problems);
  checkSecrets(files, problems);
  const { manifest } = draft;
  if (!manifest) return { collection: null, problems: problems.all(), missing: [], tests: [] };
  const others = context.installed.filter(({ name }) => name !== manifest.name);
  const missing = checkManifest(manifest, { installed: others, inspect: context.grammar.inspect, problems });
  const surroundings = draftSurroundings(draft, manifest, { ...context, installed: others });
  checkDraft(draft, { surroundings, problems });
  const tests = readTests({ draft, manifest, others }, { surroundings, problems });
  const collection = problems.failed() ? null : toCollection(draft, manifest);
  return { collection, problems: problems.all(), missing, tests };
}

/** Reads the tests last: they may push samples of whatever the collection requires. */
function readTests(
  { draft, manifest, others }: { draft: Draft; manifest: Manifest; others: readonly Collection[] },
  { surroundings, problems }: { surroundings: Surroundings; problems: ProblemList },
): readonly GoldenTest[] {
  const { grammar, visible, missing } = surroundings;
  const foreign = others.filter(({ name }) => visible.has(name));
  const samples = new Map<string, Sample>([
    ...draft.samples.map(({ value }): [string, Sample] => [`${manifest.name}/${value.name}`, value]),
    ...foreign.flatMap((one) => one.samples.map((it): [string, Sample] => [`${one.name}/${it.name}`, it])),
  ]);
  return draft.tests.flatMap(({ file, value: { stem, document } }) => {
    const reading = { file, stem, namespace: manifest.name, grammar, problems, samples, missing };
    const test = readGoldenTest(document, reading);
    if (test !== null) checkGoldenTest(test, { surroundings, problems });
    return test === null ? [] : [test];
  });
}

function draftSurroundings(draft: Draft, manifest: Manifest, { installed, ...tools }: ReadingContext): Surroundings {
  const present = new Set(installed.map(({ name }) => name));
  const required = Object.keys(manifest.requires);
  const view = {
    namespace: manifest.name,
    visible: new Set([manifest.name, ...required.filter((name) => present.has(name))]),
    missing: new Set(required.filter((name) => !present.has(name))),
    claimed: draft.claimed,
    parameters: manifest.parameters,
    collections: [toCollection(draft, manifest), ...installed],
  };
  return toSurroundings(view, tools);
}

function toCollection(draft: Draft, manifest: Manifest): Collection {
  return {
    ...manifest,
    dataTypes: draft.dataTypes.map(({ value }) => value),
    translators: draft.translators.map(({ value }) => value),
    flows: draft.flows.map(({ value }) => value),
    samples: draft.samples.map(({ value }) => value),
  };
}
