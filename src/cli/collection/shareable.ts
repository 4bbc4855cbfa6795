import { readCollectionFolder } from "../../collections/read-folder.js";
import { readBundle, splitSignature } from "../../collections/source/bundle.js";
import { type SourceContent, toContent } from "../../collections/source/read-source.js";
import type { Config } from "../../config/config.js";
import { requireShareable, type SoundCollection } from "../../workshop/check-with-required.js";
import type { CommandContext } from "../context.js";

/** A collection that is fit to leave this machine. */
export interface Shareable extends SourceContent, SoundCollection {}

/**
 * Reads a folder that is to be shared.
 * @throws COLLECTION_INVALID (details.problems)
 */
export async function readShareable(folder: string, config: Config): Promise<Shareable> {
  // A folder whatever it is called: a bare name is not looked up.
  const bundle = splitSignature(await readCollectionFolder(folder));
  return toShareable(toContent(bundle, { source: folder, resolved: folder, own: true }), config);
}

/** As `readShareable`, of what runs on the server: an installed collection with what was changed there. */
export async function readInstalled(name: string, { client, config }: CommandContext): Promise<Shareable> {
  const path = `/api/v1/collections/${encodeURIComponent(name)}/bundle?changed=yes`;
  const bundle = await readBundle(await client.download(path));
  return toShareable(toContent(bundle, { source: name, resolved: name, own: true }), config);
}

async function toShareable(content: SourceContent, config: Config): Promise<Shareable> {
  const { source } = content.origin;
  return { ...content, ...(await requireShareable(content.files, { source, config })) };
}
