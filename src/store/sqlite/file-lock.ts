import { DatabaseSync } from "@photostructure/sqlite";
import { PatchbayError } from "../../core/errors.js";

/** Holds a database file for this process. */
export interface FileLock {
  /** Lets go; a second time changes nothing. */
  release(): void;
}

/**
 * Takes the lock beside a database file: an open exclusive transaction on `<path>.lock`. The operating system lets go
 * of it when the process ends, however it ends, so there is no stale lock to clean up.
 *
 * @throws STORE_LOCKED, STORE_UNAVAILABLE
 */
export function lockFile(path: string): FileLock {
  const lockPath = `${path}.lock`;
  let db: InstanceType<typeof DatabaseSync>;
  try {
    db = new DatabaseSync(lockPath, { timeout: 0 });
  } catch (cause) {
    throw new PatchbayError("STORE_UNAVAILABLE", `${lockPath} cannot be opened: check the folder and its permissions`, {
      cause,
    });
  }
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    db.close();
    if (!/locked|busy/i.test(String(cause)))
      throw new PatchbayError("STORE_UNAVAILABLE", `${lockPath} cannot be locked: ${String(cause)}`, { cause });
    throw new PatchbayError("STORE_LOCKED", `${path} is used by another Patchbay process`, { cause });
  }
  return {
    release: () => {
      if (db.isOpen) db.close();
    },
  };
}
