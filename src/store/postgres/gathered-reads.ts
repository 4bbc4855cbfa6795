import type { Row, SqlParameter, Statement } from "../sql/statement.js";

/** Look-ups in one statement at most. */
const MOST = 64;

/** The sizes in which they are asked: few texts, so that each is prepared once. */
const sizes = [2, 4, 8, 16, 32, MOST] as const;

/** Texts that are remembered in all their sizes at most. */
const MAX_TEXTS = 200;

type Ask = (statement: Statement) => Promise<readonly Row[]>;

interface Waiting {
  readonly values: readonly SqlParameter[];
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** What waits for one text. */
interface Line {
  waiting: Waiting[];
  asking: boolean;
}

/**
 * Makes what answers look-ups, those of one text together: all that come while the last ones are under way are one statement
 * afterwards. Where much is done at a time, as many orders as there are need a few statements instead of two each.
 *
 * @param ask Answers a statement by itself.
 */
export function gatherReads(ask: Ask): Ask {
  const lines = new Map<string, Line>();
  const texts = new Map<string, string>();

  function textFor({ sql, values }: Statement, size: number): string {
    const key = `${size} ${sql}`;
    const found = texts.get(key);
    if (found !== undefined) return found;
    const text = together(sql, values, size);
    if (texts.size < MAX_TEXTS) texts.set(key, text);
    return text;
  }

  async function askTogether(sql: string, group: readonly Waiting[]): Promise<void> {
    const [first, second] = group;
    if (first === undefined) return;
    try {
      if (second === undefined) return first.resolve(await ask({ sql, values: first.values }));
      const size = sizes.find((size) => size >= group.length) ?? MOST;
      const nothing = Array<null>((size - group.length) * (first.values.length + 1)).fill(null);
      const values = [...group.flatMap<SqlParameter>(({ values }, place) => [place, ...values]), ...nothing];
      const rows = await ask({ sql: textFor({ sql, values: first.values }, size), values });
      const found = group.map((): Row[] => []);
      for (const { asked_by: place, ...row } of rows) found[Number(place)]?.push(row);
      for (const [place, { resolve }] of group.entries()) resolve(found[place] ?? []);
    } catch (thrown) {
      for (const { reject } of group) reject(thrown);
    }
  }

  async function work(sql: string, line: Line): Promise<void> {
    while (line.waiting.length > 0) await askTogether(sql, line.waiting.splice(0, MOST));
    lines.delete(sql);
  }

  return ({ sql, values }) =>
    new Promise((resolve, reject) => {
      const line = lines.get(sql) ?? { waiting: [], asking: false };
      line.waiting.push({ values, resolve, reject });
      if (line.asking) return;
      line.asking = true;
      lines.set(sql, line);
      // One turn of the event loop later, so that what is asked for at the same time goes together.
      setImmediate(() => void work(sql, line));
    });
}

/**
 * Writes a look-up for many: as a join with the values that each of them is given. A look-up of nothing but NULL finds nothing.
 * The OFFSET keeps the look-up what it is: the planner would rather go through a table that looked small when it was planned.
 */
function together(sql: string, values: readonly SqlParameter[], size: number): string {
  let count = 0;
  const text = sql.replaceAll(/'[^']*'|\?/g, (found) => (found === "?" ? `given.c${count++}` : found));
  const row = `(?::integer, ${values.map((value) => (typeof value === "number" ? "?::bigint" : "?::text")).join(", ")})`;
  const names = values.map((_, place) => `c${place}`).join(", ");
  return `SELECT given.place AS asked_by, found.* FROM (VALUES ${Array(size).fill(row).join(", ")}) AS given (place, ${names})
    CROSS JOIN LATERAL (${text} OFFSET 0) AS found`;
}
