import type { Pool } from "pg";
import { PatchbayError } from "../../core/errors.js";
import { openPool, type Place, placeOf } from "./connection.js";
import { toRefusal } from "./postgres-error.js";

/** The oldest server that tells what became of a transaction. */
const OLDEST = 13;

const questions = `SELECT current_setting('server_version_num')::int / 10000 AS version,
  current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
  current_setting('full_page_writes') AS full_page_writes, current_setting('synchronous_commit') AS synchronous_commit`;

/**
 * Checks that the server can be relied on: that it is new enough, keeps every character, and that what it acknowledges is on
 * disk.
 *
 * @throws CONFIG_INVALID, STORE_NOT_DURABLE
 */
export async function checkServer(pool: Pick<Pool, "query">, { name }: Place): Promise<void> {
  const { rows } = await pool.query<Record<string, string | number>>(questions);
  const [found = {}] = rows;
  if (Number(found.version) < OLDEST) {
    throw new PatchbayError(
      "CONFIG_INVALID",
      `${name} is on PostgreSQL ${found.version}; ${OLDEST} or newer is needed`,
    );
  }
  if (found.encoding !== "UTF8") {
    throw new PatchbayError(
      "CONFIG_INVALID",
      `${name} keeps text as ${found.encoding}; create it with ENCODING 'UTF8'`,
    );
  }
  const loose = ["fsync", "full_page_writes", "synchronous_commit"].filter((setting) => found[setting] === "off");
  if (loose.length > 0) {
    throw new PatchbayError("STORE_NOT_DURABLE", `${name} has ${loose.join(" and ")} off; switch it on`);
  }
}

/**
 * Looks at a server without changing anything on it.
 *
 * @returns What the database is called in messages.
 * @throws CONFIG_INVALID, STORE_NOT_DURABLE, STORE_UNAVAILABLE
 */
export async function examineServer(url: string): Promise<string> {
  const place = placeOf(url);
  const pool = openPool(place, 1);
  try {
    await checkServer(pool, place);
    return place.name;
  } catch (thrown) {
    throw toRefusal(thrown, place.name);
  } finally {
    await pool.end();
  }
}
