import { errorCatalogue } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";
import { type OperationWork, operationStates } from "../../core/operation.js";
import type { OperationPreview } from "../../engine/engine.js";
import type { ApiDeps } from "../api-deps.js";
import { isEventKind } from "../contract/event.js";
import {
  type OperationRequest,
  type OperationView,
  operation,
  operationPreview,
  operationRequest,
  toOperationView,
} from "../contract/operation.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object, oneOf, type Schema } from "../contract/schema.js";
import { parseSpan } from "../instant.js";
import { defineRoute, type Route } from "../route.js";
import { requireDataType } from "./push-records.js";

type OperationDeps = Pick<ApiDeps, "engine" | "store" | "installer">;

const STANDARD_PACE = 10;

/** Many replays or retries in one. */
export function operationRoutes(deps: OperationDeps): Route[] {
  return [orderOperation(deps), listOperations(deps), getOperation(deps), stopOperation(deps)];
}

function orderOperation({ engine, installer }: OperationDeps): Route {
  const previewOrOperation: Schema<OperationPreview | OperationView> = {
    json: { anyOf: [operationPreview.json, operation.json] },
  };
  return defineRoute({
    id: "order-operation",
    method: "POST",
    path: "/api/v1/operations",
    may: "operations:run",
    tag: "Operations",
    summary: "Replay the events, or retry the failed runs, of a span of time; or tell what that would do",
    description: "With `dryRun` 200 and a preview, else 202 and the operation, which goes on by itself.",
    body: operationRequest,
    answers: { 200: previewOrOperation, 202: previewOrOperation },
    errors: ["DATA_TYPE_UNKNOWN"],
    async handle({ body }) {
      const work = toWork(body);
      if (work.kind === "replay" && work.dataType !== null) requireDataType(installer, work.dataType);
      if (body.dryRun === true) return { status: 200, body: await engine.previewOperation(work) };
      const started = await engine.startOperation({ work, perSecond: body.perSecond ?? STANDARD_PACE });
      return { status: 202, body: toOperationView(started) };
    },
  });
}

const onlyFor = { replay: ["dataType", "eventKind"], retry: ["flow", "code", "version"] } as const;

function toWork(request: OperationRequest): OperationWork {
  const span = parseSpan(request);
  if (request.kind === "replay") {
    refuseMembers(request, onlyFor.retry);
    const { dataType = null, eventKind = null } = request;
    if (eventKind !== null && !isEventKind(eventKind)) {
      throw invalid(`eventKind "${eventKind}" is no kind of event: write record.created, message.delivered, …`);
    }
    return { kind: "replay", eventKind, dataType, ...span };
  }
  refuseMembers(request, onlyFor.replay);
  const { flow = null, code = null, version = "pinned" } = request;
  if (code !== null && !Object.hasOwn(errorCatalogue, code)) {
    throw invalid(`code "${code}" is none that a run can fail with; /docs/errors lists them all`);
  }
  return { kind: "retry", flow, code, version, ...span };
}

/** A filter that does nothing would let an operation do more than was meant. */
function refuseMembers(request: OperationRequest, names: readonly (keyof OperationRequest)[]): void {
  const given = names.find((name) => request[name] !== undefined);
  if (given !== undefined) throw invalid(`${given} is not for an operation of kind ${request.kind}`);
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}

function listOperations({ store }: OperationDeps): Route {
  return defineRoute({
    id: "list-operations",
    method: "GET",
    path: "/api/v1/operations",
    may: "operations:read",
    tag: "Operations",
    summary: "List operations, newest first",
    query: object({}, { ...pagingMembers, state: oneOf(operationStates) }),
    answers: { 200: pageOf(operation) },
    errors: [],
    async handle({ query }) {
      const page = await store.operations.list({ state: query.state }, toPaging(query));
      return { status: 200, body: toPageView(page, toOperationView) };
    },
  });
}

function getOperation({ store }: OperationDeps): Route {
  return defineRoute({
    id: "get-operation",
    method: "GET",
    path: "/api/v1/operations/{id}",
    may: "operations:read",
    tag: "Operations",
    summary: "Get an operation, with how far it has come",
    answers: { 200: operation },
    errors: ["OPERATION_UNKNOWN"],
    async handle({ params: { id } }) {
      const found = await store.operations.get(id);
      if (found === null) throw new PatchbayError("OPERATION_UNKNOWN", `There is no operation ${id.slice(0, 100)}`);
      return { status: 200, body: toOperationView(found) };
    },
  });
}

function stopOperation({ engine }: OperationDeps): Route {
  return defineRoute({
    id: "stop-operation",
    method: "POST",
    path: "/api/v1/operations/{id}/stop",
    may: "operations:run",
    tag: "Operations",
    summary: "Stop an operation; the runs it has started go on, and nothing changes when it has ended",
    answers: { 200: operation },
    errors: ["OPERATION_UNKNOWN"],
    async handle({ params: { id } }) {
      return { status: 200, body: toOperationView(await engine.stopOperation(id)) };
    },
  });
}
