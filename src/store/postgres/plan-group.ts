import type { SqlParameter, Statement, Write } from "../sql/statement.js";
import { type Waking, wakeTogether } from "../sql/topics.js";
import { factsOf, type Rows, type StatementFacts } from "./statement-facts.js";

/** One statement to be sent, made of one or more writes of a group. */
export interface Command extends Statement {
  /** Jobs that it writes for, by their places in the group. */
  readonly jobs: readonly number[];
  /** Rows that it has to change, or else a guard of one of its jobs has refused; null when there is no guard. */
  readonly guarded: number | null;
  /** Whether it makes runs due that other jobs may have put to rest. */
  readonly wakes: boolean;
}

/** Where what wakes resting runs has its place. */
const WAKING = "runs that listen";

/**
 * The order in which every transaction goes through the tables, so that two of them wait for each other in one direction
 * only. What reads another table comes after it (waking reads topics, resolving issues reads notifications); what many
 * processes write most comes last, because its locks are held for the rest of the transaction. Unknown tables come first.
 */
const tables: readonly string[] = [
  "audit_entries",
  "audit_anchors",
  "setup_tokens",
  "users",
  "user_sessions",
  "api_keys",
  "processes",
  "breakers",
  "definition_changes",
  "collections",
  "collection_versions",
  "overlays",
  "publishers",
  "flow_versions",
  "flows",
  "schedules",
  "operations",
  "broadcasts",
  "quarantined_records",
  "records",
  "record_index",
  "events",
  "turns",
  "run_items",
  "run_topics",
  "runs",
  WAKING,
  "effects",
  "messages",
  "conversations",
  "received",
  "broadcast_recipients",
  "consent_entries",
  "consents",
  "attachments",
  "attachment_pieces",
  "message_checks",
  "walks",
  "answers",
  "notifications",
  "issues",
  "daily_counts",
  "hourly_counts",
];

/** Texts whose facts are kept at most. */
const MAX_KNOWN = 1_000;

/** Rows of one statement: few sizes, because every connection plans each of its texts once. */
const chunkSizes = [64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1] as const;

/** The same where there may be rows too many. */
const paddedSizes = [2, 4, 8, 16, 32, 64] as const;
const LARGEST = 64;

interface Placed {
  readonly write: Write;
  readonly facts: StatementFacts;
  readonly job: number;
  readonly stage: string;
}

/** Plans what is sent for the writes of jobs. */
export interface GroupPlanner {
  /** Many jobs in one transaction. */
  together(jobs: readonly (readonly Write[])[]): readonly Command[];
  /** One job as it is: each write one statement, in the order given. */
  alone(job: readonly Write[]): readonly Command[];
}

/** Makes the planner of one store, which writes the same few texts again and again. */
export function createGroupPlanner(): GroupPlanner {
  const known = new Map<string, StatementFacts>();
  const factsFor = (sql: string): StatementFacts => {
    const found = known.get(sql) ?? factsOf(sql);
    if (known.size < MAX_KNOWN) known.set(sql, found);
    return found;
  };
  const place = (writes: readonly Write[], job: number): Placed[] => {
    const placed = writes.map((write) => ({ write, facts: factsFor(write.sql), job }));
    const last = placed.findLastIndex(({ write, facts }) => facts.table === "runs" && write.wakes === undefined);
    return placed.map((one, index) => ({
      ...one,
      stage: one.write.wakes !== undefined && index > last ? WAKING : one.facts.table,
    }));
  };
  return {
    together: (jobs) => planGroup(jobs.flatMap(place)),
    alone: (job) => place(job, 0).map(single),
  };
}

/**
 * Puts the writes of many jobs into the order of the tables. Writes about the same thing keep their order; those about
 * different things are sorted, so that all transactions lock rows in one order, and equal ones become one statement. Resting
 * runs are woken behind everything else that is done to runs, all at once: one that another job lays to rest in the same group is
 * then woken in vain, which does no harm. Only what a job does to runs after it has woken some comes after that.
 */
function planGroup(placed: readonly Placed[]): readonly Command[] {
  const byStage = groupBy(placed, ({ stage }) => stage);
  const rank = (table: string): number => tables.indexOf(table);
  return [...byStage]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .flatMap(([stage, writes]) => (stage === WAKING ? wakings(writes) : stretches(writes).flatMap(commandsOf)));
}

