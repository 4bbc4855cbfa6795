import { type PostgresServer, startPostgresServer } from "../testing/postgres-server.js";
import type { Options } from "./options.js";
import type { Processes } from "./processes.js";

/** Where a run keeps everything. */
export interface Database extends AsyncDisposable {
  /** What Patchbay is told about it. */
  readonly settings: Readonly<Record<string, string>>;
  /** The server that it is on; null for a file. */
  readonly server: PostgresServer | null;
}

/** The same for every process, as an operator would set it. */
const SECRET = "chaos keeps no secrets";

/** Makes an empty database: a file in `folder`, or one on a PostgreSQL server of its own. */
export async function openDatabase(
  { store, keep }: Options,
  { folder, log }: Pick<Processes, "folder" | "log">,
): Promise<Database> {
  if (store === "sqlite") {
    const settings = { DATABASE_URL: `sqlite:${folder}/patchbay.db` };
    return { settings, server: null, [Symbol.asyncDispose]: async () => undefined };
  }
  const server = await startPostgresServer({ keep, onLog: log });
  return {
    settings: { DATABASE_URL: await server.createDatabase(), PATCHBAY_SECRET: SECRET },
    server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
