import type { InstalledCollection } from "../../core/collection.js";
import type { Store } from "../../core/store.js";
import type { Running } from "../installer.js";
import { keptVersion } from "../kept-version.js";
import { layOverlays } from "./lay-overlays.js";

/** What is installed, and what it is kept in. */
interface Kept {
  readonly installed: ReadonlyMap<string, InstalledCollection>;
  readonly store: { readonly collections: Pick<Store["collections"], "version" | "overlays"> };
}

/**
 * Gives an installed collection as its author has published it, and as it runs.
 * @throws COLLECTION_UNKNOWN; COLLECTION_VERSION_UNKNOWN when its files are not kept
 */
export async function running(name: string, kept: Kept): Promise<Running> {
  const { version, files: published } = await keptVersion(name, null, kept);
  const { files, overlays } = layOverlays(published, await kept.store.collections.overlays(name));
  return { version, published, files, overlays };
}
