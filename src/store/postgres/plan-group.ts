import type { SqlParameter, Statement, Write } from "../sql/statement.js";
import { factsOf, type Insert, type StatementFacts } from "./statement-facts.js";

/** One statement to be sent, made of one or more writes of a group. */
export interface Command extends Statement {
  /** Jobs that it writes for, by their places in the group. */
  readonly jobs: readonly number[];
  /** Rows that it has to change, or else a guard of one of its jobs has refused; null when there is no guard. */
  readonly guarded: number | null;
  /** Whether it makes runs due that other jobs may have put to rest. */
  readonly wakes: boolean;
}

/**
 * The order in which every transaction goes through the tables, so that two of them wait for each other in one direction
 * only. What reads another table comes after it (waking reads topics, resolving issues reads notifications); what many
 * processes write most comes last, because its locks are held for the rest of the transaction. Unknown tables come first.
 */
const tables: readonly string[] = [
  "processes",
  "breakers",
  "collections",
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
  "effects",
  "messages",
  "conversations",
  "received",
  "broadcast_recipients",
  "consent_entries",
  "consents",
  "answers",
  "notifications",
  "issues",
  "daily_counts",
];

/** Texts whose facts are kept at most. */
const MAX_KNOWN = 1_000;

/** Rows of a multi-row insert: few texts, so that each is prepared once. */
const chunkSizes = [64, 16, 4, 1] as const;

interface Placed {
  readonly write: Write;
  readonly facts: StatementFacts;
  readonly job: number;
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
  const place = (writes: readonly Write[], job: number): Placed[] =>
    writes.map((write) => ({ write, facts: factsFor(write.sql), job }));
  return {
    together: (jobs) => planGroup(jobs.flatMap(place)),
    alone: (job) => place(job, 0).map(single),
  };
}

/**
 * Puts the writes of many jobs into the order of the tables. Writes about the same thing keep their order; those about
 * different things are sorted, so that all transactions lock rows in one order, and equal inserts become one statement.
 */
function planGroup(placed: readonly Placed[]): readonly Command[] {
  const byTable = groupBy(placed, ({ facts }) => facts.table);
  const rank = (table: string): number => tables.indexOf(table);
  return [...byTable]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .flatMap(([, writes]) => stretches(writes))
    .flatMap(commandsOf);
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
    const insert = writes[0]?.facts.insert ?? null;
    return insert === null || writes.length === 1 ? writes.map(single) : multiRow(writes, insert);
  });
}

/** Inserts that differ in their number of rows only have one shape. */
function shapeOf({ write, facts }: Placed): string {
  return facts.insert === null ? write.sql : `${facts.insert.head}${facts.insert.tail}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function single({ write: { sql, values, refusal }, facts, job }: Placed): Command {
  const wakes = facts.table === "runs" && facts.subject.length === 0;
  return { sql, values, jobs: [job], guarded: refusal === undefined ? null : 1, wakes };
}

function multiRow(writes: readonly Placed[], { head, tail, width }: Insert): readonly Command[] {
  const rows = writes.flatMap(({ write, job }) =>
    Array.from({ length: write.values.length / width }, (_, row) => ({
      values: write.values.slice(row * width, (row + 1) * width),
      job,
      guarded: write.refusal !== undefined,
    })),
  );
  const mark = `(${Array(width).fill("?").join(", ")})`;
  const commands: Command[] = [];
  for (let at = 0; at < rows.length; ) {
    const size = chunkSizes.find((size) => size <= rows.length - at) ?? 1;
    const chunk = rows.slice(at, at + size);
    at += size;
    commands.push({
      sql: `${head}${Array(size).fill(mark).join(", ")}${tail}`,
      values: chunk.flatMap<SqlParameter>(({ values }) => values),
      jobs: [...new Set(chunk.map(({ job }) => job))],
      guarded: chunk.some(({ guarded }) => guarded) ? size : null,
      wakes: false,
    });
  }
  return commands;
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
