import type { ApiDeps } from "../api-deps.js";
import { connectionHistory, pastCheck, toHistoryView, toPastCheckView } from "../contract/connection-history.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, flag, object } from "../contract/schema.js";
import { requireConnection } from "../require-connection.js";
import { defineRoute, type Route } from "../route.js";
import { MOST_DAYS, readSpan, spanQuery } from "../span.js";

type HistoryDeps = Pick<ApiDeps, "installer" | "store">;

const path = "/api/v1/connections/{ns}/{name}";

/** How connections were. */
export function connectionHistoryRoutes(deps: HistoryDeps): Route[] {
  return [listChecks(deps), getHistory(deps)];
}

function listChecks({ installer, store }: HistoryDeps): Route {
  return defineRoute({
    id: "list-connection-checks",
    method: "GET",
    path: `${path}/checks`,
    may: "connections:read",
    tag: "Connections",
    summary: "List the looks at a connection that are kept, newest first, with what each found",
    query: object(
      {},
      { ...pagingMembers, trouble: described("Only those that did not find everything fine.", flag()) },
    ),
    answers: { 200: pageOf(pastCheck) },
    errors: ["CONNECTION_UNKNOWN"],
    async handle({ params, query }) {
      const { name } = requireConnection(installer, params);
      const filter = { connection: name, trouble: query.trouble ?? false };
      const page = await store.connections.pastChecks(filter, toPaging(query));
      return { status: 200, body: toPageView(page, toPastCheckView) };
    },
  });
}

function getHistory({ installer, store }: HistoryDeps): Route {
  return defineRoute({
    id: "get-connection-history",
    method: "GET",
    path: `${path}/history`,
    may: "connections:read",
    tag: "Connections",
    summary: "How a connection was found in a span of time, and what became of its calls, hour by hour",
    description: `Calls are counted by the hour in the background, some seconds late. At most ${MOST_DAYS} days.`,
    query: spanQuery,
    answers: { 200: connectionHistory },
    errors: ["CONNECTION_UNKNOWN"],
    async handle({ params, query }) {
      const { name } = requireConnection(installer, params);
      const span = readSpan(query, new Date(store.now()));
      const [looks, hours] = await Promise.all([
        store.connections.pastHealths(name, span.from, span.to),
        store.hourlyCounts.list(span.from, span.to),
      ]);
      return { status: 200, body: toHistoryView(span, name, { looks, hours }) };
    },
  });
}
