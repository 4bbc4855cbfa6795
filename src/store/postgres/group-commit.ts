import { type Client, DatabaseError } from "pg";
import { PatchbayError } from "../../core/errors.js";
import type { Statement, Write } from "../sql/statement.js";
import { sendTogether } from "./connection.js";
import { type createNumbering, toColumn } from "./numbered.js";
import type { Command, GroupPlanner } from "./plan-group.js";
import { isConflict, toRefusal, toStoreError } from "./postgres-error.js";

/** What became of a job: stored, with the number of resting runs that it has woken, or refused. */
export type Outcome = { readonly woken: number } | { readonly refused: PatchbayError };

/** The writes of one commit. */
export interface WriteJob {
  readonly writes: readonly Write[];
  /** Called once, as soon as it is known what became of it. */
  readonly settle: (outcome: Outcome) => void;
}

/** What a transaction is for: its connection, and what the store knows. */
export interface Committing {
  readonly client: Client;
  readonly planner: GroupPlanner;
  readonly numbering: ReturnType<typeof createNumbering>;
  /** What the database is called in messages. */
  readonly name: string;
  /** Gives what the next transaction leaves in the database. */
  readonly nextMark: () => Omit<Mark, "transaction">;
  /** Tells what became of a transaction whose COMMIT was not answered. */
  readonly fateOf: (mark: Mark) => Promise<Fate>;
}

/** What a transaction leaves in the database, to be found again by. */
export interface Mark {
  readonly lane: string;
  /** Counts the lane's transactions. */
  readonly number: number;
  /** As `pg_current_xact_id()` gives it. */
  readonly transaction: string;
}

/** What became of a transaction, as far as anybody can tell. */
export type Fate = "committed" | "aborted" | "unknown";

/**
 * Commits jobs in one transaction, and settles each as soon as it is durable or refused. A job that a guard refuses writes
 * nothing and the others go on, also when the database itself refuses something unexpected of it.
 *
 * Refusals are rare, so all jobs go together first, their writes sorted and merged. When guards have refused some, the
 * others go together without them, and those that may be meant afterwards, by halves and alone in the end: one may have been
 * refused only for what another of them had written. What a guard has refused makes what is written behind it fail as well, since everything is sent at
 * once: then the guard is the reason. When the database refuses something else it does not say whose it was; then halves go
 * by themselves.
 *
 * @throws what is not the fault of one job, for those that are not settled: STORE_UNAVAILABLE, or the driver's error for a
 *   conflict between transactions, after which the same may succeed.
 */
export async function commitGroup(jobs: readonly WriteJob[], committing: Committing): Promise<void> {
  const commands = committing.planner.together(jobs.map(({ writes }) => writes));
  const begun = await begin(commands, committing);
  const refused = refusedJobs(commands, begun.counts);
  if (refused.size === 0) {
    if ("defect" in begun) return commitHalves(jobs, committing);
    await end(begun.mark, committing);
    const woken = wokenBy(commands, begun.counts);
    for (const [index, job] of jobs.entries()) job.settle({ woken: woken.get(index) ?? 0 });
    return;
  }
  if (!("defect" in begun)) await committing.client.query("ROLLBACK");
  const others = jobs.filter((_, index) => !refused.has(index));
  if (others.length > 0) await commitGroup(others, committing);
  // A guard of many rows does not say whose it was: it is found by halves, alone in the end.
  await commitHalves(
    jobs.filter((_, index) => refused.has(index)),
    committing,
  );
}

async function commitHalves(jobs: readonly WriteJob[], committing: Committing): Promise<void> {
  const [only, another] = jobs;
  if (only !== undefined && another === undefined) return commitAlone(only, committing);
  const half = Math.ceil(jobs.length / 2);
  await commitGroup(jobs.slice(0, half), committing);
  await commitGroup(jobs.slice(half), committing);
}

/** Commits one job with its writes as they are, so that the first guard that refuses is the one it is refused with. */
async function commitAlone(job: WriteJob, committing: Committing): Promise<void> {
  const commands = committing.planner.alone(job.writes);
  const begun = await begin(commands, committing);
  const refusing = commands.findIndex((command, place) => isShort(command, begun.counts[place]));
  const refusal = job.writes[refusing]?.refusal;
  const refused = refusal === undefined ? null : new PatchbayError(refusal.code, refusal.message);
  if ("defect" in begun) return job.settle({ refused: refused ?? toRefusal(begun.defect, committing.name) });
  if (refused === null) {
    await end(begun.mark, committing);
    return job.settle({ woken: wokenBy(commands, begun.counts).get(0) ?? 0 });
  }
  await committing.client.query("ROLLBACK");
  job.settle({ refused });
}

