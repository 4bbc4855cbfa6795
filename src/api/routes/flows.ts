import type { InstalledFlow } from "../../core/catalog.js";
import { keyOf } from "../../core/data-type.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { RecordName } from "../../core/record.js";
import { nextSlot } from "../../engine/calendar.js";
import type { ApiDeps } from "../api-deps.js";
import { type FlowView, flow, flowSwitch, switchedFlow, toFlowView } from "../contract/definitions.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { flowStart, startedFlow } from "../contract/replay.js";
import { object } from "../contract/schema.js";
import { createOnce, idempotencyKeyOf } from "../idempotency.js";
import { defineRoute, type Route } from "../route.js";
import { requireDataType } from "./push-records.js";

type FlowDeps = Pick<ApiDeps, "engine" | "installer" | "store">;

const flowPath = "/api/v1/flows/{ns}/{name}";

/** Installed flows, their switches, and starting them by hand. */
export function flowRoutes(deps: FlowDeps): Route[] {
  return [listFlows(deps), getFlow(deps), switchFlow(deps), runFlow(deps)];
}

function viewOf(installed: InstalledFlow, { store }: FlowDeps): FlowView {
  const { on } = installed.version.flow;
  const isDue = installed.active && on.kind === "schedule";
  return toFlowView(installed, isDue ? nextSlot(on, new Date(store.now())) : null);
}

function listFlows(deps: FlowDeps): Route {
  return defineRoute({
    id: "list-flows",
    method: "GET",
    path: "/api/v1/flows",
    may: "flows:read",
    tag: "Flows",
    summary: "List flows by name, active or not",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(flow) },
    errors: [],
    handle({ query }) {
      const flows = deps.installer
        .catalog()
        .flows()
        .map((installed) => viewOf(installed, deps));
      return { status: 200, body: toPageView(cutPage(flows, toPaging(query)), (view) => view) };
    },
  });
}

function getFlow(deps: FlowDeps): Route {
  return defineRoute({
    id: "get-flow",
    method: "GET",
    path: flowPath,
    may: "flows:read",
    tag: "Flows",
    summary: "Get a flow",
    answers: { 200: flow },
    errors: ["FLOW_UNKNOWN"],
    handle: ({ params }) => ({ status: 200, body: viewOf(requireFlow(deps, `${params.ns}/${params.name}`), deps) }),
  });
}

function switchFlow(deps: FlowDeps): Route {
  return defineRoute({
    id: "switch-flow",
    method: "PATCH",
    path: flowPath,
    may: "flows:switch",
    tag: "Flows",
    summary: "Switch a flow on or off",
    body: flowSwitch,
    answers: { 200: switchedFlow },
    errors: ["FLOW_UNKNOWN"],
    async handle({ params, body: { active } }) {
      const name = `${params.ns}/${params.name}`;
      requireFlow(deps, name);
      const warnings = await deps.installer.activate(name, active);
      return { status: 200, body: { ...viewOf(requireFlow(deps, name), deps), warnings } };
    },
  });
}

function runFlow(deps: FlowDeps): Route {
  const performOnce = createOnce(deps.store);
  return defineRoute({
    id: "run-flow",
    method: "POST",
    path: `${flowPath}/run`,
    may: "flows:run",
    tag: "Flows",
    summary: "Start a flow by hand, with a payload in the record's place or with a record as it is now",
    body: flowStart,
    largeBody: true,
    bodyOptional: true,
    headers: { "Idempotency-Key": "Names the request: sent again, the flow is started once." },
    answers: { 202: startedFlow },
    errors: ["FLOW_UNKNOWN", "DATA_TYPE_UNKNOWN", "RECORD_UNKNOWN", "IDEMPOTENCY_KEY_REUSED", "SERVER_OVERLOADED"],
    async handle({ params, body, request, url }) {
      const name = `${params.ns}/${params.name}`;
      const key = idempotencyKeyOf(request);
      requireFlow(deps, name);
      const start = async () => {
        const { payload, record = null } = body;
        const about = record === null ? (payload ?? {}) : await payloadAbout(record, payload, deps);
        const named = key === null ? {} : { dedupeKey: `start ${key}` };
        return { status: 202, body: await deps.engine.startFlow(name, { payload: about, record, ...named }) } as const;
      };
      if (key === null) return start();
      return performOnce({ key, method: "POST", url, body: Buffer.from(JSON.stringify(body)) }, start);
    },
  });
}

/** A payload that is said to be about a record is that record, or what it is to be taken for. */
async function payloadAbout(
  { dataType, key }: RecordName,
  payload: JsonObject | undefined,
  { installer, store }: FlowDeps,
): Promise<JsonObject> {
  const type = requireDataType(installer, dataType);
  if (payload === undefined) {
    const stored = await store.records.get(dataType, key);
    if (stored !== null) return stored.document;
    throw new PatchbayError("RECORD_UNKNOWN", `There is no ${dataType} with the key ${key.slice(0, 200)}`);
  }
  const found = keyOf(type, payload);
  if (found === key) return payload;
  const has = found === null ? "has no key" : `has the key ${found.slice(0, 200)}`;
  throw new PatchbayError("REQUEST_INVALID", `The payload ${has}, but the record is ${dataType} ${key.slice(0, 200)}`);
}

function requireFlow({ installer }: Pick<FlowDeps, "installer">, name: string) {
  const found = installer.catalog().flow(name);
  if (found !== null) return found;
  throw new PatchbayError("FLOW_UNKNOWN", `There is no flow ${name.slice(0, 200)}`);
}
