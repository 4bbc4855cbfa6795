import { secretsIn } from "../collections/check-secrets.js";
import { collectionInvalid } from "../collections/collection-problems.js";
import type { CollectionFiles } from "../collections/installer.js";
import { factsOf } from "../collections/manifest-facts.js";
import { readShipped } from "../collections/shipped.js";
import { type ReadWithRequired, readWithRequired } from "../collections/source/read-required.js";
import { packagePath } from "../config/package-root.js";
import type { Collection } from "../core/collection.js";
import { type CheckConfig, withCheckTools } from "./check-tools.js";
import { type SourceConfig, withSources } from "./with-sources.js";

/** What is configured of reading a collection with all that it requires. */
export type ReadingConfig = CheckConfig & SourceConfig;

/**
 * Checks files as an installation would that has everything they require: what is installed, the shipped collections, and what the
 * configured indexes have.
 */
export function checkWithRequired(
  files: CollectionFiles,
  config: ReadingConfig,
  installed: readonly Collection[] = [],
): Promise<ReadWithRequired> {
  return withSources(config, (reading) =>
    withCheckTools(config, async (tools) => {
      const shipped = await readShipped(packagePath("collections"), tools, Object.keys(factsOf(files).requires));
      const names = new Set(installed.map(({ name }) => name));
      const known = [...shipped.filter(({ name }) => !names.has(name)), ...installed];
      return readWithRequired(files, { ...tools, installed: known }, reading);
    }),
  );
}

/** What reading gives of a collection that has no error. */
export interface SoundCollection extends ReadWithRequired {
  readonly collection: Collection;
}

/** What is shared, and what it is judged with. */
interface Sharing {
  /** What the error names. */
  readonly source: string;
  readonly config: ReadingConfig;
  readonly installed?: readonly Collection[];
}

/**
 * As `checkWithRequired`, of files that are to be shared. What `collection check` refuses is refused, and so is whatever looks like
 * a secret: what is shared once cannot be taken back.
 *
 * @throws COLLECTION_INVALID (details.problems)
 */
export async function requireShareable(
  files: CollectionFiles,
  { source, config, installed = [] }: Sharing,
): Promise<SoundCollection> {
  const checked = await checkWithRequired(files, config, installed);
  const secrets = secretsIn(files);
  const { collection, problems } = checked;
  if (collection !== null && secrets.length === 0) return { ...checked, collection };
  const others = problems.filter(({ severity }) => severity === "error");
  throw collectionInvalid(`${source} is not packed: it`, [...others, ...secrets]);
}
