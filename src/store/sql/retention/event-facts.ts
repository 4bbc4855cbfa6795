import { firstIdAt } from "../../../core/id.js";
import { type Cutoffs, noLongerKept, type Sweep } from "../../../core/retention.js";
import { columns } from "../columns.js";
import type { Row, Statement } from "../statement.js";

/** How long after it was closed an event's rows go: whoever was about to replay it then is through. */
export const GRACE_MS = 3_600_000;

/** What decides what becomes of one event and of what it started. */
export interface EventFacts {
  readonly id: string;
  readonly kind: string;
  readonly createdAt: number;
  readonly closedAt: number | null;
  readonly stripped: boolean;
  /** Whether its document is the record. */
  readonly newest: boolean;
  readonly runs: number;
  readonly openRuns: number;
  readonly endedAt: number | null;
  /** Whether a run of it did not end well, or raised a warning or an error. */
  readonly troubled: boolean;
  /**
   * Whether an outcome is unknown, its own or of another call to one of its recipients; or a message has not left the vendor yet,
   * and may have to be taken back.
   */
  readonly doubted: boolean;
  /** Whether the record's next version may be replayed still, which needs this one. */
  readonly needed: boolean;
  /** Whether the run that caused it is there still: replayed, it must find what it has started. */
  readonly caused: boolean;
}

/** An EXISTS that stands among the columns PostgreSQL answers by reading the whole table once, which then has to be small. */
export const isThere = (from: string): string => `((SELECT 1 FROM ${from} LIMIT 1) IS NOT NULL)`;

const flag = (condition: string): string => `CASE WHEN ${condition} THEN 1 ELSE 0 END`;

/** The next version comes soon after, unless the clocks of two machines differ: then it is looked for from the beginning. */
const nextIsOpen = (place: string): string => `(SELECT CASE WHEN n.closed_at IS NULL THEN 1 ELSE 0 END FROM events n
    WHERE n.data_type = e.data_type AND n.key = e.key${place} AND n.version = e.version + 1 ORDER BY n.id LIMIT 1)`;

const warned = `runs r JOIN notifications n ON n.run_id = r.id
    WHERE r.event_id = e.id AND n.level IN ('warning', 'error')`;
const sameRecipient =
  "effects d WHERE d.state = 'unknown' AND d.recipient = f.recipient AND d.connection = f.connection";
const doubtful = `runs r JOIN effects f ON f.run_id = r.id WHERE r.event_id = e.id
    AND (f.state NOT IN ('done', 'refused') OR ${isThere(sameRecipient)})`;

/** Looked for by its run: of all scheduled ones there may be many. */
const scheduled = `runs r JOIN messages m ON m.run_id = r.id WHERE r.event_id = e.id AND m.status || '' = 'scheduled'`;

/** Every part is found through an index, so that a page costs the same however much there is. */
const selectFacts = `SELECT e.id, e.kind, e.created_at, e.closed_at,
  CASE WHEN e.payload = ? THEN 1 ELSE 0 END AS stripped,
  ${flag(isThere("records r WHERE r.data_type = e.data_type AND r.key = e.key AND r.event_id = e.id"))} AS newest,
  (SELECT COUNT(*) FROM runs r WHERE r.event_id = e.id) AS runs,
  (SELECT COUNT(*) FROM runs r WHERE r.event_id = e.id AND +r.finished_at IS NULL) AS open_runs,
  (SELECT MAX(r.finished_at) FROM runs r WHERE r.event_id = e.id) AS ended_at,
  ${flag(`${isThere("runs r WHERE r.event_id = e.id AND r.status <> 'succeeded'")} OR ${isThere(warned)}`)} AS troubled,
  ${flag(`${isThere(doubtful)} OR ${isThere(scheduled)}`)} AS doubted,
  CASE WHEN e.version IS NULL THEN 0
    ELSE COALESCE(${nextIsOpen(" AND n.id > e.id")}, ${nextIsOpen("")}, 0) END AS needed,
  ${flag(isThere("runs c WHERE c.id = e.caused_by_run"))} AS caused
  FROM events e WHERE e.id > ? AND e.id < ? ORDER BY e.id LIMIT ?`;

/** Looks at the next events that are old enough for anything; null when nothing is ever to go. */
export function eventFactsStatement({ cutoffs, after }: Sweep, limit: number): Statement | null {
  const until = latest([cutoffs.succeeded, cutoffs.failed, cutoffs.payload]);
  if (until === null) return null;
  return { sql: selectFacts, values: [JSON.stringify(noLongerKept), after ?? "", firstIdAt("evt", until), limit] };
}

/** Gives the last of these instants; null when there is none. */
export function latest(instants: readonly (Date | null)[]): Date | null {
  return instants.reduce((last, at) => (last === null || (at !== null && at > last) ? at : last), null);
}

export function toEventFacts(row: Row): EventFacts {
  const { text, number, numberOrNull } = columns(row);
  const is = (name: string): boolean => number(name) === 1;
  return {
    id: text("id"),
    kind: text("kind"),
    createdAt: number("created_at"),
    closedAt: numberOrNull("closed_at"),
    stripped: is("stripped"),
    newest: is("newest"),
    runs: number("runs"),
    openRuns: number("open_runs"),
    endedAt: numberOrNull("ended_at"),
    troubled: is("troubled"),
    doubted: is("doubted"),
    needed: is("needed"),
    caused: is("caused"),
  };
}

/** What is to be done with one event. */
export interface EventDues {
  /** It is not replayed any more; what its runs were given and gave goes. */
  readonly close: boolean;
  /** Its document goes. */
  readonly strip: boolean;
  /** Its runs go, with their effects, messages and notifications. */
  readonly dropRuns: boolean;
  readonly drop: boolean;
}

/**
 * Decides what becomes of an event. Nothing happens while a run of it is open, an outcome is unknown or a message is scheduled. What goes was
 * closed before; the newest event of a record is the record and stays, and so does what tells that a silence was noticed.
 */
export function duesOf(facts: EventFacts, cutoffs: Cutoffs, now: Date): EventDues {
  const endedAt = Math.max(facts.createdAt, facts.endedAt ?? 0);
  const isOver = (cutoff: Date | null): boolean => cutoff !== null && endedAt < cutoff.getTime();
  const settled = facts.openRuns === 0 && !facts.doubted;
  const outlived = settled && isOver(facts.troubled ? cutoffs.failed : cutoffs.succeeded);
  const close = facts.closedAt === null && settled && (outlived || isOver(cutoffs.payload));
  const isClosed = close || facts.closedAt !== null;
  const dispensable = settled && !facts.newest && !facts.needed;
  const rested = facts.closedAt !== null && facts.closedAt <= now.getTime() - GRACE_MS;
  return {
    close,
    strip: isClosed && dispensable && !facts.stripped,
    dropRuns: rested && outlived && facts.runs > 0,
    drop: rested && outlived && dispensable && !facts.caused && facts.kind !== "silence.noticed",
  };
}
