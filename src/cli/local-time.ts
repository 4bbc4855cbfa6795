/** Writes an instant in the local time zone, `2025-11-03 14:05:09`; the empty text for none. */
export function localTime(instant: string | Date | null | undefined): string {
  if (instant === null || instant === undefined) return "";
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return String(instant);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

/** Writes every instant of a text, such as `2025-11-03T13:05:09.000Z`, in the local time zone. */
export function localInstants(text: string): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, (instant) =>
    localTime(instant),
  );
}

/** Writes a duration for a person: `850 ms`, `12.3 s`, `4 min 10 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1_000)} s`;
}
