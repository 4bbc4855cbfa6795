import type { KeySealer, SealProgress } from "../../../core/people-seal.js";
import type { Table } from "../../../core/tables.js";
import { marks, type Row, type SqlValue, type Statement } from "../statement.js";
import type { Cipher } from "./cipher.js";
import { isSealed, sealValue } from "./codec.js";
import { peopleColumns, type Sealing } from "./columns.js";
import { cipherOf, newDataKey, type Standing, standingMove, standingStatement, toStanding } from "./standing.js";

/** Rows that are turned in one transaction. */
const PAGE = 200;

/** A database that nobody else uses, as it is turned. */
export interface Turning {
  ask(statement: Statement): Promise<readonly Row[]>;
  /** All or none. @returns Rows changed by each. */
  commit(writes: readonly Statement[]): Promise<readonly number[]>;
  /** Names the columns of these tables, and those of them that name a row. */
  tables(names: readonly string[]): Promise<readonly Table[]>;
  /** Writes the database anew, without what it held before. */
  compact(): Promise<void>;
  readonly now: () => number;
}

/**
 * Turns every row of a database, then writes the database anew, then says that it is done. Begun and not finished, whichever
 * way, it goes on: what is turned already is recognised and left.
 *
 * @returns Rows that were changed.
 */
export async function turnPeople(
  to: "sealed" | "clear",
  turning: Turning,
  { sealer, progress }: { readonly sealer: KeySealer; readonly progress: SealProgress },
): Promise<number> {
  const before = await standingOf(turning);
  if (before.state === to) return 0;
  const dataKey = before.dataKey ?? newDataKey(sealer);
  const cipher = cipherOf(dataKey, sealer);
  const under: Standing = { state: to === "sealed" ? "sealing" : "unsealing", dataKey };
  await move(turning, before, under);
  let changed = 0;
  for (const table of await turning.tables(Object.keys(peopleColumns))) {
    changed += await turnTable(table, turning, { to, cipher, progress });
  }
  await turning.compact();
  await move(turning, under, { state: to, dataKey: to === "sealed" ? dataKey : null });
  return changed;
}

async function standingOf({ ask }: Turning): Promise<Standing> {
  const [row] = await ask(standingStatement);
  return row === undefined ? { state: "clear", dataKey: null } : toStanding(row);
}

async function move({ commit, now, ask }: Turning, from: Standing, to: Standing): Promise<void> {
  const [row] = await ask(standingStatement);
  const first = {
    sql: "INSERT INTO people_seals (name, state, data_key, changed_at) VALUES (?, ?, ?, ?)",
    values: ["people", to.state, to.dataKey, now()],
  };
  const [changed] = await commit([row === undefined ? first : standingMove(from, to, now())]);
  if (changed !== 1) throw new Error("somebody else has turned this database meanwhile");
}

interface Turn {
  readonly to: "sealed" | "clear";
  readonly cipher: Cipher;
  readonly progress: SealProgress;
}

/** A row whose key is sealed has another place then, where it is met again and left. */
async function turnTable({ name, key }: Table, { ask, commit }: Turning, turn: Turn): Promise<number> {
  const columns = Object.entries(peopleColumns[name] ?? {});
  const order = key.join(", ");
  const selected = [...new Set([...key, ...columns.map(([column]) => column)])].join(", ");
  const select = `SELECT ${selected} FROM ${name}`;
  const next = `${select} WHERE (${order}) > (${marks(key.length)}) ORDER BY ${order} LIMIT ${PAGE}`;
  let statement: Statement = { sql: `${select} ORDER BY ${order} LIMIT ${PAGE}`, values: [] };
  let changed = 0;
  for (;;) {
    const rows = await ask(statement);
    const writes = rows.flatMap((row) => turnedRow(row, { name, key, columns }, turn));
    if (writes.length > 0) await commit(writes);
    changed += writes.length;
    turn.progress(name, rows.length);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return changed;
    statement = { sql: next, values: key.map((column) => last[column] ?? null) };
  }
}

interface Shape {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly (readonly [column: string, sealing: Sealing])[];
}

function turnedRow(row: Row, { name, key, columns }: Shape, { to, cipher }: Turn): readonly Statement[] {
  const turned = columns.flatMap(([column, sealing]): [string, SqlValue][] => {
    const value = row[column] ?? null;
    const isThere = to === "sealed" ? isSealed(value, sealing, cipher.prefix) : !isOurs(value, cipher);
    if (isThere) return [];
    if (to === "clear") return [[column, cipher.open(String(value), column)]];
    return [[column, sealValue(cipher, { column, sealing, compared: false }, value)]];
  });
  if (turned.length === 0) return [];
  const set = turned.map(([column]) => `${column} = ?`).join(", ");
  const where = key.map((column) => `${column} = ?`).join(" AND ");
  const values = [...turned.map(([, value]) => value), ...key.map((column) => row[column] ?? null)];
  return [{ sql: `UPDATE ${name} SET ${set} WHERE ${where}`, values }];
}

function isOurs(value: SqlValue, { prefix }: Cipher): boolean {
  return typeof value === "string" && value.startsWith(prefix);
}
