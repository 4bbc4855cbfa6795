import { firstIdAt } from "../../../core/id.js";
import {
  type Cutoffs,
  noLongerKept,
  type RetentionStage,
  type Sweep,
  textNoLongerKept,
} from "../../../core/retention.js";
import { columns, fromInstant } from "../columns.js";
import type { Reads } from "../reads.js";
import { marks, type Row, type Statement } from "../statement.js";
import { latest } from "./event-facts.js";
import type { PlannedSweep } from "./event-sweep.js";

/** Rows looked at in one piece of work. */
const PAGE = 200;

const mark = JSON.stringify(noLongerKept);

/** Things that go by themselves: what is looked at, in order, and what of it is due. */
interface ListStage {
  /** Null when none of them is ever to go. */
  select(cutoffs: Cutoffs, after: string | null): Statement | null;
  /** Where the next page begins. */
  cursor(row: Row): string;
  isDue(row: Row, cutoffs: Cutoffs): boolean;
  /** The column that names what goes. */
  readonly name: string;
  readonly table: string;
  /** Given where the contents go before the row does. */
  readonly emptying?: Emptying;
  /** What other tables have of it, which goes with the row, or with its contents. */
  along?(names: readonly string[], whole: boolean): readonly Statement[];
}

/** How a row loses its contents; a column of the page says whether it has. */
interface Emptying {
  /** `column = ?, …`, with these values. */
  readonly set: string;
  readonly values: readonly string[];
  isDue(row: Row, cutoffs: Cutoffs): boolean;
}

const isPast = (at: number | null, cutoff: Date | null): boolean =>
  at !== null && cutoff !== null && at < cutoff.getTime();
const idOf = (row: Row): string => columns(row).text("id");

/** What was raised by a run goes with the run; here are those of none, and those that came after their run had gone. */
const notifications: ListStage = {
  table: "notifications",
  name: "id",
  select: ({ succeeded, failed }, after) => {
    const until = latest([succeeded, failed]);
    const sql = `SELECT n.id, n.level, n.created_at, CASE WHEN r.id IS NULL THEN 1 ELSE 0 END AS alone
      FROM notifications n LEFT JOIN runs r ON r.id = n.run_id WHERE n.id > ? AND n.id < ? ORDER BY n.id LIMIT ?`;
    return until === null ? null : { sql, values: [after ?? "", firstIdAt("ntf", until), PAGE] };
  },
  cursor: idOf,
  isDue: (row, { succeeded, failed }) => {
    const { text, number } = columns(row);
    const isTrouble = text("level") === "warning" || text("level") === "error";
    return number("alone") === 1 && isPast(number("created_at"), isTrouble ? failed : succeeded);
  },
};

/** Counts of what is no longer there: the newest notification has gone, and none is open. */
const issues: ListStage = {
  table: "issues",
  name: "fingerprint",
  select: ({ failed }, after) => {
    const sql = `SELECT i.fingerprint, i.last_notification_id, CASE WHEN EXISTS (
        SELECT 1 FROM notifications n WHERE n.id = i.last_notification_id
      ) OR EXISTS (
        SELECT 1 FROM notifications n WHERE n.fingerprint = i.fingerprint
        AND n.state <> 'resolved' AND n.level IN ('warning', 'error')
      ) THEN 1 ELSE 0 END AS live
      FROM issues i WHERE i.last_notification_id > ? AND i.last_notification_id < ?
      ORDER BY i.last_notification_id LIMIT ?`;
    return failed === null ? null : { sql, values: [after ?? "", firstIdAt("ntf", failed), PAGE] };
  },
  cursor: (row) => columns(row).text("last_notification_id"),
  isDue: (row) => columns(row).number("live") === 0,
};

