import { type GoldenReport, type ReportedTest, testsFailed } from "../../collections/golden-report.js";
import type { Bundle } from "../../collections/source/bundle.js";
import { publishVersion } from "../../collections/source/publish-version.js";
import { findPublisherKey } from "../../collections/source/publisher-key.js";
import { signStatement } from "../../collections/source/signature.js";
import type { Config } from "../../config/config.js";
import { prepare } from "../../golden/prepared.js";
import { testPrepared } from "../../workshop/test-prepared.js";
import { withSources } from "../../workshop/with-sources.js";
import type { CommandContext } from "../context.js";
import { readShareable, type Shareable } from "./shareable.js";
import { printVerdict, tellers } from "./test-collection.js";

/** What `collection publish` is told. */
export interface PublishFlags {
  readonly folder: string;
  readonly index: string;
  readonly category?: string | undefined;
  readonly publisher?: string | undefined;
  /** Whether it is published although golden tests fail. */
  readonly despiteTests: boolean;
}

/**
 * Checks and tests a folder, packs it and adds it to a local index, signed when there is a key.
 * @throws COLLECTION_TESTS_FAILED when a golden test fails and nobody insists
 */
export async function publishCollection(
  { folder, index, category, publisher, despiteTests }: PublishFlags,
  { config, terminal }: CommandContext,
): Promise<void> {
  const shareable = await readShareable(folder, config);
  const report = await testBefore(shareable, { config, terminal });
  if (report.failed > 0 && !despiteTests) throw testsFailed(report);
  const { name, version } = shareable.collection;
  const bundle = await signed(shareable, config);
  const publication = { bundle, collection: shareable.collection, category, publisher, publishedAt: new Date() };
  const published = await withSources(config, ({ grammar }) => publishVersion(index, publication, grammar));
  const key = bundle.signature?.key ?? null;
  const { passed, failed } = report;
  terminal.printJson({ name, version, index, ...published, key, tests: { passed, failed } });
  if (!published.added) return terminal.print(`${name} ${version} is in ${index} already, exactly as it is here.`);
  terminal.print(
    `${name} ${version} is published in ${index} (${published.source}).`,
    `  integrity ${published.integrity}`,
    `  ${key === null ? "not signed: whoever installs it is asked; patchbay collection keys new makes a key" : `signed by ${key}`}`,
  );
}

/** Prints what fails; what passes is said in one line. */
async function testBefore(
  { collection, tests, others }: Shareable,
  { config, terminal }: Pick<CommandContext, "config" | "terminal">,
): Promise<GoldenReport> {
  const { onTest } = tellers(terminal);
  const onlyFailed = (test: ReportedTest): void => {
    if (!test.passed) onTest(test);
  };
  const prepared = prepare(collection, tests, others);
  const report = await testPrepared(prepared, { tests, fuzz: null }, { config, onTest: onlyFailed });
  printVerdict(report, terminal);
  if (tests.length > 0) return report;
  terminal.note(
    `${collection.name} has no golden tests: nobody can tell that it does what it says. Write one into tests/ (docs/collections.md).`,
  );
  return report;
}

async function signed({ files, signature, origin, collection }: Shareable, config: Config): Promise<Bundle> {
  const key = await findPublisherKey(config.publisherKey);
  if (key === null) return { files, signature };
  const { name, version } = collection;
  return { files, signature: signStatement({ name, version, integrity: origin.integrity }, key) };
}
