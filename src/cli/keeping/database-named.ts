import type { Config } from "../../config/config.js";
import { migrationsFolder } from "../../config/package-root.js";
import type { DatabaseAccess } from "../../core/tables.js";
import { sealersOf } from "../../open-sealer.js";
import { databaseAt } from "../../store/open-store.js";

/**
 * Gives the database that a URL names; the configured one without.
 *
 * @throws CONFIG_INVALID
 */
export function databaseNamed(config: Config, databaseUrl: string = config.databaseUrl): Promise<DatabaseAccess> {
  const people = { sealed: config.encryptPeople, sealer: sealersOf(config) };
  return databaseAt({ databaseUrl, migrationsFolder, people });
}
