import { PatchbayError } from "../../core/errors.js";
import { runStatuses } from "../../core/run.js";
import type { ApiDeps } from "../api-deps.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { run, runDetail, toRunDetailView, toRunView } from "../contract/run.js";
import { object, oneOf, text } from "../contract/schema.js";
import { aboutMembers, requireDataTypeWithKey } from "../filters.js";
import { defineRoute, type Route } from "../route.js";

const filters = { flow: text(), status: oneOf(runStatuses), eventId: text(), ...aboutMembers };

/** Executions of flows, newest first. */
export function runRoutes({ store }: Pick<ApiDeps, "store">): Route[] {
  const list = defineRoute({
    id: "list-runs",
    method: "GET",
    path: "/api/v1/runs",
    access: "key",
    tag: "Runs",
    summary: "List runs, newest first",
    query: object({}, { ...pagingMembers, ...filters }),
    answers: { 200: pageOf(run) },
    errors: [],
    async handle({ query }) {
      requireDataTypeWithKey(query);
      const { cursor: _cursor, limit: _limit, ...filter } = query;
      return { status: 200, body: toPageView(await store.runs.list(filter, toPaging(query)), toRunView) };
    },
  });
  const get = defineRoute({
    id: "get-run",
    method: "GET",
    path: "/api/v1/runs/{id}",
    access: "key",
    tag: "Runs",
    summary: "Get a run with its effects and its messages",
    answers: { 200: runDetail },
    errors: ["RUN_UNKNOWN"],
    async handle({ params: { id } }) {
      const [found, effects, messages] = await Promise.all([
        store.runs.get(id),
        store.effects.listOfRun(id),
        store.messages.list({ runId: id }, { limit: 200 }),
      ]);
      if (found === null) throw new PatchbayError("RUN_UNKNOWN", `There is no run ${id.slice(0, 100)}`);
      return { status: 200, body: toRunDetailView(found, { effects, messages: messages.items }) };
    },
  });
  return [list, get];
}
