import type { ErrorCode } from "../../core/error-catalogue.js";
import { firstIdAt, type IdPrefix } from "../../core/id.js";
import type { Span } from "../../core/store-filters.js";

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

/** What a commit is refused with. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A statement that writes; a change is one or more of them, in order. */
export interface Write extends Statement {
  /** Given when the statement guards its commit: when it changes no row, nothing of the commit is stored. */
  readonly refusal?: Refusal;
  /** Given when it makes runs due that listen to these topics: it may be joined with others that do. */
  readonly wakes?: { readonly topics: readonly string[]; readonly at: number };
}

/**
 * Gives a text as every database can keep it: NUL, which PostgreSQL refuses and the SQLite driver takes for the end (so
 * that two keys would be one), becomes U+FFFD, as halves of surrogate pairs do in UTF-8.
 */
export function storable<T extends SqlParameter>(value: T): T | string {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

/** Writes `INSERT INTO table (…) VALUES (…)` for these columns. */
export function insertInto(table: string, columns: readonly string[], rest = ""): string {
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks(columns.length)})${rest === "" ? "" : ` ${rest}`}`;
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

/** Writes `column = ?, …` for these columns. */
export function assignments(columns: readonly string[]): string {
  return columns.map((column) => `${column} = ?`).join(", ");
}

/** Writes `?, …` for so many values. */
export function marks(count: number): string {
  return Array(count).fill("?").join(", ");
}

/** Writes a walk through what was made between two instants, oldest first; `select` may have conditions of its own. */
export function spanStatement(select: string, prefix: IdPrefix, { from, until, after, limit }: Span): Statement {
  const first = firstIdAt(prefix, from);
  const start = after !== null && after > first ? after : first;
  const and = select.includes(" WHERE ") ? "AND" : "WHERE";
  return {
    sql: `${select} ${and} id > ? AND id < ? ORDER BY id LIMIT ?`,
    values: [start, firstIdAt(prefix, until), limit],
  };
}
