import { secretsIn } from "../../collections/check-secrets.js";
import { collectionInvalid } from "../../collections/collection-problems.js";
import type { CollectionFiles } from "../../collections/installer.js";
import { factsOf } from "../../collections/manifest-facts.js";
import { readCollectionFolder } from "../../collections/read-folder.js";
import { readShipped } from "../../collections/shipped.js";
import { readBundle, splitSignature } from "../../collections/source/bundle.js";
import { type ReadWithRequired, readWithRequired } from "../../collections/source/read-required.js";
import { type SourceContent, toContent } from "../../collections/source/read-source.js";
import type { Config } from "../../config/config.js";
import { packagePath } from "../../config/package-root.js";
import type { Collection } from "../../core/collection.js";
import { withCheckTools } from "../check-tools.js";
import type { CommandContext } from "../context.js";
import { withSources } from "./with-sources.js";

/**
 * Checks files as an installation would that has everything they require: the shipped collections, and what the configured
 * indexes have.
 */
export function checkWithRequired(files: CollectionFiles, config: Config): Promise<ReadWithRequired> {
  return withSources(config, (reading) =>
    withCheckTools(config, async (tools) => {
      const installed = await readShipped(packagePath("collections"), tools, Object.keys(factsOf(files).requires));
      return readWithRequired(files, { ...tools, installed }, reading);
    }),
  );
}

/** A collection that is fit to leave this machine. */
export interface Shareable extends SourceContent {
  readonly collection: Collection;
}

/**
 * Reads a folder that is to be shared. What `collection check` refuses is refused, and so is whatever looks like a secret:
 * what is shared once cannot be taken back.
 *
 * @throws COLLECTION_INVALID (details.problems)
 */
export async function readShareable(folder: string, config: Config): Promise<Shareable> {
  // A folder whatever it is called: a bare name is not looked up.
  const bundle = splitSignature(await readCollectionFolder(folder));
  return requireShareable(toContent(bundle, { source: folder, resolved: folder, own: true }), config);
}

/** As `readShareable`, of what runs on the server: an installed collection with what was changed there. */
export async function readInstalled(name: string, { client, config }: CommandContext): Promise<Shareable> {
  const path = `/api/v1/collections/${encodeURIComponent(name)}/bundle?changed=yes`;
  const bundle = await readBundle(await client.download(path));
  return requireShareable(toContent(bundle, { source: name, resolved: name, own: true }), config);
}

async function requireShareable(content: SourceContent, config: Config): Promise<Shareable> {
  const { collection, problems } = await checkWithRequired(content.files, config);
  const secrets = secretsIn(content.files);
  if (collection !== null && secrets.length === 0) return { ...content, collection };
  const others = problems.filter(({ severity }) => severity === "error");
  throw collectionInvalid(`${content.origin.source} is not packed: it`, [...others, ...secrets]);
}
