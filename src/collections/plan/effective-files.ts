import type { CollectionFiles } from "../installer.js";

/**
 * Gives the files that run, for the files that somebody has published: the one place between the two. Kept, compared and
 * signed is always what was published.
 */
export function effectiveFiles(published: CollectionFiles): CollectionFiles {
  return published;
}
