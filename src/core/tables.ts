import type { KeySealer, SealedRows, SealProgress } from "./people-seal.js";
import type { Sweep, Swept } from "./retention.js";
import type { Store } from "./store.js";

/** One table, as a backup names it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns whose values name a row, and order the table. */
  readonly key: readonly string[];
}

/** A row's values in the order of its table's columns. JSON is text, instants are milliseconds since 1970. */
export type TableRow = readonly (string | number | null)[];

/** A database as tables, all of them as they were at one instant, whatever is written meanwhile. */
export interface Snapshot {
  /** Numbers of the migrations that made it, ascending. */
  readonly migrations: readonly number[];
  /** What a process needs for itself only (leases, paces) is not among them. */
  readonly tables: readonly Table[];
  count(table: Table): Promise<number>;
  /** Gives all rows, a page at a time, in the order of their keys' UTF-8 bytes: the same order in every database. */
  rows(table: Table): AsyncIterable<readonly TableRow[]>;
  /** What a piece of retention's work would come to. */
  preview(sweep: Sweep): Promise<Swept>;
  close(): Promise<void>;
}

/** A database that is being filled. Nobody sees any of it before `finish`; a crash before leaves nothing. */
export interface Target {
  readonly tables: readonly Table[];
  write(table: Table, rows: readonly TableRow[]): Promise<void>;
  /** Reads back what was written; as a snapshot's. */
  rows(table: Table): AsyncIterable<readonly TableRow[]>;
  /** Names what refers to something that is not there, at most a few of each kind. */
  dangling(): Promise<readonly string[]>;
  /**
   * Applies the migrations that are missing, and makes everything durable and visible.
   *
   * @param hold When given, what was unfinished is held at this instant: nothing of it goes on by itself.
   * @returns What is held.
   */
  finish(hold: Date | null): Promise<Held>;
  /** Leaves things as they were. */
  abandon(): Promise<void>;
}

/** How much of what was unfinished does not go on by itself. */
export interface Held {
  readonly runs: number;
  readonly calls: number;
  readonly operations: number;
}

export const nothingHeld: Held = Object.freeze({ runs: 0, calls: 0, operations: 0 });

/** Which migrations a database has, and which this version knows. */
export interface MigrationState {
  readonly applied: readonly number[];
  readonly known: readonly number[];
}

/** What turning a database from one way to keep people to the other is done with. */
export interface TurnOptions {
  readonly sealer: KeySealer;
  readonly progress: SealProgress;
}

/** One database, behind the URL that names it: everything that is done with it as a whole. */
export interface DatabaseAccess {
  /** As messages name it: without a password. */
  readonly name: string;
  /**
   * @param processName What this process is called in leases.
   * @throws STORE_LOCKED, STORE_AHEAD, STORE_NOT_DURABLE, STORE_UNAVAILABLE
   */
  openStore(processName: string): Promise<Store>;
  /**
   * @param exclusive Whether no Patchbay may use the database meanwhile.
   * @throws STORE_LOCKED, STORE_UNAVAILABLE when there is no database
   */
  openSnapshot(options: { readonly exclusive: boolean }): Promise<Snapshot>;
  /**
   * @param migrations What the target has before it is filled: those that made what is written into it.
   * @throws TARGET_NOT_EMPTY, STORE_LOCKED, STORE_AHEAD, STORE_UNAVAILABLE
   */
  openTarget(migrations: readonly number[]): Promise<Target>;
  migrationState(): Promise<MigrationState>;
  /** @throws STORE_LOCKED, STORE_AHEAD, STORE_UNAVAILABLE */
  migrate(): Promise<void>;
  /**
   * Writes the database anew without its free space.
   * @returns Its size before and after, in bytes.
   * @throws STORE_LOCKED, STORE_UNAVAILABLE
   */
  compact(): Promise<{ readonly before: number; readonly after: number }>;
  /**
   * Seals people in every row, or opens what is sealed, then writes the database anew, so that its free space does not keep
   * them either. It goes on where it was when it was killed. The database is brought up to date first.
   * @throws STORE_LOCKED, STORE_AHEAD, STORE_UNAVAILABLE, SECRET_UNREADABLE
   */
  turnPeople(to: "sealed" | "clear", options: TurnOptions): Promise<SealedRows>;
}