/**
 * A transaction with everything written, and how many rows each command has changed; or, taken back already, what the
 * database refused, and how many rows each command before that had changed.
 */
type Begun = { readonly counts: readonly number[] } & ({ readonly mark: Mark } | { readonly defect: unknown });

/** What is sent before the commands: BEGIN, and the mark. */
const BEFORE_COMMANDS = 2;

const leaveMark = {
  name: "leave mark",
  text: `INSERT INTO write_lanes (lane, number, written_at) VALUES ($1, $2, $3)
    ON CONFLICT (lane) DO UPDATE SET number = excluded.number, written_at = excluded.written_at
    RETURNING pg_current_xact_id()::text AS transaction`,
};

async function begin(commands: readonly Command[], { client, numbering, name, nextMark }: Committing): Promise<Begun> {
  const { lane, number } = nextMark();
  const send = ({ sql, values }: Statement) => {
    const { text, name } = numbering(sql);
    return client.query({ text, values: values.map(toColumn), ...(name === "" ? {} : { name }) });
  };
  const sent = sendTogether(client, () => [
    client.query("BEGIN"),
    client.query<{ transaction: string }>({ values: [lane, number, Date.now()], ...leaveMark }),
    ...commands.map(send),
  ]);
  const answers = await Promise.allSettled(sent);
  const failedAt = answers.findIndex(({ status }) => status === "rejected");
  const [, identity, ...counted] = answers.map((answer) => (answer.status === "fulfilled" ? answer.value : null));
  const counts = counted.map((result) => result?.rowCount ?? 0);
  const failed = answers[failedAt];
  const transaction = String(identity?.rows[0]?.transaction);
  if (failed?.status !== "rejected") return { mark: { lane, number, transaction }, counts };
  await takeBack(failed.reason, client, name);
  return { defect: failed.reason, counts: counts.slice(0, Math.max(0, failedAt - BEFORE_COMMANDS)) };
}

/** Takes a transaction back. @throws what no job is to blame for */
async function takeBack(thrown: unknown, client: Client, name: string): Promise<void> {
  if (thrown instanceof DatabaseError) await client.query("ROLLBACK");
  if (isConflict(thrown)) throw thrown;
  const outside = toStoreError(thrown, name);
  if (outside !== null) throw outside;
}

/**
 * Ends a transaction. When the connection breaks before the answer comes, the server is asked what became of it: an
 * acknowledged commit is one that is stored, and one that is refused is not.
 */
async function end(mark: Mark, { client, name, fateOf }: Committing): Promise<void> {
  try {
    const { command } = await client.query("COMMIT");
    if (command !== "COMMIT") throw new Error(`COMMIT was answered with ${command}`);
  } catch (thrown) {
    const fate = await fateOf(mark);
    if (fate === "committed") return;
    const refusal = toRefusal(thrown, name);
    if (fate === "aborted") throw refusal;
    throw new PatchbayError("STORE_UNAVAILABLE", `${refusal.message}; whether the commit was stored is not known`, {
      cause: thrown,
    });
  }
}

/** Whether a guard has refused; a command that was never performed has not. */
function isShort({ guarded }: Command, count: number | undefined): boolean {
  return guarded !== null && count !== undefined && count < guarded;
}

function refusedJobs(commands: readonly Command[], counts: readonly number[]): ReadonlySet<number> {
  const short = commands.filter((command, place) => isShort(command, counts[place]));
  return new Set(short.flatMap(({ jobs }) => jobs));
}

function wokenBy(commands: readonly Command[], counts: readonly number[]): ReadonlyMap<number, number> {
  const woken = new Map<number, number>();
  for (const [place, { wakes, jobs }] of commands.entries()) {
    if (!wakes) continue;
    for (const job of jobs) woken.set(job, (woken.get(job) ?? 0) + (counts[place] ?? 0));
  }
  return woken;
}
