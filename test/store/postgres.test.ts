import { packagePath } from "../../src/config/package-root.js";
import type { Store } from "../../src/core/store.js";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.js";
import { perform, sharedPostgresServer } from "../../testing/postgres-server.js";
import { storeContract } from "./contract.js";

const migrationsFolder = packagePath("src/store/postgres/migrations");

let contractUrl = "";
storeContract("PostgreSQL", async (): Promise<Store> => {
  if (contractUrl === "") contractUrl = await (await sharedPostgresServer()).createDatabase();
  else await perform(contractUrl, emptyAll);
  return openPostgresStore({ url: contractUrl, migrationsFolder });
});

/** Empties every table but the one of the migrations. */
const emptyAll = `DO $$ BEGIN EXECUTE (
  SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') FROM pg_tables
  WHERE schemaname = 'public' AND tablename <> 'schema_migrations'); END $$`;
