import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "../../src/config/package-root.js";
import type { Store } from "../../src/core/store.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { storeContract } from "./contract.js";

const migrationsFolder = packagePath("src/store/sqlite/migrations");

storeContract("SQLite in memory", () => openSqliteStore({ path: ":memory:", migrationsFolder }));

storeContract("SQLite on a file", async (): Promise<Store> => {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-store-"));
  const store = await openSqliteStore({ path: join(folder, "patchbay.db"), migrationsFolder });
  const close = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { ...store, close };
});
