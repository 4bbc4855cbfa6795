import { request } from "undici";

/** What a Patchbay process says of itself at `/metrics`; see src/api/routes/metrics.ts. */
export interface ServerMetrics {
  /** Runs that are due and not taken yet. */
  readonly runsDue: number;
  readonly loopDelay: DelayCounts;
}

/** How often the event loop was how late, since the process started. */
export interface DelayCounts {
  /** Ascending; the last is Infinity. */
  readonly boundsMs: readonly number[];
  /** How often it was that late at most. */
  readonly within: readonly number[];
}

/** @throws Error when the process does not answer with its figures */
export async function readServerMetrics(origin: string): Promise<ServerMetrics> {
  const { statusCode, body } = await request(`${origin}/metrics`);
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`GET /metrics answered ${statusCode}: ${text.slice(0, 300)}`);
  return parseMetrics(text);
}

export function parseMetrics(text: string): ServerMetrics {
  const buckets = [...text.matchAll(/^patchbay_event_loop_delay_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm)];
  const runsDue = /^patchbay_runs_due (\d+)$/m.exec(text)?.[1];
  if (buckets.length === 0 || runsDue === undefined) throw new Error(`/metrics lacks figures: ${text.slice(0, 300)}`);
  return {
    runsDue: Number(runsDue),
    loopDelay: {
      boundsMs: buckets.map(([, bound]) => (bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound) * 1_000)),
      within: buckets.map(([, , count]) => Number(count)),
    },
  };
}

/**
 * The delay below which `share` of those lie that were counted between two readings, in milliseconds: exact to the bounds, between
 * two of them as if they were spread evenly. Infinity past the highest bound; NaN when nothing was counted.
 */
export function delayPercentile(before: DelayCounts, after: DelayCounts, share: number): number {
  const counts = after.within.map((count, place) => count - (before.within[place] ?? 0));
  const rank = share * (counts.at(-1) ?? 0);
  if (!(rank > 0)) return Number.NaN;
  const place = counts.findIndex((count) => count >= rank);
  const [low, high] = [after.boundsMs[place - 1] ?? 0, after.boundsMs[place] ?? Number.POSITIVE_INFINITY];
  if (high === Number.POSITIVE_INFINITY) return high;
  const below = counts[place - 1] ?? 0;
  return low + ((high - low) * (rank - below)) / ((counts[place] ?? 0) - below);
}
