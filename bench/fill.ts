import { firstIdAt } from "../src/core/id.js";
import { AREAS } from "./order.js";

/** What writes below the store: in heaps, and without waiting for the disk. */
export interface BulkDatabase {
  exec(sql: string): Promise<void>;
  /** Names of a table's columns, in order. */
  columnsOf(table: string): Promise<readonly string[]>;
}

/** What is to be made of seeds that were committed as of an instant. */
export interface FillPlan {
  readonly seededAt: Date;
  /** Copies of each seed. */
  readonly copies: number;
  /** Between two copies. */
  readonly stepMs: number;
  readonly progress: (copies: number) => void;
}

/** Tables of an order's life, each with the column whose id says when a row was made. */
const TABLES = [
  ["events", "id"],
  ["records", "event_id"],
  ["record_index", "event_id"],
  ["runs", "id"],
  ["effects", "id"],
  ["messages", "id"],
  ["notifications", "id"],
] as const;

/** Copies that one statement makes: bounds what a database keeps in memory for it. */
const COPIES_AT_ONCE = 25;

/** The key that a copy of a seed has; copy 0 is the seed itself. */
export function keyOfCopy(key: string, copy: number): string {
  return copy === 0 ? key : `${labelOf(copy)}${key}`;
}

/** The number that a copy of a seed's customer has. */
export function phoneOfCopy(phone: string, copy: number): string {
  return copy === 0 ? phone : `+1${areaOf(copy)}${phone.slice(5)}`;
}

function labelOf(copy: number): string {
  return `${String(copy).padStart(7, "0")}-`;
}

/** So many copies for one area that a customer has a hundred orders, however many there are in all: who has more has longer lists. */
const COPIES_OF_AN_AREA = 10;

function areaOf(copy: number): string {
  return AREAS[Math.floor(copy / COPIES_OF_AN_AREA) % AREAS.length] ?? "202";
}

/**
 * Copies seeds inside the database, row by row with everything they have, as if the same orders had come again and again
 * later: ids get another time, keys another name, customers another area code. A million orders cross no wire.
 */
export async function fillWithCopies(database: BulkDatabase, plan: FillPlan): Promise<void> {
  const { copies } = plan;
  const seedTime = timePart(plan.seededAt);
  await database.exec(
    "CREATE TABLE bench_copies (n INTEGER PRIMARY KEY, time TEXT NOT NULL, label TEXT NOT NULL, area TEXT NOT NULL, later BIGINT NOT NULL)",
  );
  const texts = [];
  for (const [table, id] of TABLES) {
    await database.exec(
      `CREATE TABLE bench_${table} AS SELECT * FROM ${table} WHERE substr(${id}, 5, ${seedTime.length}) = '${seedTime}' ORDER BY ${id}`,
    );
    texts.push(copyText(table, await database.columnsOf(table), seedTime));
  }
  for (let first = 1; first <= copies; first += COPIES_AT_ONCE) {
    const last = Math.min(copies, first + COPIES_AT_ONCE - 1);
    await database.exec(copyRows(first, last, plan));
    for (const text of texts) await database.exec(`${text} WHERE c.n BETWEEN ${first} AND ${last}`);
    plan.progress(last);
  }
  for (const name of ["copies", ...TABLES.map(([table]) => table)]) await database.exec(`DROP TABLE bench_${name}`);
}

function copyRows(first: number, last: number, { seededAt, stepMs }: FillPlan): string {
  const rows = Array.from({ length: last - first + 1 }, (_, index) => {
    const copy = first + index;
    const later = copy * stepMs;
    const time = timePart(new Date(seededAt.getTime() + later));
    return `(${copy}, '${time}', '${labelOf(copy)}', '${areaOf(copy)}', ${later})`;
  });
  return `INSERT INTO bench_copies (n, time, label, area, later) VALUES ${rows.join(", ")}`;
}

/** The part of every id that says when it was made. */
function timePart(at: Date): string {
  return firstIdAt("run", at).slice("run_".length);
}

function copyText(table: string, columns: readonly string[], seedTime: string): string {
  const values = columns.map((column) => copiedValue(table, column, seedTime));
  return `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM bench_copies c CROSS JOIN bench_${table} s`;
}

/** Names whose values hold ids of the seed, some of them inside other text. */
const IDS: ReadonlySet<string> = new Set(["id", "caused_by_run", "dedupe_key", "vendor_id", "decisions", "parent_run"]);

function copiedValue(table: string, column: string, seedTime: string): string {
  const phone = (text: string): string => `'+1' || c.area || substr(${text}, 6)`;
  if (column === "recipient") return phone("s.recipient");
  if (column === "value") {
    return `CASE s.field WHEN 'email' THEN c.label || s.value WHEN 'shipping_address.phone' THEN ${phone("s.value")} ELSE s.value END`;
  }
  if (column === "key" && table !== "effects") return "c.label || s.key";
  if (column.endsWith("_at")) return `s.${column} + c.later`;
  const holdsIds = column === "key" || column.endsWith("_id") || IDS.has(column);
  return holdsIds ? `replace(s.${column}, '${seedTime}', c.time)` : `s.${column}`;
}
