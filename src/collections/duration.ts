const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Farther ahead than this nothing is planned. */
const MAX_DAYS = 366;

/** What a duration is, for messages. */
export const DURATION_SHAPE = "must be a duration such as 90s, 30m, 2h or 3d";

/** A duration as a file has it: its milliseconds, or what is wrong with it. */
export type ParsedDuration = { readonly ms: number } | { readonly problem: string };

/** Reads `500ms`, `90s`, `30m`, `2h` or `3d`: a whole number and its unit, more than nothing, at most 366 days. */
export function parseDuration(text: string): ParsedDuration {
  const [, amount, unit] = /^([1-9]\d*)(ms|s|m|h|d)$/.exec(text) ?? [];
  const unitMs = units[unit ?? ""];
  if (amount === undefined || unitMs === undefined) return { problem: DURATION_SHAPE };
  const ms = Number(amount) * unitMs;
  return ms <= MAX_DAYS * 86_400_000 ? { ms } : { problem: `must be at most ${MAX_DAYS} days (${MAX_DAYS}d)` };
}
