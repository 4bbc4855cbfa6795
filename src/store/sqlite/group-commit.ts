import { PatchbayError } from "../../core/errors.js";
import type { Guard, SqlValue, Write } from "../sql/statement.js";
import type { Database } from "./database.js";
import type { Job, JobResult } from "./protocol.js";
import { toStoreError } from "./sqlite-error.js";

/** A job that writes. */
type WriteJob = Job & { readonly work: Extract<Job["work"], { kind: "commit" | "write" | "check" }> };

/**
 * Applies jobs in one transaction. A job whose guard refuses writes nothing and the others go on; when the database
 * itself refuses something unexpected, the transaction is rolled back and every job gets one of its own, so that only
 * the guilty one fails. A condition outside (disk full, read-only) fails them all, and the next call tries anew.
 */
export function commitGroup(database: Database, jobs: readonly WriteJob[], path: string): readonly JobResult[] {
  try {
    return inTransaction(database, () => jobs.map((job) => perform(database, job)));
  } catch (thrown) {
    const error = toStoreError(thrown, path);
    if (error === null && jobs.length > 1) return jobs.flatMap((job) => commitGroup(database, [job], path));
    const { code, message } = error ?? new PatchbayError("INTERNAL_ERROR", `The database refused: ${String(thrown)}`);
    return jobs.map(({ id }) => ({ id, refusal: { code, message } }));
  }
}

function inTransaction<T>(database: Database, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** A full disk may have rolled the transaction back by itself already. */
function rollBack(database: Database): void {
  try {
    database.exec("ROLLBACK");
  } catch (error) {
    if (!String(error).includes("no transaction is active")) throw error;
  }
}

function perform(database: Database, { id, work }: WriteJob): JobResult {
  if (work.kind === "check") {
    database.run({ sql: "UPDATE schema_migrations SET applied_at = applied_at WHERE number = 1", values: [] });
    return { id, rows: [] };
  }
  if (work.kind === "write") return { id, rows: database.all(work.statement) };
  const refusal = firstRefusal(database, work.writes);
  if (refusal !== null) return { id, refusal };
  for (const { statements } of work.writes) for (const statement of statements) database.run(statement);
  return { id, rows: [] };
}

/** Asks every guard before anything is written; a change sees what earlier changes of its own commit will have done. */
function firstRefusal(database: Database, writes: readonly Write[]): Guard["refusal"] | null {
  const overlay = new Map<string, SqlValue>();
  for (const { guard, outcome } of writes) {
    if (outcome !== undefined) overlay.set(outcome.overlay, outcome.becomes);
    if (guard === null) continue;
    const found = overlay.has(guard.overlay) ? (overlay.get(guard.overlay) ?? null) : firstColumn(database, guard);
    if (!guard.allowed.includes(found)) return guard.refusal;
    overlay.set(guard.overlay, guard.becomes);
  }
  return null;
}

function firstColumn(database: Database, guard: Guard): SqlValue {
  const [row] = database.all(guard);
  return row === undefined ? null : (Object.values(row)[0] ?? null);
}
