import { PatchbayError } from "../core/errors.js";
import type { PeopleSetting } from "../core/people-seal.js";
import type { Store } from "../core/store.js";
import type { DatabaseAccess } from "../core/tables.js";
import { sqliteAccess } from "./sqlite/sqlite-access.js";

/** Where everything is kept. */
export interface DatabaseLocation {
  /** `sqlite:<path>`, or `postgres://…`. */
  readonly databaseUrl: string;
  /** Gives the folder of one dialect's migrations. */
  readonly migrationsFolder: (dialect: "sqlite" | "postgres") => string;
  /** Whether people are sealed in it; in the clear without. */
  readonly people?: PeopleSetting | undefined;
}

/** A database, and who opens it. */
export interface StoreLocation extends DatabaseLocation {
  /** What this process is called in leases. */
  readonly processName: string;
}

/**
 * Gives the database that a URL names: its scheme picks the store, here and nowhere else. Nothing is opened yet.
 *
 * @throws CONFIG_INVALID
 */
export async function databaseAt({ databaseUrl, migrationsFolder, people }: DatabaseLocation): Promise<DatabaseAccess> {
  const path = embeddedPath(databaseUrl);
  if (path !== null) return sqliteAccess({ path, migrationsFolder: migrationsFolder("sqlite"), people });
  // What stands in the place of a scheme may be a password.
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new PatchbayError("CONFIG_INVALID", "The database URL is neither sqlite:<path> nor postgres://…");
  }
  const { postgresAccess } = await import("./postgres/postgres-access.js");
  return postgresAccess({ url: databaseUrl, migrationsFolder: migrationsFolder("postgres"), people });
}

/**
 * Opens the store that a URL names: embedded in this process, or on a server that many processes share.
 *
 * @throws CONFIG_INVALID, STORE_LOCKED, STORE_AHEAD, STORE_NOT_DURABLE, STORE_UNAVAILABLE, ENCRYPTION_DIFFERS, SECRET_UNREADABLE
 */
export async function openStore({ processName, ...location }: StoreLocation): Promise<Store> {
  return (await databaseAt(location)).openStore(processName);
}

/**
 * Gives the file of an embedded store, or `:memory:`; null for a server.
 *
 * @throws CONFIG_INVALID when there should be one and is not
 */
export function embeddedPath(databaseUrl: string): string | null {
  if (!databaseUrl.startsWith("sqlite:")) return null;
  const path = databaseUrl.slice("sqlite:".length);
  if (path !== "") return path;
  throw new PatchbayError("CONFIG_INVALID", "The database URL has no path: write sqlite:./data/patchbay.db");
}
