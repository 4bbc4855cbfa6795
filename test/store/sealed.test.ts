import { expect } from "chai";
import type { Store } from "../../src/core/store.js";
import { openPostgresStore } from "../../src/store/postgres/open-postgres-store.js";
import { peopleColumns } from "../../src/store/sql/people/columns.js";
import type { Row } from "../../src/store/sql/statement.js";
import { perform, sharedPostgresServer } from "../../testing/postgres-server.js";
import { storeContract } from "./contract.js";
import { emptyAll, postgresMigrations } from "./postgres-parts.js";
import { clearValues, sealing } from "./sealed-parts.js";
import { rowsBeside, tempStore } from "./temp-store.js";

/** Looks at every value when the store is closed: whatever the contract has written is sealed. */
function watched(store: Store, look: () => Promise<readonly string[]>, done: () => Promise<void>): Store {
  return {
    ...store,
    close: async () => {
      const clear = await look();
      await done();
      expect(clear).to.deep.equal([]);
    },
  };
}

storeContract("SQLite with people sealed", async (): Promise<Store> => {
  const temp = await tempStore();
  const store = await temp.open({ people: sealing });
  const look = () => clearValues(async (sql) => rowsBeside(temp.path, sql));
  return watched(store, look, async () => temp[Symbol.asyncDispose]());
});

let contractUrl = "";
storeContract("PostgreSQL with people sealed", async (): Promise<Store> => {
  if (contractUrl === "") contractUrl = await (await sharedPostgresServer()).createDatabase();
  else await perform(contractUrl, emptyAll);
  const store = await openPostgresStore({ url: contractUrl, migrationsFolder: postgresMigrations, people: sealing });
  const look = () => clearValues(async (sql) => (await perform(contractUrl, sql)).rows as Row[]);
  return watched(store, look, () => store.close());
});

/** What of each table says nothing about anybody: ids, states, kinds, names of flows and connections, definitions, settings, what is sealed anyway. */
const clearColumns: Readonly<Record<string, string>> = {
  api_keys: "id prefix hash role data_types",
};

describe("The columns about people", () => {
  it("and those that are not are all there are", async () => {
    await using temp = await tempStore();
    await temp.open();
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    const unsaid = rowsBeside(temp.path, sql).flatMap(({ name }) => {
      const table = String(name);
      const said = [...Object.keys(peopleColumns[table] ?? {}), ...(clearColumns[table] ?? "").split(" ")];
      return rowsBeside(temp.path, `PRAGMA table_info(${table})`)
        .filter(({ type }) => type === "TEXT")
        .map((column) => String(column.name))
        .filter((column) => !said.includes(column))
        .map((column) => `${table}.${column}`);
    });
    expect(unsaid).to.deep.equal([]);
  });
});
