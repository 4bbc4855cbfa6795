import { PatchbayError } from "../../core/errors.js";
import { type Run, runStatuses } from "../../core/run.js";
import type { ApiDeps } from "../api-deps.js";
import { flowVersion, toFlowVersionView } from "../contract/definitions.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import {
  cancelRequest,
  type RunDetailView,
  retryRequest,
  run,
  runDetail,
  toRunDetailView,
  toRunView,
} from "../contract/run.js";
import { object, oneOf, text } from "../contract/schema.js";
import { aboutMembers, requireDataTypeWithKey } from "../filters.js";
import { defineRoute, type Route } from "../route.js";

type RunDeps = Pick<ApiDeps, "engine" | "store">;

const filters = { flow: text(), status: oneOf(runStatuses), eventId: text(), ...aboutMembers };
const standardReason = "cancelled by an operator";

/** Executions of flows, newest first, and what operators do with them. */
export function runRoutes(deps: RunDeps): Route[] {
  return [listRuns(deps), getRun(deps), getRunFlow(deps), retryRun(deps), cancelRun(deps)];
}

function listRuns({ store }: RunDeps): Route {
  return defineRoute({
    id: "list-runs",
    method: "GET",
    path: "/api/v1/runs",
    may: "runs:read",
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
}

function getRun({ store }: RunDeps): Route {
  return defineRoute({
    id: "get-run",
    method: "GET",
    path: "/api/v1/runs/{id}",
    may: "runs:read",
    tag: "Runs",
    summary: "Get a run with its effects and its messages",
    answers: { 200: runDetail },
    errors: ["RUN_UNKNOWN"],
    async handle({ params: { id } }) {
      const found = await store.runs.get(id);
      if (found === null) throw new PatchbayError("RUN_UNKNOWN", `There is no run ${id.slice(0, 100)}`);
      return { status: 200, body: await toDetail(store, found) };
    },
  });
}

function getRunFlow({ store }: RunDeps): Route {
  return defineRoute({
    id: "get-run-flow",
    method: "GET",
    path: "/api/v1/runs/{id}/flow",
    may: "runs:read",
    tag: "Runs",
    summary: "Get the version of its flow that a run is pinned to, whatever is installed now",
    answers: { 200: flowVersion },
    errors: ["RUN_UNKNOWN"],
    async handle({ params: { id } }) {
      const found = await store.runs.get(id);
      if (found === null) throw new PatchbayError("RUN_UNKNOWN", `There is no run ${id.slice(0, 100)}`);
      const version = await store.flows.version(found.flowHash);
      if (version === null) throw new Error(`the flow version ${found.flowHash} of the run ${id} is missing`);
      return { status: 200, body: toFlowVersionView(version) };
    },
  });
}

function retryRun({ engine, store }: RunDeps): Route {
  return defineRoute({
    id: "retry-run",
    method: "POST",
    path: "/api/v1/runs/{id}/retry",
    may: "runs:change",
    tag: "Runs",
    summary: "Take a failed or cancelled run up again from the step it stopped at; what was sent is not sent again",
    body: retryRequest,
    bodyOptional: true,
    answers: { 200: runDetail },
    errors: ["RUN_UNKNOWN", "RUN_NOT_FINISHED", "RUN_SUCCEEDED", "EVENT_NOT_KEPT", "FLOW_UNKNOWN"],
    async handle({ params: { id }, body: { version = "pinned" } }) {
      return { status: 200, body: await toDetail(store, await engine.retry(id, version)) };
    },
  });
}

function cancelRun({ engine, store }: RunDeps): Route {
  return defineRoute({
    id: "cancel-run",
    method: "POST",
    path: "/api/v1/runs/{id}/cancel",
    may: "runs:change",
    tag: "Runs",
    summary: "End a run, with the runs of its items; a call that is under way cannot be taken back",
    body: cancelRequest,
    bodyOptional: true,
    answers: { 200: runDetail },
    errors: ["RUN_UNKNOWN", "RUN_FINISHED"],
    async handle({ params: { id }, body: { reason = standardReason } }) {
      return { status: 200, body: await toDetail(store, await engine.cancel(id, reason)) };
    },
  });
}

async function toDetail(store: ApiDeps["store"], found: Run): Promise<RunDetailView> {
  const [effects, messages] = await Promise.all([
    store.effects.listOfRun(found.id),
    store.messages.list({ runId: found.id }, { limit: 200 }),
  ]);
  return toRunDetailView(found, { effects, messages: messages.items });
}
