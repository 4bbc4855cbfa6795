import type { Page, Paging } from "../../core/paging.js";
import type { Dialect } from "./dialect.js";
import { listStatement, type Row, type SqlValue, type Statement } from "./statement.js";

/** Columns and what they have to be; those that are undefined do not filter. */
export type Filter = Readonly<Record<string, SqlValue | undefined>>;

/** A list, and what of it is asked for. */
export interface Search {
  /** Without conditions. */
  readonly select: string;
  readonly table: string;
  /** The column that orders the list and that cursors name: no two rows have the same. */
  readonly order: string;
  /** The narrowest first. Each has an index of its columns, which are texts, and then of the one that orders the list. */
  readonly filters: readonly Filter[];
  /** A column that has a small index too, for something else: what another filter finds is checked for it, row by row. */
  readonly checked?: string;
  /**
   * Given where no row fits two filters, but several rows are about one thing: the condition that the thing which a row is
   * about has a row that fits another filter.
   */
  readonly alsoFits?: (filter: Filter) => Statement;
}

/** How rows become items. */
export interface PageShape<T> {
  readonly convert: (row: Row) => T;
  readonly cursor: (item: T) => string;
}

/** How many of the rows that a filter finds are looked at. */
export interface Looks {
  /** At once, at first: most pages need no more. */
  readonly first: number;
  /** At once, later: bounds how long another list waits. */
  readonly largest: number;
  /** For one page: bounds how long that takes. */
  readonly most: number;
}

/** A row takes about a microsecond, so that a page takes some 30 ms, and another list waits for 6. */
export const standardLooks: Looks = { first: 400, largest: 6_400, most: 30_000 };

/** Each look is so many times larger than the one before. */
const GROWTH = 4;

/** What a search is done with. */
export interface LookingBack<T> {
  readonly shape: PageShape<T>;
  /** Answers a statement that gives many rows. */
  readonly many: (statement: Statement) => Promise<readonly Row[]>;
  readonly dialect: Dialect;
  readonly looks: Looks;
}

/** Writes one page of what a search finds, by whatever index the database takes. */
export function searchStatement({ select, table, order, filters }: Search, { cursor, limit }: Paging): Statement {
  const where = Object.fromEntries(filters.flatMap((filter) => ofTable(table, filter)));
  return listStatement({ select, order: `${table}.${order}`, where, cursor, limit: limit + 1 });
}

/**
 * Gives one page of a search by two filters or more. Each of them may find a million rows, and both together none, so what they
 * have in common is looked for in pieces: of what the filter finds that reaches furthest back with as many rows, those that the
 * others find too. Other lists are answered between two pieces.
 *
 * When so many were looked at that it would take long, the page is what was found so far, perhaps nothing, and `next` is the
 * last place that was looked at.
 */
export async function lookBack<T>(
  search: Search,
  { cursor, limit }: Paging,
  { shape, many, dialect, looks }: LookingBack<T>,
): Promise<Page<T>> {
  const items: T[] = [];
  let place = cursor;
  let size = looks.first;
  for (let looked = 0; looked < looks.most; looked += size, size = Math.min(size * GROWTH, looks.largest)) {
    const [edges = {}] = await many(edgesStatement(search, place, size));
    const reached = furthest(search.filters.map((_, index) => edges[`edge_${index}`] ?? null));
    const piece = { leading: reached.filter, place, edge: reached.edge, limit: limit + 1 - items.length };
    items.push(...(await many(pieceStatement(search, piece, dialect))).map(shape.convert));
    const last = items[limit - 1];
    if (items.length > limit && last !== undefined) return { items: items.slice(0, limit), next: shape.cursor(last) };
    if (reached.edge === null) return { items, next: null };
    place = reached.edge;
  }
  return { items, next: place ?? null };
}

