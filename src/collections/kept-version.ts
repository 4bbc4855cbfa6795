import type { CollectionVersion, InstalledCollection } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import type { Store } from "../core/store.js";
import { requireInstalled } from "./uninstall.js";

/** What kept versions are looked up in. */
interface Kept {
  readonly installed: ReadonlyMap<string, InstalledCollection>;
  readonly store: { readonly collections: Pick<Store["collections"], "version"> };
}

/**
 * Gives a version that was installed here at some time.
 * @param integrity Null for the one that is installed.
 * @throws COLLECTION_UNKNOWN, COLLECTION_VERSION_UNKNOWN
 */
export async function keptVersion(name: string, integrity: string | null, kept: Kept): Promise<CollectionVersion> {
  if (integrity === null) requireInstalled(name, kept);
  const wanted = integrity ?? kept.installed.get(name)?.integrity ?? null;
  const found = wanted === null ? null : await kept.store.collections.version(name, wanted);
  if (found !== null) return found;
  const message =
    wanted === null
      ? `The files of ${name} are not kept: it was installed before Patchbay kept them. Install it again`
      : `No version of ${name.slice(0, 100)} with this integrity is kept`;
  throw new PatchbayError("COLLECTION_VERSION_UNKNOWN", message);
}
