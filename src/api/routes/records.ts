import { PatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { event, toEventView } from "../contract/event.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { accepted, record, toAcceptedView, toRecordView } from "../contract/record.js";
import { anyObject, object } from "../contract/schema.js";
import { pushStatus } from "../push-status.js";
import { prefixedParameters } from "../query.js";
import { defineRoute, type Route } from "../route.js";
import { requireDataType } from "./push-records.js";

type RecordDeps = Pick<ApiDeps, "engine" | "store" | "installer">;

const collectionPath = "/api/v1/records/{ns}/{Type}";
const recordPath = "/api/v1/records/{ns}/{Type}/{key}";
const WHERE = "where.";

/** Reading, changing and deleting records; pushing them is a file of its own. */
export function recordRoutes(deps: RecordDeps): Route[] {
  return [listRecords(deps), getRecord(deps), patchRecord(deps), deleteRecord(deps), recordHistory(deps)];
}

function listRecords({ store, installer }: RecordDeps): Route {
  return defineRoute({
    id: "list-records",
    method: "GET",
    path: collectionPath,
    may: "records:read",
    tag: "Records",
    summary: "List records, newest first",
    query: object({}, pagingMembers),
    queryPrefixes: { [WHERE]: "Exact value of an indexed field, such as where.shipping_address.phone=+16175550123." },
    answers: { 200: pageOf(record) },
    errors: ["DATA_TYPE_UNKNOWN"],
    async handle({ params, query, url }) {
      const name = `${params.ns}/${params.Type}`;
      const where = prefixedParameters(url, WHERE);
      // What is kept can be read, whether its collection is still installed or not.
      const gone =
        installer.catalog().dataType(name) === null && (await store.records.count({ dataType: name }, 1)) > 0;
      requireIndexed(Object.keys(where), gone ? [] : requireDataType(installer, name).indexed);
      const page = await store.records.list({ dataType: name, where }, toPaging(query));
      return { status: 200, body: toPageView(page, toRecordView) };
    },
  });
}

function requireIndexed(fields: readonly string[], indexed: readonly string[]): void {
  const unknown = fields.find((field) => !indexed.includes(field));
  if (unknown === undefined) return;
  const known = indexed.length === 0 ? "this data type has none" : `those are ${indexed.join(", ")}`;
  throw new PatchbayError("REQUEST_INVALID", `where.${unknown.slice(0, 64)} is not an indexed field; ${known}`);
}

function getRecord({ store }: RecordDeps): Route {
  return defineRoute({
    id: "get-record",
    method: "GET",
    path: recordPath,
    may: "records:read",
    tag: "Records",
    summary: "Get a record as it is now",
    answers: { 200: record },
    errors: ["RECORD_UNKNOWN"],
    async handle({ params }) {
      const name = `${params.ns}/${params.Type}`;
      const stored = await store.records.get(name, params.key);
      if (stored === null) throw recordUnknown(name, params.key);
      return { status: 200, body: toRecordView(stored) };
    },
  });
}

function patchRecord({ engine, installer }: RecordDeps): Route {
  return defineRoute({
    id: "patch-record",
    method: "PATCH",
    path: recordPath,
    may: "records:change",
    tag: "Records",
    summary: "Change a record by a merge patch (RFC 7396): null removes a member",
    body: anyObject,
    largeBody: true,
    bodyTypes: ["application/json", "application/merge-patch+json"],
    answers: { 200: accepted, 202: accepted },
    errors: ["DATA_TYPE_UNKNOWN", "RECORD_UNKNOWN", "RECORD_INVALID", "RECORD_CONFLICT", "SERVER_OVERLOADED"],
    async handle({ params, body }) {
      const { name } = requireDataType(installer, `${params.ns}/${params.Type}`);
      const done = await engine.patch(name, params.key, body);
      return { status: pushStatus(done.verdict), body: toAcceptedView(done) };
    },
  });
}

function deleteRecord({ engine, installer }: RecordDeps): Route {
  return defineRoute({
    id: "delete-record",
    method: "DELETE",
    path: recordPath,
    may: "records:change",
    tag: "Records",
    summary: "Delete a record; its history stays",
    answers: { 200: accepted },
    errors: ["DATA_TYPE_UNKNOWN", "RECORD_UNKNOWN", "SERVER_OVERLOADED"],
    async handle({ params }) {
      const { name } = requireDataType(installer, `${params.ns}/${params.Type}`);
      return { status: 200, body: toAcceptedView(await engine.remove(name, params.key)) };
    },
  });
}

function recordHistory({ store }: RecordDeps): Route {
  return defineRoute({
    id: "list-record-events",
    method: "GET",
    path: `${recordPath}/events`,
    may: "records:read",
    tag: "Records",
    summary: "What happened to a record, newest first; also after it was deleted",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(event) },
    errors: ["RECORD_UNKNOWN"],
    async handle({ params, query }) {
      const dataType = `${params.ns}/${params.Type}`;
      const page = await store.events.list({ dataType, key: params.key }, toPaging(query));
      const empty = page.items.length === 0;
      if (empty && (await store.records.version(dataType, params.key)) === 0) throw recordUnknown(dataType, params.key);
      return { status: 200, body: toPageView(page, toEventView) };
    },
  });
}

function recordUnknown(dataType: string, key: string): PatchbayError {
  const message = `There is no ${dataType} with the key ${key}`;
  return new PatchbayError("RECORD_UNKNOWN", message.slice(0, 400));
}
