import { noLongerKept, textNoLongerKept } from "../../../core/retention.js";
import type { Row, SqlParameter, SqlValue, Statement, Write } from "../statement.js";
import { storable } from "../statement.js";
import type { Cipher } from "./cipher.js";
import type { Sealing } from "./columns.js";
import { type PeoplePlace, peoplePlacesOf } from "./placeholders.js";

/** Seals what goes into a database about people, and opens it in what comes back. */
export interface PeopleCodec {
  statement(statement: Statement): Statement;
  write(write: Write): Write;
  rows(rows: readonly Row[]): readonly Row[];
}

/** Texts whose placeholders are known at most; those beyond are looked at each time. */
const MAX_TEXTS = 4_000;

/** What says nothing about anybody stays as it is: retention looks for its mark, and an empty list is one. */
const clearTexts: ReadonlySet<string> = new Set([JSON.stringify(noLongerKept), textNoLongerKept, "[]", "{}"]);

/**
 * Makes what stands between a store's statements and its database. Whoever writes a statement knows nothing of it: what a value
 * is for is read from the text, once for each.
 */
export function createPeopleCodec(cipher: Cipher): PeopleCodec {
  const known = new Map<string, readonly (PeoplePlace | null)[] | null>();

  /** Null for a text that is about nobody. */
  function placesOf(sql: string): readonly (PeoplePlace | null)[] | null {
    const found = known.get(sql);
    if (found !== undefined) return found;
    const all = peoplePlacesOf(sql);
    const places = all.some((place) => place !== null) ? all : null;
    if (known.size < MAX_TEXTS) known.set(sql, places);
    return places;
  }

  const sealValues = (sql: string, values: readonly SqlParameter[]): readonly SqlParameter[] => {
    const places = placesOf(sql);
    if (places === null) return values;
    return values.map((value, index) => {
      const place = places[index] ?? null;
      return place === null ? value : sealValue(cipher, place, value);
    });
  };

  return {
    statement: ({ sql, values }) => ({ sql, values: sealValues(sql, values) }),
    write: (write) => {
      const values = sealValues(write.sql, write.values);
      const { wakes } = write;
      if (wakes === undefined) return { ...write, values };
      const topics = wakes.topics.map((topic) => cipher.seal(storable(topic), "matched", "topic"));
      return { ...write, values, wakes: { ...wakes, topics } };
    },
    rows: (rows) => rows.map((row) => openRow(cipher, row)),
  };
}

/** Gives a value as the column is to hold it. @throws when something is to be found by what is sealed with a random nonce */
export function sealValue(cipher: Cipher, { column, sealing, compared }: PeoplePlace, value: SqlParameter): SqlValue {
  if (value === null || typeof value === "number") return value;
  const text = typeof value === "object" ? JSON.stringify(value.json) : storable(value);
  if (text === "" || (sealing === "sealed" && clearTexts.has(text))) return text;
  if (compared && sealing === "sealed") throw new Error(`nothing can be found by ${column}, which is sealed`);
  return cipher.seal(text, sealing, column);
}

/** Tells whether a value of a column is as it has to be where people are sealed. */
export function isSealed(value: SqlValue, sealing: Sealing, prefix: string): boolean {
  if (typeof value !== "string" || value === "") return true;
  return value.startsWith(prefix) || (sealing === "sealed" && clearTexts.has(value));
}

function openRow(cipher: Cipher, row: Row): Row {
  let opened: Record<string, SqlValue> | null = null;
  for (const column in row) {
    const value = row[column];
    if (typeof value !== "string" || !value.startsWith(cipher.prefix)) continue;
    opened ??= { ...row };
    opened[column] = cipher.open(value, column);
  }
  return opened ?? row;
}
