import { PatchbayError } from "../../core/errors.js";
import type { Refusal } from "../sql/statement.js";
import type { Database } from "./database.js";
import type { Job, JobResult } from "./protocol.js";
import { toStoreError } from "./sqlite-error.js";

/** A job that writes. */
type WriteJob = Job & { readonly work: Extract<Job["work"], { kind: "commit" | "write" | "check" }> };

/**
 * Applies jobs in one transaction, in order, so that each finds what the ones before it wrote. A job that a guard refuses
 * writes nothing and the others go on, also when the database itself refuses something unexpected of it. A condition
 * outside (disk full, read-only) fails them all, and the next call tries anew.
 *
 * Refusals are rare, so the jobs go without savepoints first; when one has to be taken back after it has written something,
 * all go again, each under a savepoint of its own.
 */
export function commitGroup(database: Database, jobs: readonly WriteJob[], path: string): readonly JobResult[] {
  try {
    return inTransaction(database, () => jobs.map((job) => perform(database, job)));
  } catch (thrown) {
    if (jobs.length > 1 && isOfOneJob(thrown, path)) return commitApart(database, jobs, path);
    return failAll(jobs, toRefusal(thrown, path));
  }
}

function commitApart(database: Database, jobs: readonly WriteJob[], path: string): readonly JobResult[] {
  try {
    return inTransaction(database, () => jobs.map((job) => performApart(database, job, path)));
  } catch (thrown) {
    return failAll(jobs, toRefusal(thrown, path));
  }
}

function failAll(jobs: readonly WriteJob[], refusal: Refusal): readonly JobResult[] {
  return jobs.map(({ id }) => ({ id, refusal }));
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

/** @throws what a guard refuses with, when the job has written something before it */
function perform(database: Database, { id, work }: WriteJob): JobResult {
  if (work.kind === "check") {
    database.run({ sql: "UPDATE schema_migrations SET applied_at = applied_at WHERE number = 1", values: [] });
    return { id, rows: [] };
  }
  if (work.kind === "write") return { id, rows: database.all(work.statement) };
  const refused = work.writes.findIndex((write) => database.run(write) === 0 && write.refusal !== undefined);
  const refusal = work.writes[refused]?.refusal;
  if (refusal === undefined) return { id, rows: [] };
  if (refused > 0) throw new PatchbayError(refusal.code, refusal.message);
  return { id, refusal };
}

function performApart(database: Database, job: WriteJob, path: string): JobResult {
  database.exec("SAVEPOINT job");
  try {
    const result = perform(database, job);
    database.exec("RELEASE job");
    return result;
  } catch (thrown) {
    if (!isOfOneJob(thrown, path)) throw thrown;
    database.exec("ROLLBACK TO job; RELEASE job");
    return { id: job.id, refusal: toRefusal(thrown, path) };
  }
}

/** Whether the others can go on: a guard refused, or the database itself refused what this job wrote. */
function isOfOneJob(thrown: unknown, path: string): boolean {
  return thrown instanceof PatchbayError || toStoreError(thrown, path) === null;
}

function toRefusal(thrown: unknown, path: string): Refusal {
  const { code, message } =
    toStoreError(thrown, path) ?? new PatchbayError("INTERNAL_ERROR", `The database refused: ${String(thrown)}`);
  return { code, message };
}
