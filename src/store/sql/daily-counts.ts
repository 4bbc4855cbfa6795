import type { Change } from "../../core/change.js";
import type { DailyCount } from "../../core/store-filters.js";
import { columns } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const countSending = insertInto(
  "daily_counts",
  ["subject", "day", "sent", "most"],
  `ON CONFLICT (subject) DO UPDATE SET day = excluded.day, most = excluded.most,
  sent = CASE WHEN daily_counts.day = excluded.day THEN daily_counts.sent + excluded.sent ELSE excluded.sent END
  WHERE daily_counts.day < excluded.day OR (daily_counts.day = excluded.day
  AND (daily_counts.sent + excluded.sent <= excluded.most OR daily_counts.sent <= 0))`,
);

export function sendingCount({ subject, day, amount, most }: Extract<Change, { kind: "sending-counted" }>): Write {
  const message = `${subject} has sent what it may on ${day}`;
  return { sql: countSending, values: [subject, day, amount, most], refusal: { code: "DAILY_CAP_REACHED", message } };
}

export function sendingUncount({ subject, day, amount }: Extract<Change, { kind: "sending-uncounted" }>): Write {
  const sql = "UPDATE daily_counts SET sent = sent - ? WHERE subject = ? AND day = ?";
  return { sql, values: [amount, subject, day] };
}

export function capTelling({ subject, day }: Extract<Change, { kind: "daily-cap-told" }>): Write {
  return {
    sql: "UPDATE daily_counts SET told_day = ? WHERE subject = ? AND (told_day IS NULL OR told_day < ?)",
    values: [day, subject, day],
    refusal: { code: "DAILY_CAP_REACHED", message: `Somebody has told that ${subject} has sent what it may on ${day}` },
  };
}

export function dailyCountStatement(subject: string): Statement {
  return { sql: "SELECT day, sent, told_day FROM daily_counts WHERE subject = ?", values: [subject] };
}

export function toDailyCount(row: Row): DailyCount {
  const { text, textOrNull, number } = columns(row);
  return { day: text("day"), sent: number("sent"), toldDay: textOrNull("told_day") };
}