/** The filter whose rows reach furthest back, and where they end; null when it has no more of them. */
function furthest(edges: readonly SqlValue[]): { readonly filter: number; readonly edge: string | null } {
  let filter = 0;
  for (const [index, edge] of edges.entries()) {
    if (edge === null) return { filter: index, edge: null };
    if (String(edge) < String(edges[filter])) filter = index;
  }
  return { filter, edge: String(edges[filter]) };
}

/** Asks of each filter for the last of so many rows that it finds, which its index alone tells. */
export function edgesStatement(search: Search, place: string | undefined, size: number): Statement {
  const column = `${search.table}.${search.order}`;
  const edges = search.filters.map((filter) => {
    const range = rangeOf(search, filter, place);
    return {
      sql: `SELECT ${column} FROM ${search.table} WHERE ${textOf(range)} ORDER BY ${column} DESC LIMIT 1 OFFSET ?`,
      values: [...range.flatMap(({ values }) => values), size - 1],
    };
  });
  return {
    sql: `SELECT ${edges.map(({ sql }, index) => `(${sql}) AS edge_${index}`).join(", ")}`,
    values: edges.flatMap(({ values }) => values),
  };
}

interface Piece {
  /** The filter whose rows are gone through. */
  readonly leading: number;
  /** They come after this; absent for the beginning. */
  readonly place: string | undefined;
  /** The last of them, by its place and not by their number: more may have come meanwhile. Null for all that are left. */
  readonly edge: string | null;
  /** How many are wanted. */
  readonly limit: number;
}

/** Asks for those of a filter's next rows that all others find too. */
export function pieceStatement(search: Search, { leading, place, edge, limit }: Piece, dialect: Dialect): Statement {
  const { select, table, order, filters, alsoFits } = search;
  const own = filters[leading] ?? {};
  const others = filters.filter((filter) => filter !== own);
  const column = `${table}.${order}`;
  const range = rangeOf(search, own, place);
  if (edge !== null) range.push({ sql: `${column} >= ?`, values: [edge] });
  const leader = `SELECT ${column} FROM ${table} WHERE ${textOf(range)}`;
  const conditions = [
    { sql: dialect.isIn(column, leader), values: range.flatMap(({ values }) => values) },
    ...(alsoFits === undefined ? narrowed(search, others) : []),
    ...(alsoFits === undefined ? [] : [...equalities(table, own), ...others.map(alsoFits)]),
  ];
  return {
    sql: `${select} WHERE ${textOf(conditions)} ORDER BY ${column} DESC LIMIT ?`,
    values: [...conditions.flatMap(({ values }) => values), limit],
  };
}

/** What one filter finds from a place on. */
function rangeOf({ table, order }: Search, filter: Filter, place: string | undefined): Statement[] {
  const before = place === undefined ? [] : [{ sql: `${table}.${order} < ?`, values: [place] }];
  return [...equalities(table, filter), ...before];
}

function textOf(conditions: readonly Statement[]): string {
  return conditions.map(({ sql }) => sql).join(" AND ");
}

/**
 * The first filter finds the rows, through its index; the others are said so that no index fits them, or PostgreSQL may take
 * a small one that is for something else and go through all of it.
 */
function narrowed({ table, checked }: Search, [first = {}, ...others]: readonly Filter[]): Statement[] {
  const found = checked !== undefined && checked in first ? {} : first;
  const rest = (found === first ? others : [first, ...others]).flatMap((filter) => ofTable(table, filter));
  return [
    ...equalities(table, found),
    ...rest.map(([column, value]) => ({ sql: `${column} || '' = ?`, values: [value] })),
  ];
}

function equalities(table: string, filter: Filter): Statement[] {
  return ofTable(table, filter).map(([column, value]) => ({ sql: `${column} = ?`, values: [value] }));
}

function ofTable(table: string, filter: Filter): (readonly [string, SqlValue])[] {
  return Object.entries(filter).flatMap(([column, value]) =>
    value === undefined ? [] : [[`${table}.${column}`, value] as const],
  );
}
