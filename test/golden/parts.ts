import { withCheckTools } from "../../src/cli/check-tools.js";
import { collectionInvalid } from "../../src/collections/collection-problems.js";
import type { CollectionFiles } from "../../src/collections/installer.js";
import { readCollection } from "../../src/collections/read-collection.js";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import { readShipped } from "../../src/collections/shipped.js";
import { readConfig } from "../../src/config/config.js";
import { packagePath } from "../../src/config/package-root.js";
import { diffOf } from "../../src/golden/diff-words.js";
import { type Prepared, prepare } from "../../src/golden/prepared.js";
import { runTests, type TestResult } from "../../src/golden/run-tests.js";
import { openGolden } from "../../src/open-golden.js";

/** Reads a shipped collection with its tests. */
export async function preparedShipped(name: string): Promise<Prepared> {
  return preparedOf(await readCollectionFolder(packagePath("collections", name)));
}

/** Reads a collection with its tests; it may require whatever ships with Patchbay. @throws COLLECTION_INVALID */
export function preparedOf(files: CollectionFiles): Promise<Prepared> {
  return withCheckTools(readConfig({}), async (tools) => {
    const installed = await readShipped(packagePath("collections"), tools);
    const { collection, problems, tests } = readCollection(files, { ...tools, installed });
    if (collection === null) throw collectionInvalid("The collection", problems);
    return prepare(collection, tests, installed);
  });
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
