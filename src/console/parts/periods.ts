/** How far back the first page looks. */
export const periods = ["day", "week", "month"] as const;
export type Period = (typeof periods)[number];

const DAYS: Readonly<Record<Exclude<Period, "day">, number>> = { week: 7, month: 30 };
const HOUR_MS = 3_600_000;

/** Gives when each column of a chart begins, oldest first: 24 hours, or days of the viewer's own time zone. The last one is now's. */
export function columnsOf(period: Period, now: Date): readonly Date[] {
  if (period === "day") {
    const last = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
    return Array.from({ length: 24 }, (_, index) => new Date(last - (23 - index) * HOUR_MS));
  }
  const days = DAYS[period];
  return Array.from(
    { length: days },
    (_, index) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 1 - index)),
  );
}
