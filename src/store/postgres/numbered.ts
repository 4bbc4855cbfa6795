import { type SqlParameter, type SqlValue, storable } from "../sql/statement.js";

/** Writes a text with `?` placeholders as PostgreSQL wants it: `$1`, `$2`, … */
export function toNumbered(sql: string): string {
  let count = 0;
  return sql.replaceAll(/'[^']*'|\?/g, (found) => {
    if (found !== "?") return found;
    count += 1;
    return `$${count}`;
  });
}

/** Texts kept at most; those beyond are written again each time. */
const MAX_TEXTS = 1_000;

/** A text as PostgreSQL wants it, and the name under which connections keep it prepared. */
export interface Prepared {
  readonly text: string;
  readonly name: string;
}

/** Remembers the texts of one store; names are the same on all of its connections. */
export function createNumbering(): (sql: string) => Prepared {
  const known = new Map<string, Prepared>();
  return (sql) => {
    const found = known.get(sql);
    if (found) return found;
    const prepared = { text: toNumbered(sql), name: `patchbay_${known.size}` };
    if (known.size < MAX_TEXTS) known.set(sql, prepared);
    return known.has(sql) ? prepared : { ...prepared, name: "" };
  };
}

/** Gives a parameter as a column holds it. */
export function toColumn(value: SqlParameter): SqlValue {
  return typeof value === "object" && value !== null ? JSON.stringify(value.json) : storable(value);
}
