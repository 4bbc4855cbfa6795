import type { ErrorCode } from "../../core/error-catalogue.js";
import { type SqlParameter, type SqlValue, type Statement, storable, type Write } from "../sql/statement.js";
import type { Answers, Job, JobResult, Work } from "./protocol.js";

/**
 * How a job travels to a database thread: as one text of parts, each ended by a NUL. A SQL text is sent once, with the number
 * of its values, and named by its number afterwards. JSON columns are written here and go into the database as they come.
 *
 * For one order's two commits this takes 25 µs here and 8 in the thread; JSON with the JSON columns behind it took 32 and
 * 12, a structured clone 50 and 58. Parts are added to one text because V8 joins that faster than a list of them; but jobs are
 * not: with one character outside Latin-1 a text takes two bytes for each, and the jobs of all others would be as slow as that one
 * (29 and 13 µs).
 */
const END = "\0";

/** What a value begins with that is not simply its text: NULL, a number, a text that itself begins with one of these. */
const NULL = "\x01";
const NUMBER = "\x02";
const TEXT = "\x03";

/** What stands before a SQL text that the thread has not seen. */
const NEW = "+";

/** Makes what writes jobs for one thread, in the order in which they are sent, and numbers the SQL texts that it has been sent. */
export function createPacker(): (job: Job) => string {
  const plain = new Map<string, number>();
  /** The same texts where they come with a refusal. */
  const guarding = new Map<string, number>();

  function packStatement({ sql, values, refusal }: Statement & Pick<Write, "refusal">): string {
    const numbers = refusal === undefined ? plain : guarding;
    const number = numbers.get(sql);
    let text = number === undefined ? introduce(sql, values.length, numbers) : number + END;
    if (refusal !== undefined) text += refusal.code + END + storable(refusal.message) + END;
    for (const value of values) text += packValue(value) + END;
    return text;
  }

  function introduce(sql: string, count: number, numbers: Map<string, number>): string {
    numbers.set(sql, plain.size + guarding.size);
    return NEW + sql + END + count + END + (numbers === guarding ? 1 : 0) + END;
  }

  return ({ id, work }) => {
    let text = id + END + work.kind + END;
    if (work.kind === "read" || work.kind === "write") text += packStatement(work.statement);
    if (work.kind !== "commit") return text;
    text += work.writes.length + END;
    for (const write of work.writes) text += packStatement(write);
    return text;
  };
}

function packValue(value: SqlParameter): string {
  if (value === null) return NULL;
  if (typeof value === "number") return NUMBER + value;
  if (typeof value === "object") return JSON.stringify(value.json);
  const text = storable(value);
  return text.charCodeAt(0) <= TEXT.charCodeAt(0) ? TEXT + text : text;
}

function unpackValue(part: string): SqlValue {
  switch (part.charCodeAt(0)) {
    case 1:
      return null;
    case 2:
      return Number(part.slice(1));
    case 3:
      return part.slice(1);
    default:
      return part;
  }
}

/** A SQL text that the thread knows. */
interface KnownText {
  readonly sql: string;
  /** How many values it takes. */
  readonly count: number;
  readonly guards: boolean;
}

/** Makes what turns texts back into jobs, in the thread; they come in the order in which they were written. */
export function createUnpacker(): (text: string) => Job {
  const known: KnownText[] = [];
  return (text) => {
    const parts = text.split(END);
    let taken = 0;
    const take = (): string => parts[taken++] ?? "";
    const takeNumber = (): number => Number(take());

    function takeText(): KnownText {
      const part = take();
      if (part.startsWith(NEW)) known.push({ sql: part.slice(1), count: takeNumber(), guards: takeNumber() === 1 });
      const found = part.startsWith(NEW) ? known.at(-1) : known[Number(part)];
      if (found === undefined) throw new Error(`SQL text ${part} was never sent`);
      return found;
    }

    function takeWrite(): Write {
      const { sql, count, guards } = takeText();
      const refusal = guards ? { code: take() as ErrorCode, message: take() } : undefined;
      const values: SqlValue[] = [];
      for (let index = 0; index < count; index++) values.push(unpackValue(take()));
      return refusal === undefined ? { sql, values } : { sql, values, refusal };
    }

    function takeWork(): Work {
      const kind = take() as Work["kind"];
      if (kind === "check" || kind === "checkpoint" || kind === "reclaim") return { kind };
      if (kind !== "commit") return { kind, statement: takeWrite() };
      const writes: Write[] = [];
      for (let left = takeNumber(); left > 0; left--) writes.push(takeWrite());
      return { kind, writes };
    }

    return { id: takeNumber(), work: takeWork() };
  };
}

/** Writes a JSON value as text. */
export function toColumn(value: SqlParameter): SqlValue {
  return typeof value === "object" && value !== null ? JSON.stringify(value.json) : value;
}

/** Separates what needs no words. */
export function toAnswers(results: readonly JobResult[]): Answers {
  const isDone = (result: JobResult): boolean => "rows" in result && result.rows.length === 0;
  return { done: results.filter(isDone).map(({ id }) => id), results: results.filter((result) => !isDone(result)) };
}
