import { DatabaseError } from "pg";
import { PatchbayError } from "../../core/errors.js";

/**
 * Beginnings of SQLSTATE codes that say that the database cannot store anything for reasons outside of what was asked.
 *
 * Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const outside: readonly (readonly [code: string, meaning: string])[] = [
  ["08", "the connection broke"],
  ["25006", "the database is read-only; is it a standby?"],
  ["25P03", "the server ended a transaction that stood still"],
  ["28", "the server does not let this user in; check user and password in DATABASE_URL"],
  ["3D000", "there is no such database; create it, or correct DATABASE_URL"],
  ["40", "other transactions were in the way again and again"],
  ["42501", "this user may not do that; it needs to own its tables"],
  ["53100", "the server's disk is full"],
  ["53200", "the server is out of memory"],
  ["53300", "the server has no connection left; raise max_connections or run fewer processes"],
  ["53", "the server is short of something"],
  ["55P03", "a lock was not to be had in time"],
  ["57014", "the server took too long"],
  ["57P", "the server is stopping or starting"],
  ["58", "the server reports an error of its system or disk"],
  ["XX001", "the database is damaged; restore a backup"],
  ["XX002", "the database is damaged; restore a backup"],
];

/** What the driver says when the connection is gone, and the system when there is none to be had. */
const broken =
  /terminat|not queryable|timeout|timed out|after calling end|connection|ssl|tls|certificate|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET/i;

/**
 * Gives the catalogue's error for conditions outside the database; anything else is a defect and stays what it is.
 *
 * @param place What the database is called in messages.
 */
export function toStoreError(thrown: unknown, place: string): PatchbayError | null {
  if (thrown instanceof PatchbayError) return thrown;
  const meaning = meaningOf(thrown);
  if (meaning === null) return null;
  return new PatchbayError("STORE_UNAVAILABLE", `${place} cannot be used: ${meaning}`, { cause: thrown });
}

/** Gives any error of the driver as one of the catalogue. */
export function toRefusal(thrown: unknown, place: string): PatchbayError {
  const known = toStoreError(thrown, place);
  return known ?? new PatchbayError("INTERNAL_ERROR", `The database refused: ${String(thrown)}`, { cause: thrown });
}

/** Whether two transactions stood in each other's way, so that the same work may succeed when it is done again. */
export function isConflict(thrown: unknown): boolean {
  return thrown instanceof DatabaseError && (thrown.code === "40P01" || thrown.code === "40001");
}

function meaningOf(thrown: unknown): string | null {
  if (thrown instanceof DatabaseError) {
    const found = outside.find(([code]) => thrown.code?.startsWith(code));
    return found === undefined ? null : `${found[1]} (${thrown.message})`;
  }
  if (!(thrown instanceof Error)) return null;
  const { code } = thrown as NodeJS.ErrnoException;
  const said = thrown.message === "" ? (code ?? "") : thrown.message;
  return broken.test(`${code ?? ""} ${said}`) ? said : null;
}
