import pg from "pg";
import { PatchbayError } from "../../core/errors.js";

/** How a server is reached, and what it is called in messages: never with a password. */
export interface Place {
  readonly url: string;
  readonly name: string;
}

/** How long one statement may take, in milliseconds; the server ends it then. */
export const STATEMENT_MS = 30_000;

const CONNECT_MS = 5_000;
/** A process that stands still inside a transaction holds up the others: the server takes its locks away after this. */
const IDLE_IN_TRANSACTION_MS = 15_000;
const KEEP_ALIVE_MS = 10_000;
const POOL_IDLE_MS = 60_000;
const INT8 = 20;

/**
 * Names a database for people.
 *
 * @throws CONFIG_INVALID when a URL cannot be read, or names no database
 */
export function placeOf(url: string): Place {
  if (!URL.canParse(url)) {
    const remedy = "write postgres://user:password@host:5432/database, with special characters percent-encoded";
    throw new PatchbayError("CONFIG_INVALID", `DATABASE_URL cannot be read: ${remedy}`);
  }
  const { hostname, port, pathname } = new URL(url);
  if (pathname.length < 2) {
    throw new PatchbayError(
      "CONFIG_INVALID",
      `DATABASE_URL names no database: write postgres://…@${hostname}/database`,
    );
  }
  return { url, name: `The database ${hostname}${port === "" ? "" : `:${port}`}${decodeURIComponent(pathname)}` };
}

/** 64-bit integers are instants and counts here: they fit a number. */
const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8 && format !== "binary"
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * Every query here has an index that finds its rows in order, and the planner is to take it. Without this it goes through
 * tables that were empty when it last looked, and through the newest rows for a filter that only old ones fit, because it
 * holds pages in a row and rows that are looked at in vain for cheap. What is looked up for many things is looked up for each:
 * two tables are never gone through side by side.
 */
const planning =
  "-c enable_seqscan=off -c random_page_cost=1 -c cpu_tuple_cost=0.1 -c jit=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off";

/** What writes has few texts, which are planned once each. */
const writing = "-c plan_cache_mode=force_generic_plan";

function settings({ url }: Place, purpose: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: `patchbay ${purpose}`,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: planning,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types,
  };
}

/** Makes the connections that answer reads; broken ones are replaced when the next is needed. */
export function openPool(place: Place, max: number): pg.Pool {
  const pool = new pg.Pool({
    ...settings(place, "reads"),
    max,
    idleTimeoutMillis: POOL_IDLE_MS,
    query_timeout: STATEMENT_MS + CONNECT_MS,
  });
  // An idle connection that breaks is dropped by the pool itself; whoever asks next gets a new one, or hears of it.
  pool.on("error", () => undefined);
  return pool;
}

/**
 * Opens one connection. What is asked of it is sent at once, without waiting for the answer before: a transaction of a
 * hundred statements takes one round trip instead of a hundred.
 *
 * @param purpose Shown by the server beside the connection; what is for `writes` is planned for them.
 * @param onEnd Called once, when it could be used and can no longer.
 */
export async function connect(
  place: Place,
  purpose: string,
  { onEnd, statementMs = STATEMENT_MS }: { onEnd?: () => void; statementMs?: number } = {},
): Promise<pg.Client> {
  const options = purpose === "writes" ? `${planning} ${writing}` : planning;
  const client = new pg.Client({
    ...settings(place, purpose),
    options,
    statement_timeout: statementMs,
    pipeline: true,
  });
  // One that breaks says so twice, as an error and as its end; the first is enough.
  let usable = false;
  const end = (): void => {
    if (usable) onEnd?.();
    usable = false;
  };
  client.on("error", end);
  client.on("end", end);
  await client.connect();
  usable = true;
  return client;
}

/** How long one statement may take that goes through whole tables, in milliseconds. */
const WHOLE_MS = 21_600_000;

/** Opens a connection for work on a database as a whole: it may take hours, pause inside its transaction, and read all rows. */
export async function connectForAll(place: Place, purpose: string): Promise<pg.Client> {
  const client = await connect(place, purpose, { statementMs: WHOLE_MS });
  await client.query("SET idle_in_transaction_session_timeout = 0");
  return client;
}

/** Ends a connection without waiting for what is under way on it. */
export function cutOff(client: pg.Client): void {
  client.connection.stream.destroy();
}

/**
 * Sends whatever is asked of a connection meanwhile with one call of the kernel instead of one for each statement: a group of
 * commits has fourteen.
 */
export function sendTogether<T>(client: pg.Client, ask: () => T): T {
  const { stream } = client.connection;
  stream.cork();
  try {
    return ask();
  } finally {
    stream.uncork();
  }
}
