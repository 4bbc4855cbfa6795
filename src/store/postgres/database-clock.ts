import type { Pool } from "pg";

/** The database's clock, as this process sees it. */
export interface DatabaseClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Compares with the database once more. */
  measure(): Promise<void>;
  stop(): void;
}

const MEASURE_MS = 30_000;
const SAMPLES = 3;

interface Sample {
  /** Database time minus this process's running time. */
  readonly offset: number;
  /** How wrong that may be. */
  readonly within: number;
}

/**
 * Measures the database's clock, at once and every half minute. It runs on by this process's monotonic clock, so that setting
 * the machine's clock changes nothing, and nobody takes a run whose lease another process still holds.
 *
 * @throws what the driver throws when the first measurement fails; later ones are made again next time.
 */
export async function openDatabaseClock(pool: Pick<Pool, "query">): Promise<DatabaseClock> {
  let current = await best(pool);
  const measure = async (): Promise<void> => {
    const sample = await best(pool);
    // A difference smaller than the error of measuring is none: the clock is not to jump to and fro.
    if (Math.abs(sample.offset - current.offset) > sample.within) current = sample;
  };
  const timer = setInterval(() => measure().catch(() => undefined), MEASURE_MS);
  timer.unref();
  return {
    now: () => Math.round(performance.now() + current.offset),
    measure,
    stop: () => clearInterval(timer),
  };
}

/** The quickest of a few questions is the most exact. */
async function best(pool: Pick<Pool, "query">): Promise<Sample> {
  let found: Sample | null = null;
  for (let count = 0; count < SAMPLES; count++) {
    const before = performance.now();
    const { rows } = await pool.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now");
    const within = (performance.now() - before) / 2;
    if (found === null || within < found.within) found = { offset: Number(rows[0]?.now) - before - within, within };
  }
  return found ?? { offset: performance.timeOrigin, within: 0 };
}
