import { collectionInvalid } from "../../collections/collection-problems.js";
import { readCollectionFolder } from "../../collections/read-folder.js";
import { splitSignature } from "../../collections/source/bundle.js";
import type { Config } from "../../config/config.js";
import { type Prepared, prepare } from "../../golden/prepared.js";
import { checkWithRequired } from "../../workshop/check-with-required.js";

/**
 * Reads a folder with its golden tests, and what it requires from where an installation would have it.
 * @throws COLLECTION_INVALID (details.problems), COLLECTION_UNKNOWN
 */
export async function readGoldenSubject(folder: string, config: Config): Promise<Prepared> {
  const { files } = splitSignature(await readCollectionFolder(folder));
  const { collection, problems, tests, others } = await checkWithRequired(files, config);
  if (collection === null) throw collectionInvalid(`${folder} is not tested: it`, problems);
  return prepare(collection, tests, others);
}
