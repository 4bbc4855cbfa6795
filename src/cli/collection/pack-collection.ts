import { type Bundle, bundleFormat, writeBundle } from "../../collections/source/bundle.js";
import { publishVersion } from "../../collections/source/publish-version.js";
import { findPublisherKey } from "../../collections/source/publisher-key.js";
import { signStatement } from "../../collections/source/signature.js";
import type { Config } from "../../config/config.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { readInstalled, readShareable, type Shareable } from "./check-with-required.js";
import { withSources } from "./with-sources.js";
import { writeOut } from "./write-out.js";

/** What `collection pack` is told. */
export interface PackFlags {
  /** A folder, or the name of an installed collection. */
  readonly subject: string;
  /** Whether it is what runs on the server. */
  readonly installed: boolean;
  readonly out?: string | undefined;
}

/** Packs a folder, or what runs, into one file, signed when there is a signature of exactly these files. */
export async function packCollection({ subject, installed, out }: PackFlags, context: CommandContext): Promise<void> {
  const { config, terminal } = context;
  const shareable = installed ? await readInstalled(subject, context) : await readShareable(subject, config);
  const { name, version } = shareable.collection;
  const path = out ?? `${name}-${version}.tgz`;
  const format = bundleFormat(path);
  if (format === null) throw new PatchbayError("COMMAND_INVALID", `${path} ends neither in .tgz nor in .json`);
  const { files, signature } = shareable;
  const bytes = await writeBundle({ files, signature }, format);
  await writeOut(path, bytes);
  const { integrity } = shareable.origin;
  terminal.printJson({ name, version, path, bytes: bytes.length, integrity, key: signature?.key ?? null });
  terminal.print(
    `${name} ${version}: ${count(Object.keys(files).length, "file")} in ${path} (${count(bytes.length, "byte")})`,
    `  integrity ${integrity}`,
    `  ${signature === null ? "not signed: patchbay collection sign" : `signed by ${signature.key}`}`,
  );
}

/** What `collection publish` is told. */
export interface PublishFlags {
  readonly folder: string;
  readonly index: string;
  readonly category?: string | undefined;
  readonly publisher?: string | undefined;
}

/** Packs a folder and adds it to a local index, signed when there is a key. */
export async function publishCollection(
  { folder, index, category, publisher }: PublishFlags,
  { config, terminal }: CommandContext,
): Promise<void> {
  const shareable = await readShareable(folder, config);
  const { name, version } = shareable.collection;
  const bundle = await signed(shareable, config);
  const publication = { bundle, collection: shareable.collection, category, publisher, publishedAt: new Date() };
  const published = await withSources(config, ({ grammar }) => publishVersion(index, publication, grammar));
  const key = bundle.signature?.key ?? null;
  terminal.printJson({ name, version, index, ...published, key });
  if (!published.added) return terminal.print(`${name} ${version} is in ${index} already, exactly as it is here.`);
  terminal.print(
    `${name} ${version} is published in ${index} (${published.source}).`,
    `  integrity ${published.integrity}`,
    `  ${key === null ? "not signed: whoever installs it is asked; patchbay collection keys new makes a key" : `signed by ${key}`}`,
  );
}

async function signed({ files, signature, origin, collection }: Shareable, config: Config): Promise<Bundle> {
  const key = await findPublisherKey(config.publisherKey);
  if (key === null) return { files, signature };
  const { name, version } = collection;
  return { files, signature: signStatement({ name, version, integrity: origin.integrity }, key) };
}
