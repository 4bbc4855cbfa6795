/** How often and how long a failed attempt is tried again. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
  /** Delay before the second attempt at most, in milliseconds; doubles with each attempt. */
  readonly baseMs: number;
  /** No delay is longer than this, in milliseconds, except one the vendor asked for. */
  readonly capMs: number;
  /** How long after the first attempt it may still be tried, in milliseconds. */
  readonly deadlineMs: number;
}

/** Eight attempts over about ten minutes: outlasts a deploy at the vendor, not a dead account. */
export const defaultRetryPolicy: RetryPolicy = Object.freeze({
  maxAttempts: 8,
  baseMs: 1_000,
  capMs: 300_000,
  deadlineMs: 3_600_000,
});

/**
 * Gives the delay before the next attempt in milliseconds, or null when the attempts are used up.
 *
 * Full jitter (a random part of the doubling delay) keeps runs that failed together from coming back together.
 * A delay the vendor asked for (`Retry-After`) is a lower bound.
 *
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param attempts Attempts made so far, at least 1.
 * @param random A number from 0 up to 1.
 * @param retryAfterMs What the vendor asked for, in milliseconds.
 */
export function nextDelayMs(
  policy: RetryPolicy,
  attempts: number,
  { random, retryAfterMs = 0 }: { random: number; retryAfterMs?: number },
): number | null {
  if (attempts >= policy.maxAttempts) return null;
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** (attempts - 1));
  return Math.max(retryAfterMs, Math.ceil(ceiling * random));
}
