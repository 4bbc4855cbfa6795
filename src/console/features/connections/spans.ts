import type { ConnectionHistoryView } from "../../../api/contract/connection-history.js";

/** How a connection was in one span; `never`: nobody had looked yet. */
export type Found = ConnectionHistoryView["looks"][number]["health"] | "never";

/** What became of calls. */
export type Calls = Omit<ConnectionHistoryView["calls"][number], "at">;

/** One cell of the strip. */
export interface Span {
  readonly from: Date;
  /** The worst that was found in it; of a span without a look, what was found last before. */
  readonly found: Found;
  readonly looks: number;
  readonly slowestMs: number | null;
  readonly calls: Calls;
}

const worst: readonly Found[] = ["problems", "unknown", "warnings", "fine", "never"];
const noCalls: Calls = { done: 0, refused: 0, unknown: 0, open: 0 };

/** Tells how a connection was in each span, oldest first. @param columns When each span begins; the last one is now's. */
export function toSpans(
  columns: readonly Date[],
  { looks, calls, before }: Pick<ConnectionHistoryView, "looks" | "calls" | "before">,
): readonly Span[] {
  let last: Found = before ?? "never";
  return columns.map((from, index) => {
    const until = columns[index + 1]?.getTime() ?? Number.POSITIVE_INFINITY;
    const isWithin = ({ at }: { readonly at: string }): boolean =>
      Date.parse(at) >= from.getTime() && Date.parse(at) < until;
    const own = looks.filter(isWithin);
    const found = own.length === 0 ? last : worstOf(own.map(({ health }) => health));
    last = own.at(-1)?.health ?? last;
    return {
      ...{ from, found, looks: own.length },
      slowestMs: own.length === 0 ? null : Math.max(...own.map(({ tookMs }) => tookMs)),
      calls: calls.filter(isWithin).reduce<Calls>(add, noCalls),
    };
  });
}

/** Adds up what became of calls. */
export function add(one: Calls, other: Calls): Calls {
  return {
    done: one.done + other.done,
    refused: one.refused + other.refused,
    unknown: one.unknown + other.unknown,
    open: one.open + other.open,
  };
}

/** How bad it is what became of calls: a vendor that refuses all of them is no help; one wrong number is nothing. */
export function toneOfCalls({ done, refused, unknown }: Calls): Found {
  if (done + refused + unknown === 0) return "never";
  if (unknown > 0 || done === 0) return "problems";
  return refused > 0 ? "warnings" : "fine";
}

function worstOf(found: readonly Found[]): Found {
  return worst.find((one) => found.includes(one)) ?? "never";
}
