import { perform, startPostgresServer } from "../testing/postgres-server.js";
import { cpuMsOfFamily } from "./process-readings.js";
import type { Storage } from "./storage.js";

/** A quarter of what a small server has; as it comes, PostgreSQL takes 128 MB whatever there is. */
const settings = ["shared_buffers=1GB", "max_wal_size=4GB"];

/** Starts a PostgreSQL server, as durable as the SQLite file. It ends with this process. */
export async function startPostgresStorage(): Promise<Storage> {
  const server = await startPostgresServer({ settings });
  const preparedUrl = await server.createDatabase();
  const prepared = new URL(preparedUrl).pathname.slice(1);
  const pid = await server.pid();
  const administer = async (sql: string): Promise<void> => void (await perform(server.url("postgres"), sql));
  let copies = 0;
  return {
    name: "postgres",
    shared: true,
    preparedUrl,
    copy: async () => {
      const name = `round_${++copies}`;
      await administer(`CREATE DATABASE ${name} TEMPLATE ${prepared}`);
      return { url: server.url(name), remove: () => administer(`DROP DATABASE ${name} WITH (FORCE)`) };
    },
    cpuMs: () => cpuMsOfFamily(pid),
  };
}
