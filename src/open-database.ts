import { packagePath } from "./config/package-root.js";
import { PatchbayError } from "./core/errors.js";
import type { DatabaseAccess } from "./core/tables.js";
import { sqliteAccess } from "./store/sqlite/sqlite-access.js";

/**
 * Gives the database that a URL names: its scheme picks the store.
 *
 * @throws CONFIG_INVALID
 */
export function openDatabase(url: string): DatabaseAccess {
  const [, scheme = "", path = ""] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  if (scheme === "sqlite" && path !== "") {
    return sqliteAccess({ path, migrationsFolder: packagePath("src/store/sqlite/migrations") });
  }
  const message = scheme === "sqlite" ? "has no path: write sqlite:./data/patchbay.db" : "is not sqlite:<path>";
  // What stands in the place of a scheme may be a password.
  throw new PatchbayError("CONFIG_INVALID", `The database URL ${message}`);
}
