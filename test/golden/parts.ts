import { collectionInvalid } from "../../src/collections/collection-problems.js";
import { readGrammar } from "../../src/collections/grammar.js";
import type { CollectionFiles } from "../../src/collections/installer.js";
import { readCollection } from "../../src/collections/read-collection.js";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import { readShipped } from "../../src/collections/shipped.js";
import type { CheckTools } from "../../src/collections/surroundings.js";
import { packagePath } from "../../src/config/package-root.js";
import { createConnectors } from "../../src/connectors/registry.js";
import { diffOf } from "../../src/golden/diff-words.js";
import { type Prepared, prepare } from "../../src/golden/prepared.js";
import { runTests, type TestResult } from "../../src/golden/run-tests.js";
import { openHttp } from "../../src/http/open-http.js";
import { openGolden } from "../../src/open-golden.js";
import { startTranslation } from "../../src/translation/start-translation.js";

const shipped = new Map<string, Promise<Prepared>>();

/** Reads a shipped collection with its tests, once: it is slow, and playing tests changes nothing about it. */
export function preparedShipped(name: string): Promise<Prepared> {
  const prepared = shipped.get(name) ?? readCollectionFolder(packagePath("collections", name)).then(preparedOf);
  shipped.set(name, prepared);
  return prepared;
}

let allShipped: ReturnType<typeof readShipped> | null = null;

function readShippedOnce(tools: CheckTools): ReturnType<typeof readShipped> {
  allShipped ??= readShipped(packagePath("collections"), tools);
  return allShipped;
}

/** Pure, and slow to make. */
const grammar = readGrammar(packagePath("schemas"));

/** Reads a collection with its tests; it may require whatever ships with Patchbay. @throws COLLECTION_INVALID */
export function preparedOf(files: CollectionFiles): Promise<Prepared> {
  return withTools(async (tools) => {
    const requires = files["collection.yaml"]?.includes("requires:") === true;
    const installed = requires ? await readShippedOnce(tools) : [];
    const { collection, problems, tests } = readCollection(files, { ...tools, installed });
    if (collection === null) throw collectionInvalid("The collection", problems);
    return prepare(collection, tests, installed);
  });
}

async function withTools<T>(work: (tools: CheckTools) => Promise<T>): Promise<T> {
  const http = openHttp({ timeoutMs: 1_000, maxResponseBytes: 0, allow: [], userAgent: "tests" });
  const translation = startTranslation({ timeoutMs: 2_000, memoryMb: 64, maxOutputBytes: 0, threads: 1 });
  try {
    return await work({ connectors: [...createConnectors({ http }).values()], translation, grammar: await grammar });
  } finally {
    await translation.stop();
    await http.close();
  }
}

/** Runs the tests of a collection. */
export async function resultsOf(prepared: Prepared): Promise<readonly TestResult[]> {
  const parts = openGolden({ translatorTimeoutMs: 2_000, translatorMemoryMb: 64 });
  try {
    return await runTests(prepared, prepared.tests, { parts, stopwatch: () => performance.now() });
  } finally {
    await parts.close();
  }
}

/** Gives what is not as expected, as the command line shows it; nothing when all is. */
export function complaintsOf(results: readonly TestResult[]): readonly string[] {
  return results.flatMap(({ test: { title }, mismatches }) =>
    mismatches.flatMap((mismatch) => [
      `${title}: ${mismatch.about}: ${mismatch.problem}`,
      ...diffOf(mismatch).map(({ mark, text }) => `${mark} ${text}`),
    ]),
  );
}
