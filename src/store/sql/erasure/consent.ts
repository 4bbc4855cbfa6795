import { decide, type ScopedStanding } from "../../../core/consent.js";
import { columns } from "../columns.js";
import type { Reads } from "../reads.js";
import type { Row, Statement } from "../statement.js";
import type { Plan } from "./rewrite.js";

/** An opt-out that holds stays with its contact, or nobody could honour it; its words go. The rest goes. */
export async function eraseConsent(contact: string, reads: Reads, plan: Plan): Promise<number> {
  const read = (sql: string): Promise<readonly Row[]> => reads.many({ sql, values: [contact] }, (row) => row);
  const standings = await read(
    "SELECT channel, scope, stop_id, start_id, out_id, in_id FROM consents WHERE contact = ?",
  );
  const entries = await read("SELECT id, channel, scope, word, reason FROM consent_entries WHERE contact = ?");
  const held = standings.filter((row) => decide(standingOf(row))?.state === "opted-out").map(placeOf);
  const changed = new Set<string>();
  for (const row of entries) {
    const write = entryWrite(row, held.includes(placeOf(row)));
    if (write === null) continue;
    changed.add(String(row.id));
    plan.writes.push(write);
  }
  for (const row of standings.filter((one) => !held.includes(placeOf(one)))) {
    plan.writes.push({
      sql: "DELETE FROM consents WHERE contact = ? AND channel = ? AND scope = ?",
      values: [contact, row.channel ?? null, row.scope ?? null],
    });
  }
  if (changed.size > 0) plan.rows.set("consent_entries", changed);
  return held.length;
}

function entryWrite(row: Row, held: boolean): Statement | null {
  const values = [row.id ?? null];
  if (!held) return { sql: "DELETE FROM consent_entries WHERE id = ?", values };
  if (row.word === null && row.reason === null) return null;
  return { sql: "UPDATE consent_entries SET word = NULL, reason = NULL WHERE id = ?", values };
}

function placeOf(row: Row): string {
  return `${row.channel} ${row.scope}`;
}

function standingOf(row: Row): ScopedStanding {
  const { text, textOrNull } = columns(row);
  return {
    ...{ scope: text("scope"), stopId: textOrNull("stop_id"), startId: textOrNull("start_id") },
    ...{ outId: textOrNull("out_id"), inId: textOrNull("in_id") },
  };
}
