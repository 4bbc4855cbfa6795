import { addCounts, type CountedHour, type Counts, noCounts } from "../../core/hourly-counts.js";
import { idTime } from "../../core/id.js";
import type { MessageStatus } from "../../core/message.js";
import type { ApiDeps } from "../api-deps.js";
import { type FiguresView, type FlowFiguresView, type OverviewView, overview } from "../contract/overview.js";
import { toInstant, toOptionalInstant } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { MOST_DAYS, readSpan, spanQuery } from "../span.js";

/** So much of what waits is counted. */
const MOST = 1_000;

const arrived: readonly MessageStatus[] = ["delivered", "read"];
const lost: readonly MessageStatus[] = ["undelivered", "failed"];
/** Messages of these have not left, and will not. */
const kept: readonly MessageStatus[] = ["canceled", "suppressed"];

/** Is everything all right? */
export function overviewRoute({ store }: Pick<ApiDeps, "store">): Route {
  return defineRoute({
    id: "get-overview",
    method: "GET",
    path: "/api/v1/overview",
    may: "runs:read",
    tag: "Overview",
    summary: "How much came in, ran and left, hour by hour and flow by flow, and what waits now",
    description: `What happened is counted by the hour in the background, some seconds late; nothing is counted for this answer but what
waits. A run and a message belong to the hour in which they were begun, whatever becomes of them later. At most ${MOST_DAYS} days.`,
    query: spanQuery,
    answers: { 200: overview },
    errors: ["STORE_UNAVAILABLE"],
    async handle({ query }) {
      const now = new Date(store.now());
      const { from, to } = readSpan(query, now);
      const before = new Date(2 * from.getTime() - to.getTime());
      const [hours, due, nextDueAt, unknown] = await Promise.all([
        store.hourlyCounts.list(before, to),
        store.runs.backlog(now, MOST),
        store.runs.nextDueAt(),
        store.effects.unknown(MOST),
      ]);
      const oldestDueAt = nextDueAt !== null && nextDueAt <= now ? nextDueAt : null;
      const asOf = { from, to, due, unknown, oldestDueAt };
      return { status: 200, body: toOverview(hours, asOf) };
    },
  });
}

interface AsOf {
  readonly from: Date;
  readonly to: Date;
  readonly due: number;
  readonly unknown: number;
  readonly oldestDueAt: Date | null;
}

function toOverview(hours: readonly CountedHour[], { from, to, due, unknown, oldestDueAt }: AsOf): OverviewView {
  const within = hours.filter(({ hour }) => hour >= from);
  const total = sumOf(within);
  const countedAt = within.reduce<Date | null>(
    (newest, one) => (newest === null || one.countedAt > newest ? one.countedAt : newest),
    null,
  );
  return {
    from: toInstant(from),
    to: toInstant(to),
    countedAt: toOptionalInstant(countedAt),
    total: toFigures(total),
    before: toFigures(sumOf(hours.filter(({ hour }) => hour < from))),
    hours: within.map(({ hour, counts }) => ({ at: toInstant(hour), ...toFigures(counts) })),
    flows: flowsOf(total),
    now: { due: Math.min(due, MOST), oldestDueAt: toOptionalInstant(oldestDueAt), unknown },
  };
}

function sumOf(hours: readonly CountedHour[]): Counts {
  return hours.reduce((sum, { counts }) => addCounts(sum, counts), noCounts);
}

function toFigures({ records, runs, messages }: Counts): FiguresView {
  return { records, ...figuresOf(Object.values(runs), Object.values(messages)) };
}

function flowsOf({ runs, messages, newest }: Counts): FlowFiguresView[] {
  const flows = [...new Set([...Object.keys(runs), ...Object.keys(messages)])].map((flow) => {
    const newestRunId = newest[flow] ?? null;
    const newestRunAt = toOptionalInstant(newestRunId === null ? null : idTime(newestRunId));
    return { flow, ...figuresOf([runs[flow] ?? {}], [messages[flow] ?? {}]), newestRunId, newestRunAt };
  });
  return flows.sort((one, other) => other.runs - one.runs || (one.flow < other.flow ? -1 : 1));
}

function figuresOf(
  runs: readonly Counts["runs"][string][],
  messages: readonly Counts["messages"][string][],
): Omit<FiguresView, "records"> {
  return {
    runs: countOf(runs, () => true),
    failed: countOf(runs, (status) => status === "failed"),
    texts: countOf(messages, (status) => !kept.includes(status)),
    delivered: countOf(messages, (status) => arrived.includes(status)),
    lost: countOf(messages, (status) => lost.includes(status)),
  };
}

function countOf<Status extends string>(
  counts: readonly Readonly<Partial<Record<Status, number>>>[],
  counted: (status: Status) => boolean,
): number {
  const all = counts.flatMap((one) => Object.entries(one) as [Status, number][]);
  return all.reduce((sum, [status, count]) => sum + (counted(status) ? count : 0), 0);
}
