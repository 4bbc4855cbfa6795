import { join } from "node:path";
import { factsOf } from "../../collections/manifest-facts.js";
import { readCollectionFolder } from "../../collections/read-folder.js";
import { bundleFormat, MAX_BUNDLE_BYTES, readBundle, writeBundle } from "../../collections/source/bundle.js";
import { integrityOf } from "../../collections/source/integrity.js";
import { readLocal } from "../../collections/source/open-index.js";
import { requirePublisherKey } from "../../collections/source/publisher-key.js";
import { SIGNATURE_FILE, signStatement } from "../../collections/source/signature.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { writeOut } from "./write-out.js";

/** Signs a folder (its `signature.json`) or a bundle; a signature that was there is replaced. */
export async function signCollection(path: string, { config, terminal }: CommandContext): Promise<void> {
  const key = await requirePublisherKey(config.publisherKey);
  const format = bundleFormat(path);
  const files = format === null ? await filesOfFolder(path) : await filesOfBundle(path);
  const statement = { ...factsOf(files), integrity: integrityOf(files) };
  if (statement.name === "" || statement.version === "") {
    throw new PatchbayError("COLLECTION_INVALID", `${path} has no collection.yaml with a name and a version`);
  }
  const signature = signStatement(statement, key);
  if (format === null) await writeOut(join(path, SIGNATURE_FILE), `${JSON.stringify(signature, null, 2)}\n`);
  else await writeOut(path, await writeBundle({ files, signature }, format));
  terminal.printJson({ ...statement, path, key: signature.key });
  terminal.print(`${statement.name} ${statement.version} is signed by ${signature.key}.`);
}

/** The signature that is there may be of what was there before: it is not compared. */
async function filesOfFolder(path: string) {
  const { [SIGNATURE_FILE]: _, ...files } = await readCollectionFolder(path);
  return files;
}

async function filesOfBundle(path: string) {
  return (await readBundle(await readLocal(path, MAX_BUNDLE_BYTES))).files;
}
