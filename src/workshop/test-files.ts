import { collectionInvalid } from "../collections/collection-problems.js";
import type { GoldenTest } from "../collections/golden-test.js";
import type { Tested, TestOrder } from "../collections/workshop.js";
import { PatchbayError } from "../core/errors.js";
import { prepare } from "../golden/prepared.js";
import { checkWithRequired, requireShareable, type SoundCollection } from "./check-with-required.js";
import type { JobNews, WorkshopConfig } from "./job.js";
import { testPrepared, testsNamed } from "./test-prepared.js";

/** Checks the files of a collection and runs its golden tests. @throws COLLECTION_INVALID (details.problems), REQUEST_INVALID */
export async function testFiles(
  order: TestOrder,
  config: WorkshopConfig,
  say: (news: JobNews) => void,
): Promise<Tested> {
  const { collection, tests: all, others } = await requireSound(order, config);
  const tests = chosen(all, order);
  const { name, version, title, summary, requires } = collection;
  const subject = { name, version, title, summary, requires };
  say({ kind: "began", subject, tests: tests.map(({ name, file, title }) => ({ name, file, title })) });
  const report = await testPrepared(
    prepare(collection, all, others),
    { tests, fuzz: order.fuzz },
    { config, onTest: (test) => say({ kind: "tested", test }) },
  );
  return { subject, report };
}

async function requireSound({ files, installed, shared }: TestOrder, config: WorkshopConfig): Promise<SoundCollection> {
  if (shared) return requireShareable(files, { source: "The collection", config, installed });
  const checked = await checkWithRequired(files, config, installed);
  const { collection, problems } = checked;
  if (collection === null) throw collectionInvalid("The collection is not tested: it", problems);
  return { ...checked, collection };
}

function chosen(tests: readonly GoldenTest[], { only, fuzz }: TestOrder): readonly GoldenTest[] {
  const found = testsNamed(tests, only);
  if (found.length > 0 || only === undefined || (tests.length === 0 && fuzz !== null)) return found;
  throw new PatchbayError("REQUEST_INVALID", `No golden test has "${only.slice(0, 100)}" in its name or title`);
}
