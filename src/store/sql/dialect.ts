/**
 * What SQLite and PostgreSQL say differently, phrase by phrase. Every text in `store/sql` is one for both but for these.
 * A phrase has no placeholders of its own, unless it says so.
 */
export interface Dialect {
  /** The condition that a column is among what a select gives, which is asked first and once. */
  readonly isIn: (column: string, select: string) => string;
  /**
   * The condition that a row's `id` is among those a select gives, which is taken by one transaction at a time: rows that
   * another one is taking at this moment are passed over, not waited for.
   */
  readonly idIsFreeIn: (select: string) => string;
  /**
   * The same for two selects, of which the second is only asked for what the first has not given: the placeholder of this
   * phrase is for how many rows there are in all.
   */
  readonly idIsFreeInEither: (first: string, second: string) => string;
  /** Ends a select whose rows nobody else may change until the transaction has ended; null where nobody else writes. */
  readonly heldRows: string | null;
}

/** One writer at a time: nobody else can be taking anything. */
export const sqliteDialect: Dialect = {
  isIn: (column, select) => `${column} IN (${select})`,
  idIsFreeIn: (select) => `id IN (${select})`,
  idIsFreeInEither: (first, second) => `id IN (SELECT id FROM (${first}) UNION ALL SELECT id FROM (${second}) LIMIT ?)`,
  heldRows: null,
};

/**
 * The array makes the select run once. As a plain `IN` it is joined as the planner likes: from the table that it takes for
 * small, or with the select run again for every row, which then takes more rows than its limit. A row that somebody took after this statement began is looked at as it is now, before it is locked.
 *
 * Source: https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
export const postgresDialect: Dialect = {
  isIn: (column, select) => `${column} = ANY (ARRAY(${select}))`,
  idIsFreeIn: (select) => `id = ANY (ARRAY(${select} FOR UPDATE SKIP LOCKED))`,
  idIsFreeInEither: (first, second) =>
    `id = ANY (ARRAY(SELECT id FROM (${first} FOR UPDATE SKIP LOCKED) AS one
      UNION ALL SELECT id FROM (${second} FOR UPDATE SKIP LOCKED) AS other LIMIT ?))`,
  heldRows: " FOR UPDATE",
};
