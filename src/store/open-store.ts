import { PatchbayError } from "../core/errors.js";
import type { Store } from "../core/store.js";
import { openSqliteStore } from "./sqlite/open-sqlite-store.js";

/** Where everything is kept. */
export interface StoreLocation {
  /** `sqlite:<path>`, or `postgres://…`. */
  readonly databaseUrl: string;
  /** What this process is called in leases. */
  readonly processName: string;
  /** Gives the folder of one dialect's migrations. */
  readonly migrationsFolder: (dialect: "sqlite" | "postgres") => string;
}

/**
 * Opens the store that a URL names: embedded in this process, or on a server that many processes share.
 *
 * @throws CONFIG_INVALID, STORE_LOCKED, STORE_AHEAD, STORE_NOT_DURABLE, STORE_UNAVAILABLE
 */
export async function openStore({ databaseUrl, migrationsFolder, processName }: StoreLocation): Promise<Store> {
  const path = embeddedPath(databaseUrl);
  if (path !== null) return openSqliteStore({ path, migrationsFolder: migrationsFolder("sqlite") });
  const { openPostgresStore } = await import("./postgres/open-postgres-store.js");
  return openPostgresStore({ url: databaseUrl, migrationsFolder: migrationsFolder("postgres"), processName });
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
  throw new PatchbayError("CONFIG_INVALID", "DATABASE_URL has no path: write sqlite:./data/patchbay.db");
}
