import { parentPort, workerData } from "node:worker_threads";
import { PatchbayError } from "../../core/errors.js";
import type { Row } from "../sql/statement.js";
import { type Database, openDatabase } from "./database.js";
import { commitGroup } from "./group-commit.js";
import { migrate } from "./migrate.js";
import type { FromThread, Job, JobResult, ThreadData } from "./protocol.js";
import { reclaim } from "./reclaim.js";
import { toStoreError } from "./sqlite-error.js";
import { createUnpacker, toAnswers } from "./wire.js";

/** Jobs in one transaction at most: bounds how long a commit waits for others. */
const MAX_GROUP = 500;

type WriteJob = Parameters<typeof commitGroup>[1][number];

/**
 * Works through jobs in the order they came: neighbours that write share one transaction. While one transaction is on
 * its way to the disk, the next jobs gather, so the group grows with the load.
 */
function serve(data: ThreadData, port: NonNullable<typeof parentPort>): void {
  const { path } = data;
  const say = (message: FromThread): void => port.postMessage(message);
  let database: Database;
  try {
    database = openFor(data);
    say({ opened: true });
  } catch (thrown) {
    const { code, message } = toStoreError(thrown, path) ?? new PatchbayError("INTERNAL_ERROR", String(thrown));
    say({ failed: { code, message } });
    return;
  }

  const unpack = createUnpacker();
  let checkpointing: Database | null = null;
  const waiting: Job[] = [];
  let scheduled = false;

  function drain(): void {
    scheduled = false;
    const jobs = waiting.splice(0, MAX_GROUP);
    say({ answers: toAnswers(work(jobs)) });
    if (waiting.length > 0) schedule();
  }

  /** One turn of the event loop later, so that what has arrived meanwhile joins the group. */
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(drain);
  }

  function work(jobs: readonly Job[]): JobResult[] {
    const results: JobResult[] = [];
    let group: WriteJob[] = [];
    const flush = (): void => {
      if (group.length > 0) results.push(...commitGroup(database, group, path));
      group = [];
    };
    for (const job of jobs) {
      if (isRead(job)) {
        flush();
        results.push(attempt(job, () => database.all(job.work.statement)));
      } else if (job.work.kind === "reclaim") {
        flush();
        results.push(attempt(job, () => reclaim(database)));
      } else if (job.work.kind === "checkpoint") {
        results.push(attempt(job, checkpoint));
      } else {
        group.push(job as WriteJob);
      }
    }
    flush();
    return results;
  }

  /** A reader's own connection cannot: it only reads. */
  function checkpoint(): readonly Row[] {
    checkpointing ??= openDatabase(path, { readOnly: false });
    checkpointing.exec("PRAGMA wal_checkpoint(PASSIVE)");
    return [];
  }

  function attempt({ id }: Job, answer: () => readonly Row[]): JobResult {
    try {
      return { id, rows: answer() };
    } catch (thrown) {
      const { code, message } =
        toStoreError(thrown, path) ?? new PatchbayError("INTERNAL_ERROR", `The database refused: ${String(thrown)}`);
      return { id, refusal: { code, message } };
    }
  }

  port.on("message", (message: readonly string[] | "close") => {
    if (message === "close") {
      while (waiting.length > 0) drain();
      checkpointing?.close();
      database.close();
      port.close();
      return;
    }
    for (const text of message) waiting.push(unpack(text));
    schedule();
  });
}

function openFor({ path, role, migrationsFolder, maxPages }: ThreadData): Database {
  const database = openDatabase(path, { readOnly: role === "reader" });
  try {
    if (role === "writer") migrate(database, migrationsFolder);
    if (maxPages !== null) database.exec(`PRAGMA max_page_count = ${maxPages}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

type ReadJob = Job & { readonly work: Extract<Job["work"], { kind: "read" }> };

function isRead(job: Job): job is ReadJob {
  return job.work.kind === "read";
}

if (parentPort) serve(workerData as ThreadData, parentPort);
