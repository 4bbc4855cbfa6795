import { type ErasureStep, names, type Spellings } from "../../../core/erasure.js";
import type { Reads } from "../reads.js";
import { marks, type Row, type SqlValue, type Statement } from "../statement.js";
import type { ErasedShape } from "./shapes.js";

/** Rows looked through in one piece, and rows that name the contact after which no further one is added to it. */
const WINDOW = 1_000;
const MOST = 50;

/** Ids that one statement names. */
const CHUNK = 100;

/** What people put between the digits of a number; the database takes these out before it looks. */
const signs = [" ", "-", "(", ")", ".", "/", "\u00a0"];

/** Rows of one piece that name the contact. */
export interface Found {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/**
 * Looks through the next rows of a table: the database by a rough sign, then each row by how the contact can be written. A
 * database in which people are sealed sees no sign, and gives all of them.
 */
export async function findNext(
  { stage, contact, after }: Pick<ErasureStep, "stage" | "contact" | "after">,
  shape: ErasedShape,
  reads: Reads,
): Promise<Found> {
  const [along = "id"] = shape.key;
  const window = `SELECT MAX(k) AS last, COUNT(*) AS n
    FROM (SELECT ${along} AS k FROM ${stage} WHERE ${along} > ? ORDER BY ${along} LIMIT ${WINDOW}) AS w`;
  const [page] = await reads.many({ sql: window, values: [after ?? ""] }, ({ last, n }) => ({ last, n: Number(n) }));
  if (page === undefined || typeof page.last !== "string") return { rows: [], next: null };
  const searched = Object.keys(shape.columns);
  const isNamed = (row: Row): boolean => searched.some((column) => names(contact, String(row[column] ?? "")));
  if (reads.sealed) {
    const all = `SELECT ${columnsOf(shape)} FROM ${stage} WHERE ${along} > ? AND ${along} <= ? ORDER BY ${along}`;
    const opened: readonly Row[] = await reads.many({ sql: all, values: [after ?? "", page.last] }, (row) => row);
    const rows = opened.filter(isNamed);
    const last = rows[MOST - 1]?.[along];
    // The order of what is sealed is the database's: what is alike is asked for, not what comes before.
    const end = rows.findLastIndex((row) => row[along] === last) + 1;
    if (last !== undefined) return { rows: rows.slice(0, end), next: String(last) };
    return { rows, next: page.n < WINDOW ? null : page.last };
  }
  const { sql, values } = roughly(searched, contact);
  const select = `SELECT ${columnsOf(shape)} FROM ${stage} WHERE ${along} > ? AND ${along} <= ? AND (${sql})
    ORDER BY ${along} LIMIT ${MOST}`;
  const rough = await reads.many({ sql: select, values: [after ?? "", page.last, ...values] }, (row) => row);
  const rows = rough.filter(isNamed);
  if (rough.length === MOST) return { rows, next: String(rough.at(-1)?.[along]) };
  return { rows, next: page.n < WINDOW ? null : page.last };
}

/** The columns that are needed to erase a row. */
export function columnsOf({ key, columns, more = [] }: ErasedShape): string {
  return [...new Set([...key, ...Object.keys(columns), ...more])].join(", ");
}

/** Looks rows up by one of their columns; `select` ends with `IN`. */
export async function lookUp(select: string, ids: readonly string[], reads: Reads): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let at = 0; at < ids.length; at += CHUNK) {
    const some = ids.slice(at, at + CHUNK);
    const values = [...some, ...Array<string>(CHUNK - some.length).fill("")];
    const [head, tail = ""] = select.split(" IN#");
    rows.push(...(await reads.many({ sql: `${head} IN (${marks(CHUNK)})${tail}`, values }, (row) => row)));
  }
  return rows;
}

function roughly(columns: readonly string[], { value, national }: Spellings): Statement {
  const forms: readonly SqlValue[] =
    national !== null ? [`%${national}%`] : [value, encodeURIComponent(value).toLowerCase()].map(like);
  const digits = (column: string): string => signs.reduce((sql, sign) => `replace(${sql}, '${sign}', '')`, column);
  const conditions = columns.flatMap((column) =>
    forms.map(() => (national === null ? `lower(${column}) LIKE ? ESCAPE '!'` : `${digits(column)} LIKE ?`)),
  );
  return { sql: conditions.join(" OR "), values: columns.flatMap(() => forms) };
}

function like(text: string): string {
  return `%${text.replace(/[!%_]/g, "!$&")}%`;
}
