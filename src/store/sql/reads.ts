import type { Page, Paging } from "../../core/paging.js";
import type { Dialect } from "./dialect.js";
import { lookBack, type PageShape, type Search, searchStatement, standardLooks } from "./search.js";
import type { Row, Statement } from "./statement.js";

/** Answers a statement that reads. */
export type Ask = (statement: Statement) => Promise<readonly Row[]>;

/** Reads with rows converted. */
export interface Reads {
  /** Whether the database itself cannot look into what is about people: they are sealed there. */
  readonly sealed: boolean;
  /** Looks up one row. */
  one<T>(statement: Statement, convert: (row: Row) => T): Promise<T | null>;
  many<T>(statement: Statement, convert: (row: Row) => T): Promise<readonly T[]>;
  /** One page of a list; the statement asks for one row more than it has. */
  page<T>(statement: Statement, { limit }: Paging, shape: PageShape<T>): Promise<Page<T>>;
  /** One page of a list by any number of filters; by several it may have fewer items than there is room for, and go on. */
  search<T>(search: Search, paging: Paging, shape: PageShape<T>): Promise<Page<T>>;
}

/**
 * @param rows Answers what looks up one row.
 * @param lists Answers what may take long.
 */
export function readsOf(rows: Ask, lists: Ask, dialect: Dialect & { readonly sealed?: boolean }): Reads {
  const reads: Reads = {
    sealed: dialect.sealed ?? false,
    many: async (statement, convert) => (await lists(statement)).map(convert),
    one: (statement, convert) => rows(statement).then(([row]) => (row === undefined ? null : convert(row))),
    page: async (statement, { limit }, { convert, cursor }) => {
      const found = await lists(statement);
      const items = found.slice(0, limit).map(convert);
      const last = items.at(-1);
      return { items, next: found.length > limit && last !== undefined ? cursor(last) : null };
    },
    search: (search, paging, shape) => {
      const filters = search.filters.filter((filter) => Object.values(filter).some((value) => value !== undefined));
      if (filters.length < 2) return reads.page(searchStatement(search, paging), paging, shape);
      return lookBack({ ...search, filters }, paging, { shape, many: lists, dialect, looks: standardLooks });
    },
  };
  return reads;
}
