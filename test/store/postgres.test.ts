import { packagePath } from "../../src/config/package-root.js";
import type { Store } from "../../src/core/store.js";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.js";
import { perform, sharedPostgresServer } from "../../testing/postgres-server.js";
import { storeContract } from "./contract.js";
import { emptyAll } from "./postgres-parts.js";

const migrationsFolder = packagePath("src/store/postgres/migrations");

let contractUrl = "";
storeContract("PostgreSQL", async (): Promise<Store> => {
  if (contractUrl === "") contractUrl = await (await sharedPostgresServer()).createDatabase();
  else await perform(contractUrl, emptyAll);
  return openPostgresStore({ url: contractUrl, migrationsFolder });
});
