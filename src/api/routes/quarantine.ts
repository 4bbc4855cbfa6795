import { PatchbayError } from "../../core/errors.js";
import { quarantineStates } from "../../core/quarantine.js";
import type { ApiDeps } from "../api-deps.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { quarantinedRecord, releaseRequest, toQuarantinedRecordView } from "../contract/quarantine.js";
import { accepted, toAcceptedView } from "../contract/record.js";
import { described, object, oneOf, text } from "../contract/schema.js";
import { pushStatus } from "../push-status.js";
import { defineRoute, type Route } from "../route.js";

type QuarantineDeps = Pick<ApiDeps, "engine" | "store">;

const filters = {
  state: described("`held`: those that wait for somebody.", oneOf(quarantineStates)),
  dataType: text({ minLength: 1, maxLength: 200 }),
};

/** Pushed records that do not fit their data type. */
export function quarantineRoutes(deps: QuarantineDeps): Route[] {
  return [listQuarantine(deps), getQuarantined(deps), release(deps), discard(deps)];
}

function listQuarantine({ store }: QuarantineDeps): Route {
  return defineRoute({
    id: "list-quarantine",
    method: "GET",
    path: "/api/v1/quarantine",
    may: "quarantine:read",
    tag: "Quarantine",
    summary: "List quarantined records, newest first",
    query: object({}, { ...pagingMembers, ...filters }),
    answers: { 200: pageOf(quarantinedRecord) },
    errors: [],
    async handle({ query }) {
      const { state, dataType } = query;
      const page = await store.quarantine.list({ state, dataType }, toPaging(query));
      return { status: 200, body: toPageView(page, toQuarantinedRecordView) };
    },
  });
}

function getQuarantined({ store }: QuarantineDeps): Route {
  return defineRoute({
    id: "get-quarantined",
    method: "GET",
    path: "/api/v1/quarantine/{id}",
    may: "quarantine:read",
    tag: "Quarantine",
    summary: "Get a quarantined record with its problems",
    answers: { 200: quarantinedRecord },
    errors: ["QUARANTINE_UNKNOWN"],
    async handle({ params: { id } }) {
      const found = await store.quarantine.get(id);
      if (found !== null) return { status: 200, body: toQuarantinedRecordView(found) };
      throw new PatchbayError("QUARANTINE_UNKNOWN", `There is no record ${id.slice(0, 100)} in quarantine`);
    },
  });
}

function release({ engine }: QuarantineDeps): Route {
  return defineRoute({
    id: "release-quarantined",
    method: "POST",
    path: "/api/v1/quarantine/{id}/release",
    may: "quarantine:change",
    tag: "Quarantine",
    summary: "Push a quarantined record, corrected or as it was; it stays where it is when it still does not fit",
    body: releaseRequest,
    largeBody: true,
    bodyOptional: true,
    answers: { 200: accepted, 201: accepted, 202: accepted },
    errors: [
      ...(["QUARANTINE_UNKNOWN", "QUARANTINE_LEFT", "QUARANTINE_SUPERSEDED", "DATA_TYPE_UNKNOWN"] as const),
      ...(["RECORD_INVALID", "RECORD_CONFLICT", "QUARANTINE_CHANGED", "SERVER_OVERLOADED"] as const),
    ],
    async handle({ params: { id }, body: { document = null, force = false } }) {
      const done = await engine.release(id, { document, force });
      return { status: pushStatus(done.verdict), body: toAcceptedView(done) };
    },
  });
}

function discard({ engine }: QuarantineDeps): Route {
  return defineRoute({
    id: "discard-quarantined",
    method: "POST",
    path: "/api/v1/quarantine/{id}/discard",
    may: "quarantine:change",
    tag: "Quarantine",
    summary: "Say that a quarantined record is not wanted; it is kept, and never pushed",
    answers: { 200: quarantinedRecord },
    errors: ["QUARANTINE_UNKNOWN", "QUARANTINE_LEFT", "QUARANTINE_CHANGED"],
    async handle({ params: { id } }) {
      return { status: 200, body: toQuarantinedRecordView(await engine.discard(id)) };
    },
  });
}
