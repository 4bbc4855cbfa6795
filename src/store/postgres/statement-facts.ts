/** What a text says about the rows it writes. */
export interface StatementFacts {
  readonly table: string;
  /**
   * Places of the values that name the one thing a statement is about, so that statements about different things may change
   * places; empty when it is about more than one, or about something that only the database knows.
   */
  readonly subject: readonly number[];
  /** Given for a statement that equal ones may be joined to. */
  readonly rows: Rows | null;
}

/** The parts of a text around its rows: those that an insert writes, or those that each of equal updates or deletions is about. */
export interface Rows {
  readonly head: string;
  /** One row, with its placeholders. */
  readonly row: string;
  readonly tail: string;
  readonly width: number;
  /** The text without its rows: texts that differ in their number of rows only have the same. */
  readonly shape: string;
  /** Whether a row of nothing but NULL changes nothing, so that there may be some too many. */
  readonly padded: boolean;
}

/** What the statements of a table are about. A table that is not named here keeps its statements in order. */
const subjects: ReadonlyMap<string, readonly string[]> = new Map([
  ["api_keys", ["id"]],
  ["answers", ["key"]],
  ["attachments", ["id"]],
  ["attachment_pieces", ["attachment_id", "number"]],
  ["breakers", ["connection"]],
  ["broadcast_recipients", ["run_id"]],
  ["broadcasts", ["id"]],
  ["collection_versions", ["name", "integrity"]],
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
  ["hourly_counts", ["hour"]],
  ["issues", ["fingerprint"]],
  ["messages", ["effect_id"]],
  ["message_checks", ["message_id"]],
  ["walks", ["name"]],
  ["notifications", ["id"]],
  ["operations", ["id"]],
  ["overlays", ["collection", "file"]],
  ["processes", ["name"]],
  ["publishers", ["key"]],
  ["quarantined_records", ["id"]],
  ["received", ["id"]],
  ["record_index", ["data_type", "key"]],
  ["records", ["data_type", "key"]],
  ["run_items", ["run_id", "step_id", "batch"]],
  ["run_topics", ["run_id"]],
  ["runs", ["id"]],
  ["schedules", ["flow"]],
  ["turns", ["place"]],
  ["user_sessions", ["id"]],
  ["users", ["id"]],
]);

const insertShape = /^(INSERT INTO (\w+) \(([^)]*)\) VALUES )((?:\((?:\?, )*\?\)(?:, )?)+)([\s\S]*)$/;
const tableShape = /^(?:UPDATE|DELETE FROM) (\w+)/;

/** Tables whose equal updates and deletions are joined: those of an order's way. */
const joined: readonly string[] = ["effects", "messages", "notifications", "records", "runs", "turns"];

/** Their columns that are numbers: a row of a join has to say so. */
const isNumber =
  /(?:_at|_micros|_rank|^attempts?$|^deleted|^depth|^fence|^item_index|^lane|^segments|^shard|^version|^wakes)$/;

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
      rows: joins
        ? {
            head,
            row: `(${names.map(() => "?").join(", ")})`,
            tail,
            shape: head + tail,
            width: names.length,
            padded: false,
          }
        : null,
    };
  }
  const table = tableShape.exec(sql)?.[1] ?? "";
  const keys = subjects.get(table) ?? [];
  const subject = subjectOfCondition(sql, keys);
  return { table, subject, rows: subject.length > 0 && joined.includes(table) ? rowsOfJoin(sql, keys, subject) : null };
}

/**
 * Writes an update or a deletion for many rows: as a join with the rows that each of them is given, of which it takes the columns
 * where it had placeholders. What a value is compared with, or written to, is the column named last before it.
 *
 * That a row's key is among those given follows from the rest, and is said because it leaves the planner no other way: however
 * small a table looked when it was planned, it is not gone through.
 */
function rowsOfJoin(sql: string, keys: readonly string[], places: readonly number[]): Rows | null {
  const [, verb, what = "", condition] = /^(UPDATE|DELETE FROM) ([\s\S]*?)\sWHERE ([\s\S]*)$/.exec(sql) ?? [];
  if (verb === undefined || condition === undefined) return null;
  const values: string[] = [];
  const taking = (text: string): string => {
    let last = "";
    return text.replaceAll(/'[^']*'|\?|[a-z_]+/g, (found) => {
      if (found !== "?") {
        if (!found.startsWith("'")) last = found;
        return found;
      }
      values.push(isNumber.test(last) ? "?::bigint" : "?::text");
      return `given.c${values.length - 1}`;
    });
  };
  const target = taking(what);
  const where = taking(condition);
  const among = keys.map((key, place) => `${key} = ANY (ARRAY(SELECT c${places[place]} FROM given))`).join(" AND ");
  const head = `WITH given (${values.map((_, place) => `c${place}`).join(", ")}) AS MATERIALIZED (VALUES `;
  const tail = `) ${verb} ${target} ${verb === "UPDATE" ? "FROM" : "USING"} given WHERE ${among} AND ${where}`;
  return {
    head,
    row: `(${values.join(", ")})`,
    tail,
    shape: head + tail,
    width: values.length,
    padded: true,
  };
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