/** Each topic once, with the earliest instant at which its listeners are to be due. */
function wakings(writes: readonly Placed[]): readonly Command[] {
  const [only, another] = writes;
  if (only !== undefined && another === undefined) return [single(only)];
  const earliest = new Map<string, Waking>();
  for (const { write } of writes) {
    for (const topic of write.wakes?.topics ?? []) {
      const at = Math.min(write.wakes?.at ?? 0, earliest.get(topic)?.at ?? Number.POSITIVE_INFINITY);
      earliest.set(topic, { topic, at });
    }
  }
  const all = [...earliest.values()].sort((a, b) => compare(a.topic, b.topic));
  const jobs = [...new Set(writes.map(({ job }) => job))];
  return chunksOf(all, LARGEST).map((chunk) => ({
    ...wakeTogether(chunk, paddedSize(chunk.length)),
    jobs,
    guarded: null,
    wakes: true,
  }));
}

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}

function paddedSize(count: number): number {
  return paddedSizes.find((size) => size >= count) ?? LARGEST;
}

/** Cuts a table's writes into stretches without two about the same thing; what is about more than one thing stands alone. */
function stretches(writes: readonly Placed[]): readonly (readonly Placed[])[] {
  const done: Placed[][] = [];
  let rounds: Placed[][] = [];
  let seen = new Map<string, number>();
  for (const write of writes) {
    const { facts } = write;
    if (facts.subject.length === 0) {
      done.push(...rounds, [write]);
      [rounds, seen] = [[], new Map()];
      continue;
    }
    const subject = subjectOf(write);
    const round = seen.get(subject) ?? 0;
    seen.set(subject, round + 1);
    rounds[round] ??= [];
    rounds[round].push(write);
  }
  return [...done, ...rounds];
}

function subjectOf({ write, facts }: Placed): string {
  return facts.subject.map((place) => String(write.values[place])).join("\n");
}

/** Writes a stretch as few statements, in the order of what they are about. */
function commandsOf(stretch: readonly Placed[]): readonly Command[] {
  const keyed = stretch.map((placed) => ({ placed, subject: subjectOf(placed) }));
  keyed.sort((a, b) => compare(shapeOf(a.placed), shapeOf(b.placed)) || compare(a.subject, b.subject));
  const groups = groupBy(keyed, ({ placed }) => shapeOf(placed));
  return [...groups.values()].flatMap((group) => {
    const writes = group.map(({ placed }) => placed);
    const rows = writes[0]?.facts.rows ?? null;
    return rows === null || writes.length === 1 ? writes.map(single) : multiRow(writes, rows);
  });
}

/** Inserts that differ in their number of rows only have one shape. */
function shapeOf({ write, facts }: Placed): string {
  return facts.rows === null ? write.sql : facts.rows.shape;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function single({ write: { sql, values, refusal, wakes }, job }: Placed): Command {
  return { sql, values, jobs: [job], guarded: refusal === undefined ? null : 1, wakes: wakes !== undefined };
}

function multiRow(writes: readonly Placed[], shape: Rows): readonly Command[] {
  const { width, padded } = shape;
  const { values, owners } = rowsOf(writes, width);
  const commands: Command[] = [];
  for (let at = 0; at < owners.length; ) {
    const left = owners.length - at;
    const size = padded ? paddedSize(left) : (chunkSizes.find((size) => size <= left) ?? 1);
    const own = owners.slice(at, at + size);
    const given = values.slice(at * width, (at + size) * width);
    while (given.length < size * width) given.push(null);
    at += size;
    commands.push({
      sql: textOf(shape, size),
      values: given,
      jobs: [...new Set(own.map(({ job }) => job))],
      guarded: own.some(({ write }) => write.refusal !== undefined) ? own.length : null,
      wakes: false,
    });
  }
  return commands;
}

/** The values of all rows, one behind the other, and whose each row is. */
function rowsOf(writes: readonly Placed[], width: number): { values: SqlParameter[]; owners: Placed[] } {
  const values: SqlParameter[] = [];
  const owners: Placed[] = [];
  for (const placed of writes) {
    for (const value of placed.write.values) values.push(value);
    while (owners.length < values.length / width) owners.push(placed);
  }
  return { values, owners };
}

/** Few texts, each written once: a new one would have to be hashed anew to find how it is prepared. */
const texts = new WeakMap<Rows, Map<number, string>>();

function textOf(shape: Rows, size: number): string {
  const known = texts.get(shape) ?? new Map<number, string>();
  const text = known.get(size) ?? `${shape.head}${Array(size).fill(shape.row).join(", ")}${shape.tail}`;
  texts.set(shape, known.set(size, text));
  return text;
}

/** Keeps the order inside each group, and that of the groups' first members. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
