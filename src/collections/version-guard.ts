import type { Origin } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import type { Wanted } from "./install.js";
import type { InstallerTools } from "./installation.js";
import { factsOf } from "./manifest-facts.js";
import { bundleFormat } from "./source/bundle.js";

/**
 * Refuses a version that was installed with other content: what is called 1.2.0 stays 1.2.0. Folders are where a version is still
 * in the making, and what ships with Patchbay is as old as Patchbay.
 *
 * @throws VERSION_INSTALLED
 */
export async function requireSameContent({ files, origin }: Wanted, { store }: InstallerTools): Promise<void> {
  if (isOwn(origin)) return;
  const { name, version } = factsOf(files);
  const kept = await store.collections.versions(name);
  const same = kept.filter((one) => one.version === version && !isOwn(one.origin));
  const other = same.find((one) => one.origin.integrity !== origin.integrity);
  if (other === undefined || same.some((one) => one.origin.integrity === origin.integrity)) return;
  const message = `${name} ${version} from ${origin.source} is not the ${name} ${version} that was installed from ${other.origin.source}`;
  throw new PatchbayError("VERSION_INSTALLED", message, {
    ...{ integrity: origin.integrity, installed: other.origin.integrity },
  });
}

function isOwn({ source, resolved }: Origin): boolean {
  if (resolved.startsWith("shipped:")) return true;
  return !/^(git\+)?https?:/.test(resolved) && bundleFormat(resolved) === null && bundleFormat(source) === null;
}
