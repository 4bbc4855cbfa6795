import { migrationsFolder } from "../../config/package-root.js";
import type { DatabaseAccess } from "../../core/tables.js";
import { databaseAt } from "../../store/open-store.js";

/**
 * Gives the database that a URL names.
 *
 * @throws CONFIG_INVALID
 */
export function databaseNamed(databaseUrl: string): Promise<DatabaseAccess> {
  return databaseAt({ databaseUrl, migrationsFolder });
}
