import { bundleFormat, writeBundle } from "../../collections/source/bundle.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { readInstalled, readShareable } from "./shareable.js";
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
