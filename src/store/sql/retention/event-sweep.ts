import {
  noLongerKept,
  type RetentionCounts,
  type Sweep,
  type Swept,
  textNoLongerKept,
} from "../../../core/retention.js";
import { columns, fromInstant } from "../columns.js";
import type { Dialect } from "../dialect.js";
import type { Reads } from "../reads.js";
import { marks, type Row, type Statement } from "../statement.js";
import { duesOf, type EventDues, type EventFacts, eventFactsStatement, isThere, toEventFacts } from "./event-facts.js";

/** Events looked at in one piece of work, and runs after which no further event is added to one. */
const PAGE = 100;
const MAX_RUNS = 200;

const theEvents = `IN (${marks(PAGE)})`;
const theirRuns = `IN (SELECT id FROM runs WHERE event_id ${theEvents} AND finished_at IS NOT NULL)`;

/** From here on none of these runs is opened again before the transaction has ended. */
const holdRuns = `SELECT id FROM runs WHERE event_id ${theEvents} AND finished_at IS NOT NULL ORDER BY id`;
/** A run that was opened again a moment ago keeps its event open: then nothing of it is closed. */
const close = `UPDATE events SET closed_at = ? WHERE id ${theEvents} AND closed_at IS NULL
  AND NOT ${isThere("runs WHERE runs.event_id = events.id AND +runs.finished_at IS NULL")}`;
const closedRuns = `IN (SELECT r.id FROM runs r JOIN events e ON e.id = r.event_id
  WHERE e.id ${theEvents} AND e.closed_at IS NOT NULL)`;
const stripEffects = `UPDATE effects SET request = ?, session = NULL, response = CASE WHEN response IS NULL THEN NULL ELSE ? END
  WHERE run_id ${closedRuns}`;
const stripNotifications = `UPDATE notifications SET request = CASE WHEN request IS NULL THEN NULL ELSE ? END,
  response = CASE WHEN response IS NULL THEN NULL ELSE ? END WHERE run_id ${closedRuns}`;
const stripMessages = `UPDATE messages SET body = ?, media = '[]' WHERE run_id ${closedRuns}`;
/** Only a run that goes on needs them. */
const dropItems = `DELETE FROM run_items WHERE run_id ${closedRuns}`;
/** The fence goes up, so that whoever is about to take the run up again plans anew, and learns that it is closed. */
const stripRun = `UPDATE runs SET steps = ?, item = CASE WHEN item IS NULL THEN NULL ELSE ? END, fence = fence + 1
  WHERE id = ? AND fence = ? AND finished_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM events e WHERE e.id = runs.event_id AND e.closed_at IS NOT NULL)`;
const stripEvents = `UPDATE events SET payload = ? WHERE id ${theEvents} AND closed_at IS NOT NULL`;
const selectResults = `SELECT id, fence, steps FROM runs WHERE event_id ${theEvents} AND finished_at IS NOT NULL`;

/** What refers to a run goes before it. */
const dropRuns = [
  `DELETE FROM messages WHERE run_id ${theirRuns}`,
  `DELETE FROM effects WHERE run_id ${theirRuns}`,
  `DELETE FROM notifications WHERE run_id ${theirRuns}`,
  `DELETE FROM run_topics WHERE run_id ${theirRuns}`,
  `DELETE FROM run_items WHERE run_id ${theirRuns}`,
  `DELETE FROM runs WHERE event_id ${theEvents} AND finished_at IS NOT NULL`,
];
const dropEvents = `DELETE FROM events WHERE id ${theEvents} AND closed_at IS NOT NULL
  AND NOT ${isThere("runs WHERE runs.event_id = events.id")}`;

const mark = JSON.stringify(noLongerKept);

interface Due {
  readonly facts: EventFacts;
  readonly dues: EventDues;
}

/** What a piece of work comes to, and what is to be written for it, in this order. */
export interface PlannedSweep extends Swept {
  readonly writes: readonly Statement[];
}

