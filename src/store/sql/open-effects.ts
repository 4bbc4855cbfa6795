import { columns } from "./columns.js";
import type { Row, Statement } from "./statement.js";

/** Who has an effect whose outcome is open: what `effects.olderOpen` looks at. */
export function openEffectsStatement(limit: number): Statement {
  return {
    sql: `SELECT id, connection, recipient, attempts FROM effects
      WHERE settled_at IS NULL AND recipient IS NOT NULL ORDER BY connection, recipient, id LIMIT ?`,
    values: [limit],
  };
}

export function toOpenEffect(row: Row): { id: string; connection: string; recipient: string; attempts: number } {
  const { text, number } = columns(row);
  return { id: text("id"), connection: text("connection"), recipient: text("recipient"), attempts: number("attempts") };
}