/** What a customer wrote goes behind its event, and behind the run that it answers. */
const received: ListStage = {
  table: "received",
  name: "id",
  select: ({ succeeded, payload }, after) => {
    const until = latest([succeeded, payload]);
    const sql = `SELECT c.id, c.received_at, CASE WHEN e.id IS NULL AND r.id IS NULL THEN 1 ELSE 0 END AS alone,
      CASE WHEN (e.id IS NULL OR e.closed_at IS NOT NULL) AND (r.id IS NULL OR a.id IS NULL OR a.closed_at IS NOT NULL)
        AND c.raw <> ? THEN 1 ELSE 0 END AS full_and_closed
      FROM received c LEFT JOIN events e ON e.id = c.event_id LEFT JOIN runs r ON r.id = c.run_id
      LEFT JOIN events a ON a.id = r.event_id WHERE c.id > ? AND c.id < ? ORDER BY c.id LIMIT ?`;
    return until === null ? null : { sql, values: [mark, after ?? "", firstIdAt("rcv", until), PAGE] };
  },
  emptying: {
    set: "body = ?, media = ?, raw = ?",
    values: [textNoLongerKept, "[]", mark],
    isDue: (row, { payload }) =>
      columns(row).number("full_and_closed") === 1 && isPast(columns(row).number("received_at"), payload),
  },
  along: filesAlong,
  cursor: idOf,
  isDue: (row, { succeeded }) =>
    columns(row).number("alone") === 1 && isPast(columns(row).number("received_at"), succeeded),
};

/** The files of received messages: their bytes with the contents, themselves with the message. */
function filesAlong(names: readonly string[], whole: boolean): readonly Statement[] {
  const these = `received_id IN (${marks(PAGE)})`;
  const values = padded(names);
  const files = whole
    ? `DELETE FROM attachments WHERE ${these}`
    : `UPDATE attachments SET state = 'gone', url = '', due_at = NULL WHERE ${these}`;
  return [
    {
      sql: `DELETE FROM attachment_pieces WHERE attachment_id IN (SELECT id FROM attachments WHERE ${these})`,
      values,
    },
    { sql: files, values },
  ];
}

/** Only closed ones of which nothing is left. */
const conversations: ListStage = {
  table: "conversations",
  name: "id",
  select: ({ succeeded }, after) => {
    const sql = `SELECT v.id, v.last_received_id, CASE WHEN v.state <> 'open' AND NOT EXISTS (
        SELECT 1 FROM received c WHERE c.conversation_id = v.id
      ) THEN 1 ELSE 0 END AS spent
      FROM conversations v WHERE v.last_received_id > ? AND v.last_received_id < ? ORDER BY v.last_received_id LIMIT ?`;
    return succeeded === null ? null : { sql, values: [after ?? "", firstIdAt("rcv", succeeded), PAGE] };
  },
  cursor: (row) => columns(row).text("last_received_id"),
  isDue: (row) => columns(row).number("spent") === 1,
};

const quarantine: ListStage = {
  table: "quarantined_records",
  name: "id",
  select: ({ succeeded, payload }, after) => {
    const until = latest([succeeded, payload]);
    const sql = `SELECT id, state, updated_at, CASE WHEN document <> ? THEN 1 ELSE 0 END AS has_document
      FROM quarantined_records WHERE id > ? AND id < ? ORDER BY id LIMIT ?`;
    return until === null ? null : { sql, values: [mark, after ?? "", firstIdAt("qua", until), PAGE] };
  },
  emptying: {
    set: "document = ?, problems = ?",
    values: [mark, "[]"],
    isDue: (row, { payload }) =>
      columns(row).text("state") !== "held" &&
      columns(row).number("has_document") === 1 &&
      isPast(columns(row).number("updated_at"), payload),
  },
  cursor: idOf,
  isDue: (row, { succeeded }) =>
    columns(row).text("state") !== "held" && isPast(columns(row).number("updated_at"), succeeded),
};

const operations: ListStage = {
  table: "operations",
  name: "id",
  select: ({ succeeded }, after) => {
    const sql = "SELECT id, finished_at FROM operations WHERE id > ? AND id < ? ORDER BY id LIMIT ?";
    return succeeded === null ? null : { sql, values: [after ?? "", firstIdAt("opr", succeeded), PAGE] };
  },
  cursor: idOf,
  isDue: (row, { succeeded }) => isPast(columns(row).numberOrNull("finished_at"), succeeded),
};

