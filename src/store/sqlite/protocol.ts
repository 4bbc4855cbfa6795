import type { Refusal, Row, Statement, Write } from "../sql/statement.js";

/** What a database thread is started with. */
export interface ThreadData {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly role: "writer" | "reader";
  /** Folder of the numbered migrations; the writer applies them. */
  readonly migrationsFolder: string;
  /** Largest size of the database in pages; null for as large as the disk. */
  readonly maxPages: number | null;
}

/** One piece of work for a database thread. */
export type Work =
  /** All writes or none; merged with other commits into one transaction. */
  | { readonly kind: "commit"; readonly writes: readonly Write[] }
  /** One statement that writes and may give rows, in a transaction of its own. */
  | { readonly kind: "write"; readonly statement: Statement }
  | { readonly kind: "read"; readonly statement: Statement }
  /** Whether the database can be written now. */
  | { readonly kind: "check" }
  /** Puts what the log has into the database, as far as nobody reads what was before it; holds up no writer. */
  | { readonly kind: "checkpoint" }
  /** Gives a few free pages back to the file system; one row when there are more. */
  | { readonly kind: "reclaim" };

export interface Job {
  readonly id: number;
  readonly work: Work;
}

export type JobResult =
  | { readonly id: number; readonly rows: readonly Row[] }
  | { readonly id: number; readonly refusal: Refusal };

/** What comes back: the ids of the jobs that gave no rows, and the rest as they are. */
export interface Answers {
  readonly done: readonly number[];
  readonly results: readonly JobResult[];
}

/** What a thread says: that it has opened the database, that it could not, or the results of jobs. */
export type FromThread = { readonly opened: true } | { readonly failed: Refusal } | { readonly answers: Answers };
