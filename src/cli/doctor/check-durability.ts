import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { packagePath } from "../../config/package-root.js";
import { PatchbayError } from "../../core/errors.js";
import { openSqliteStore } from "../../store/sqlite/open-sqlite-store.js";
import { type Finding, ok, problem } from "./finding.js";

/** Checks on a database of its own, gone afterwards, that the driver works and this file system keeps what it says. */
export async function checkDurability(folder: string): Promise<Finding> {
  const own = await mkdtemp(join(folder, ".patchbay-doctor-"));
  const migrationsFolder = packagePath("src", "store", "sqlite", "migrations");
  try {
    const store = await openSqliteStore({ path: join(own, "probe.db"), migrationsFolder });
    await store.check().finally(() => store.close());
    return ok("durability", "SQLite works here, and what is stored is on disk");
  } catch (error) {
    if (error instanceof PatchbayError) return problem("durability", error.message, error.remedy);
    throw error;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
