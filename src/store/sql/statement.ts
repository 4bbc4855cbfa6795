import type { ErrorCode } from "../../core/error-catalogue.js";

/** What a database takes and gives. */
export type SqlValue = string | number | null;

/** One row as the driver gives it. */
export type Row = { readonly [column: string]: SqlValue };

/**
 * A value that is kept as JSON text. The text is written by whoever executes the statement: SQLite's statements travel to
 * their thread as JSON anyway, and text inside text would be written twice on the way.
 */
export interface JsonValue {
  readonly json: unknown;
}

/** What a statement may be given for a placeholder. */
export type SqlParameter = SqlValue | JsonValue;

/** A SQL text with `?` placeholders and their values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlParameter[];
}

/** What guards of later changes of the same commit will find, before anything of it is written. */
export interface Outcome {
  /** Names the thing, so that two changes of one commit see each other. */
  readonly overlay: string;
  /** What the first column of the guard's query will be after this change. */
  readonly becomes: SqlValue;
}

/**
 * What must hold before a commit writes anything: the query's first column must be one of `allowed`
 * (`null` stands for "no row").
 */
export interface Guard extends Statement, Outcome {
  readonly allowed: readonly SqlValue[];
  readonly refusal: { readonly code: ErrorCode; readonly message: string };
}

/** One change as the database sees it. */
export interface Write {
  readonly guard: Guard | null;
  /** Of a write that nothing guards, but that later guards of its commit must see. */
  readonly outcome?: Outcome;
  readonly statements: readonly Statement[];
}

/**
 * Gives a text as every database can keep it: NUL, which PostgreSQL refuses and the SQLite driver takes for the end (so
 * that two keys would be one), becomes U+FFFD, as halves of surrogate pairs do in UTF-8.
 */
export function storable<T extends SqlParameter>(value: T): T | string {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

/** Writes without a guard. */
export function plainly(...statements: Statement[]): Write {
  return { guard: null, statements };
}

/** Writes `INSERT INTO table (…) VALUES (…)` for these columns. */
export function insertInto(table: string, columns: readonly string[], rest = ""): string {
  const marks = columns.map(() => "?").join(", ");
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})${rest === "" ? "" : ` ${rest}`}`;
}

/** One page of a list, newest first. */
export interface ListQuery {
  readonly select: string;
  /** The column that orders the list and that cursors name. */
  readonly order: string;
  /** Column to value; members that are undefined do not filter. */
  readonly where: Readonly<Record<string, SqlValue | undefined>>;
  readonly fixed?: string;
  readonly cursor: string | undefined;
  /** One more than the page has, to know whether there is a next one. */
  readonly limit: number;
}

/** Writes a keyset page: no OFFSET, no COUNT. */
export function listStatement({ select, order, where, fixed, cursor, limit }: ListQuery): Statement {
  const conditions: string[] = fixed === undefined ? [] : [fixed];
  const values: SqlValue[] = [];
  for (const [column, value] of Object.entries(where)) {
    if (value === undefined) continue;
    conditions.push(`${column} = ?`);
    values.push(value);
  }
  if (cursor !== undefined) {
    conditions.push(`${order} < ?`);
    values.push(cursor);
  }
  const filter = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return { sql: `${select}${filter} ORDER BY ${order} DESC LIMIT ?`, values: [...values, limit] };
}
