import type { Change } from "../core/change.js";
import type { Store } from "../core/store.js";

/** Versions of a collection that are kept, the installed one among them: as far back as anybody goes. */
export const KEPT_VERSIONS = 5;

/**
 * Lets go of the files of versions that were installed long ago, once a version is installed: the newest `KEPT_VERSIONS` stay.
 * @param integrity Of the version that is installed now.
 */
export async function droppedVersions(
  name: string,
  integrity: string,
  { collections }: { readonly collections: Pick<Store["collections"], "versions"> },
): Promise<readonly Change[]> {
  const others = (await collections.versions(name)).filter(({ origin }) => origin.integrity !== integrity);
  return others.slice(KEPT_VERSIONS - 1).map(({ origin }) => {
    return { kind: "collection-version-dropped", name, integrity: origin.integrity };
  });
}
