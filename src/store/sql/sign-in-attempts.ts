import type { CountedAttempt } from "../../core/access-store.js";
import { columns } from "./columns.js";
import type { Ask, Reads } from "./reads.js";
import { insertInto, type Statement } from "./statement.js";

const countAttempt = insertInto(
  "sign_in_attempts",
  ["place", "busy_until"],
  `ON CONFLICT (place) DO UPDATE SET busy_until =
  CASE WHEN sign_in_attempts.busy_until > ? THEN sign_in_attempts.busy_until ELSE ? END + ?
  WHERE sign_in_attempts.busy_until <= ? RETURNING busy_until`,
);

function countStatement({ place, most, everyMs, now }: CountedAttempt): Statement {
  const at = now.getTime();
  return { sql: countAttempt, values: [place, at + everyMs, at, at, everyMs, at + (most - 1) * everyMs] };
}

const busyStatement = (place: string): Statement => ({
  sql: "SELECT busy_until FROM sign_in_attempts WHERE place = ?",
  values: [place],
});

/** Counts an attempt, or tells how many milliseconds too early it comes. */
export async function countSignInAttempt(
  attempt: CountedAttempt,
  { reads, write }: { reads: Reads; write: Ask },
): Promise<number> {
  const [counted] = await write(countStatement(attempt));
  if (counted !== undefined) return 0;
  const until = await reads.one(busyStatement(attempt.place), (row) => columns(row).number("busy_until"));
  return Math.max(1, (until ?? 0) - attempt.now.getTime() - (attempt.most - 1) * attempt.everyMs);
}

export function attemptTakenBack(place: string, everyMs: number): Statement {
  return { sql: "UPDATE sign_in_attempts SET busy_until = busy_until - ? WHERE place = ?", values: [everyMs, place] };
}

/** What lies behind counts for nothing any more. */
export function attemptsForgetting(before: Date): Statement {
  return { sql: "DELETE FROM sign_in_attempts WHERE busy_until < ?", values: [before.getTime()] };
}
