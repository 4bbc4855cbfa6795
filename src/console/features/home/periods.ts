import type { FiguresView, HourFiguresView } from "../../../api/contract/overview.js";

/** One column of a chart. */
export interface Bucket extends Omit<HourFiguresView, "at"> {
  readonly from: Date;
}

/** Adds hours up to the columns that they are in. */
export function toBuckets(columns: readonly Date[], hours: readonly HourFiguresView[]): readonly Bucket[] {
  return columns.map((from, index) => {
    const until = columns[index + 1]?.getTime() ?? Number.POSITIVE_INFINITY;
    const within = hours.filter(({ at }) => Date.parse(at) >= from.getTime() && Date.parse(at) < until);
    return { from, ...within.reduce<FiguresView>(add, nothing) };
  });
}

const nothing: FiguresView = { records: {}, runs: 0, failed: 0, texts: 0, delivered: 0, lost: 0 };

function add(one: FiguresView, other: FiguresView): FiguresView {
  const records = { ...one.records };
  for (const [name, count] of Object.entries(other.records)) records[name] = (records[name] ?? 0) + count;
  return {
    records,
    runs: one.runs + other.runs,
    failed: one.failed + other.failed,
    texts: one.texts + other.texts,
    delivered: one.delivered + other.delivered,
    lost: one.lost + other.lost,
  };
}

/** What came in: orders, where there are any data types of that name; all new records elsewhere. */
export function incomingOf({ records }: Pick<FiguresView, "records">): number {
  const all = Object.entries(records);
  const orders = all.filter(([dataType]) => dataType.endsWith("/Order"));
  return (orders.length > 0 ? orders : all).reduce((sum, [, count]) => sum + count, 0);
}

/** Of the texts whose end is known, which part has arrived: from 0 to 1; null when none has ended. */
export function arrivedOf({ delivered, lost }: Pick<FiguresView, "delivered" | "lost">): number | null {
  return delivered + lost === 0 ? null : delivered / (delivered + lost);
}