/** They go with their broadcast, and before it. */
const recipients: ListStage = {
  table: "broadcast_recipients",
  name: "id",
  select: ({ succeeded }, after) => {
    const sql = `SELECT r.id, b.finished_at FROM broadcast_recipients r JOIN broadcasts b ON b.id = r.broadcast_id
      WHERE r.id > ? AND r.id < ? ORDER BY r.id LIMIT ?`;
    return succeeded === null ? null : { sql, values: [after ?? "", firstIdAt("rcp", succeeded), PAGE] };
  },
  cursor: idOf,
  isDue: (row, { succeeded }) => isPast(columns(row).numberOrNull("finished_at"), succeeded),
};

/** Only ended ones of which no recipient is left. */
const broadcasts: ListStage = {
  table: "broadcasts",
  name: "id",
  select: ({ succeeded }, after) => {
    const sql = `SELECT b.id, b.finished_at, CASE WHEN EXISTS (
        SELECT 1 FROM broadcast_recipients r WHERE r.broadcast_id = b.id
      ) THEN 1 ELSE 0 END AS has_recipients
      FROM broadcasts b WHERE b.id > ? AND b.id < ? ORDER BY b.id LIMIT ?`;
    return succeeded === null ? null : { sql, values: [after ?? "", firstIdAt("bct", succeeded), PAGE] };
  },
  cursor: idOf,
  isDue: (row, { succeeded }) =>
    columns(row).number("has_recipients") === 0 && isPast(columns(row).numberOrNull("finished_at"), succeeded),
};

/** They have no ids; the cursor is their instant and their key. */
const answers: ListStage = {
  table: "answers",
  name: "key",
  select: (cutoffs, after) => {
    if (cutoffs.answers === null) return null;
    const place = after ?? "0:";
    const at = Number(place.slice(0, place.indexOf(":")));
    const sql = `SELECT key, created_at FROM answers WHERE created_at < ? AND created_at >= ?
      AND (created_at > ? OR key > ?) ORDER BY created_at, key LIMIT ?`;
    const values = [fromInstant(cutoffs.answers), at, at, place.slice(place.indexOf(":") + 1), PAGE];
    return { sql, values };
  },
  cursor: (row) => `${columns(row).number("created_at")}:${columns(row).text("key")}`,
  isDue: () => true,
};

const stages: Readonly<Record<Exclude<RetentionStage, "events">, ListStage>> = {
  notifications,
  issues,
  received,
  conversations,
  quarantine,
  operations,
  recipients,
  broadcasts,
  answers,
};

/** Looks at the next things of a stage, and says what is to be written; nothing is written here. */
export async function planListSweep(
  { stage, cutoffs, after }: Sweep & { readonly stage: Exclude<RetentionStage, "events"> },
  reads: Reads,
): Promise<PlannedSweep> {
  const { select, cursor, isDue, emptying, along, name, table } = stages[stage];
  const statement = select(cutoffs, after);
  const page = statement === null ? [] : await reads.many(statement, (row) => row);
  const nameOf = (row: Row): string => columns(row).text(name);
  const due = page.filter((row) => isDue(row, cutoffs)).map(nameOf);
  const emptied = page.filter((row) => emptying?.isDue(row, cutoffs) && !isDue(row, cutoffs)).map(nameOf);
  const last = page.at(-1);
  const these = `WHERE ${name} IN (${marks(PAGE)})`;
  const writes: Statement[] = [];
  if (due.length > 0) writes.push(...(along?.(due, true) ?? []));
  if (emptied.length > 0) writes.push(...(along?.(emptied, false) ?? []));
  if (due.length > 0) writes.push({ sql: `DELETE FROM ${table} ${these}`, values: padded(due) });
  if (emptying !== undefined && emptied.length > 0) {
    writes.push({
      sql: `UPDATE ${table} SET ${emptying.set} ${these}`,
      values: [...emptying.values, ...padded(emptied)],
    });
  }
  return {
    next: page.length < PAGE || last === undefined ? null : cursor(last),
    counts: {
      ...(due.length === 0 ? {} : { [stage]: due.length }),
      ...(emptied.length === 0 ? {} : { contents: emptied.length }),
    },
    writes,
  };
}

/** As many as the texts have marks for, so that there is one text whatever the number. */
function padded(names: readonly string[]): readonly string[] {
  return [...names, ...Array<string>(PAGE - names.length).fill("")];
}
