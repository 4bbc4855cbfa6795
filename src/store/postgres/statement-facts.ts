/** What a text says about the rows it writes. */
export interface StatementFacts {
  readonly table: string;
  /**
   * Places of the values that name the one thing a statement is about, so that statements about different things may change
   * places; empty when it is about more than one, or about something that only the database knows.
   */
  readonly subject: readonly number[];
  /** Given for an insert of rows that others may be joined to. */
  readonly insert: Insert | null;
}

/** The parts of an insert's text around its rows. */
export interface Insert {
  readonly head: string;
  readonly tail: string;
  readonly width: number;
}

/** What the statements of a table are about. A table that is not named here keeps its statements in order. */
const subjects: ReadonlyMap<string, readonly string[]> = new Map([
  ["answers", ["key"]],
  ["breakers", ["connection"]],
  ["broadcast_recipients", ["run_id"]],
  ["broadcasts", ["id"]],
  ["collections", ["name"]],
  ["connection_checks", ["connection"]],
  ["connection_switches", ["connection"]],
  ["consent_entries", ["id"]],
  ["consents", ["contact", "channel", "scope"]],
  ["daily_counts", ["subject"]],
  ["effects", ["id"]],
  ["events", ["id"]],
  ["flow_versions", ["hash"]],
  ["flows", ["name"]],
  ["issues", ["fingerprint"]],
  ["messages", ["effect_id"]],
  ["notifications", ["id"]],
  ["operations", ["id"]],
  ["processes", ["name"]],
  ["quarantined_records", ["id"]],
  ["received", ["id"]],
  ["record_index", ["data_type", "key"]],
  ["records", ["data_type", "key"]],
  ["run_items", ["run_id", "step_id", "batch"]],
  ["run_topics", ["run_id"]],
  ["runs", ["id"]],
  ["schedules", ["flow"]],
  ["turns", ["place"]],
]);

const insertShape = /^(INSERT INTO (\w+) \(([^)]*)\) VALUES )((?:\((?:\?, )*\?\)(?:, )?)+)([\s\S]*)$/;
const tableShape = /^(?:UPDATE|DELETE FROM) (\w+)/;

/** Reads a text of `store/sql`; it is done once for each. */
export function factsOf(sql: string): StatementFacts {
  const [, head, into, columns, , tail] = insertShape.exec(sql) ?? [];
  if (head !== undefined && into !== undefined && columns !== undefined) {
    const names = columns.split(", ");
    const places = (subjects.get(into) ?? []).map((name) => names.indexOf(name));
    // A value behind the rows is one statement's own.
    const joins = tail !== undefined && placeholdersIn(tail) === 0;
    return {
      table: into,
      subject: places.includes(-1) ? [] : places,
      insert: joins ? { head, tail, width: names.length } : null,
    };
  }
  const table = tableShape.exec(sql)?.[1] ?? "";
  return { table, subject: subjectOfCondition(sql, subjects.get(table) ?? []), insert: null };
}

/** Finds `name = ?` for every name behind the WHERE; a text with a select in it is about whatever that finds. */
function subjectOfCondition(sql: string, names: readonly string[]): readonly number[] {
  const [, before, condition] = /^([\s\S]*?)\bWHERE\b([\s\S]*)$/.exec(sql) ?? [];
  if (before === undefined || condition === undefined || /\bSELECT\b/.test(sql)) return [];
  const first = placeholdersIn(before);
  const places = names.map((name) => {
    const at = condition.search(new RegExp(`(?<![\\w.])${name} = \\?`));
    return at === -1 ? -1 : first + placeholdersIn(condition.slice(0, at));
  });
  return places.includes(-1) ? [] : places;
}

function placeholdersIn(text: string): number {
  return text.replaceAll(/'[^']*'/g, "").split("?").length - 1;
}
