import type { JsonValue, Row, SqlValue } from "./statement.js";

/** An instant as a column: milliseconds since 1970. */
export function fromInstant(at: Date): number;
export function fromInstant(at: Date | null): number | null;
export function fromInstant(at: Date | null): number | null {
  return at === null ? null : at.getTime();
}

/** A JSON value as a column: its text, or NULL for null. */
export function fromJson(value: unknown): JsonValue | null {
  return value === null ? null : { json: value };
}

/** Reads typed columns from a row; a column that holds something else cannot happen and is said loudly. */
export function columns(row: Row): {
  text(name: string): string;
  textOrNull(name: string): string | null;
  number(name: string): number;
  numberOrNull(name: string): number | null;
  instant(name: string): Date;
  instantOrNull(name: string): Date | null;
  /** JSON of a shape that this store wrote itself. */
  json<T>(name: string): T;
  jsonOrNull<T>(name: string): T | null;
  /** One of a few words that this store wrote itself. */
  word<T extends string>(name: string): T;
} {
  const value = (name: string): SqlValue => row[name] ?? null;
  const text = (name: string): string => {
    const found = value(name);
    if (typeof found === "string") return found;
    throw new Error(`column ${name} is not text`);
  };
  const number = (name: string): number => {
    const found = value(name);
    if (found === null) throw new Error(`column ${name} is NULL`);
    return Number(found);
  };
  const orNull = <T>(name: string, read: (name: string) => T): T | null => (value(name) === null ? null : read(name));
  const instant = (name: string): Date => new Date(number(name));
  const json = <T>(name: string): T => JSON.parse(text(name)) as T;
  return {
    text,
    textOrNull: (name) => orNull(name, text),
    number,
    numberOrNull: (name) => orNull(name, number),
    instant,
    instantOrNull: (name) => orNull(name, instant),
    json,
    jsonOrNull: <T>(name: string) => orNull(name, (column) => json<T>(column)),
    word: <T extends string>(name: string) => text(name) as T,
  };
}
