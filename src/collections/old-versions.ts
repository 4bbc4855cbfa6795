import type { Change } from "../core/change.js";
import type { Collection } from "../core/collection.js";
import type { Store } from "../core/store.js";

/** Versions of a collection that are kept, the installed one among them: about as far back as anybody goes. */
export const KEPT_VERSIONS = 5;

/**
 * Lets go of what was installed long ago, once a version is installed. What stays are the last `KEPT_VERSIONS` contents, and the last
 * content of as many version numbers: a folder that is installed again and again under one number takes no version's place.
 *
 * @param integrity Of the version that is installed now.
 */
export async function droppedVersions(
  { name, version }: Pick<Collection, "name" | "version">,
  integrity: string,
  { collections }: { readonly collections: Pick<Store["collections"], "versions"> },
): Promise<readonly Change[]> {
  const others = (await collections.versions(name)).filter(({ origin }) => origin.integrity !== integrity);
  const numbers = new Set([version]);
  return others.flatMap((one, index): Change[] => {
    const isLastOfNumber = !numbers.has(one.version) && numbers.size < KEPT_VERSIONS;
    numbers.add(one.version);
    if (index < KEPT_VERSIONS - 1 || isLastOfNumber) return [];
    return [{ kind: "collection-version-dropped", name, integrity: one.origin.integrity }];
  });
}