interface Place {
  readonly now: Date;
  readonly reads: Reads;
  readonly dialect: Dialect;
}

/** Looks at the next events, and says what is to be written; nothing is written here. */
export async function planEventSweep(sweep: Sweep, reads: Reads, dialect: Dialect): Promise<PlannedSweep> {
  const statement = eventFactsStatement(sweep, PAGE);
  if (statement === null) return { next: null, counts: {}, writes: [] };
  const page = await reads.many(statement, toEventFacts);
  const looked = upToRuns(page.map((facts) => ({ facts, dues: duesOf(facts, sweep.cutoffs, sweep.now) })));
  const through = looked.length === page.length && page.length < PAGE;
  return {
    next: through ? null : (looked.at(-1)?.facts.id ?? null),
    counts: countsOf(looked),
    writes: await writesFor(looked, { now: sweep.now, reads, dialect }),
  };
}

/** Cuts the page off where it has become enough work; one event that started very many runs is enough by itself. */
function upToRuns(page: readonly Due[]): readonly Due[] {
  let runs = 0;
  const end = page.findIndex(({ facts, dues }, index) => {
    if (dues.close || dues.dropRuns) runs += facts.runs;
    return runs > MAX_RUNS && index > 0;
  });
  return end === -1 ? page : page.slice(0, end);
}

function countsOf(looked: readonly Due[]): RetentionCounts {
  const dropped = looked.filter(({ dues }) => dues.dropRuns);
  return {
    payloads: looked.filter(({ dues }) => dues.close).length,
    runs: dropped.reduce((sum, { facts }) => sum + facts.runs, 0),
    events: looked.filter(({ dues }) => dues.drop).length,
  };
}

async function writesFor(looked: readonly Due[], at: Place): Promise<readonly Statement[]> {
  const those = (what: keyof EventDues): readonly string[] | null => {
    const ids = looked.filter(({ dues }) => dues[what]).map(({ facts }) => facts.id);
    return ids.length === 0 ? null : padded(ids);
  };
  const writes: Statement[] = [];
  const [closing, stripping, emptying, dropping] = [those("close"), those("strip"), those("dropRuns"), those("drop")];
  if (closing !== null) writes.push(...(await closingWrites(closing, at)));
  if (stripping !== null) writes.push({ sql: stripEvents, values: [mark, ...stripping] });
  if (emptying !== null) writes.push(...dropRuns.map((sql) => ({ sql, values: emptying })));
  if (dropping !== null) writes.push({ sql: dropEvents, values: dropping });
  return writes;
}

async function closingWrites(ids: readonly string[], { now, reads, dialect }: Place): Promise<readonly Statement[]> {
  const runs = await reads.many({ sql: selectResults, values: ids }, stripping);
  return [
    ...(dialect.heldRows === null ? [] : [{ sql: `${holdRuns}${dialect.heldRows}`, values: ids }]),
    { sql: close, values: [fromInstant(now), ...ids] },
    { sql: stripEffects, values: [mark, mark, ...ids] },
    { sql: stripNotifications, values: [mark, mark, ...ids] },
    { sql: stripMessages, values: [textNoLongerKept, ...ids] },
    { sql: dropItems, values: ids },
    ...runs,
  ];
}

/** A step keeps how it ended; what it gave goes. */
function stripping(row: Row): Statement {
  const { text, number, json } = columns(row);
  const steps = json<{ readonly output: unknown }[]>("steps").map((step) =>
    step.output === null ? step : { ...step, output: noLongerKept },
  );
  return { sql: stripRun, values: [JSON.stringify(steps), mark, text("id"), number("fence")] };
}

/** As many as the texts have marks for, so that there is one text whatever the number. */
function padded(ids: readonly string[]): readonly string[] {
  return [...ids, ...Array<string>(PAGE - ids.length).fill("")];
}
