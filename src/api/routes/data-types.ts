import type { ApiDeps } from "../api-deps.js";
import { dataType, documentCheck, toDataTypeView } from "../contract/definitions.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { anyObject, object } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { requireDataType } from "./push-records.js";

/** Installed data types. */
export function dataTypeRoutes({ installer }: Pick<ApiDeps, "installer">): Route[] {
  const list = defineRoute({
    id: "list-data-types",
    method: "GET",
    path: "/api/v1/data-types",
    may: "data-types:read",
    tag: "Data types",
    summary: "List data types by name",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(dataType) },
    errors: [],
    handle({ query }) {
      const page = cutPage(installer.catalog().dataTypes(), toPaging(query));
      return { status: 200, body: toPageView(page, toDataTypeView) };
    },
  });
  const get = defineRoute({
    id: "get-data-type",
    method: "GET",
    path: "/api/v1/data-types/{ns}/{Type}",
    may: "data-types:read",
    tag: "Data types",
    summary: "Get a data type",
    answers: { 200: dataType },
    errors: ["DATA_TYPE_UNKNOWN"],
    handle: ({ params }) => ({
      status: 200,
      body: toDataTypeView(requireDataType(installer, `${params.ns}/${params.Type}`)),
    }),
  });
  const check = defineRoute({
    id: "check-document",
    method: "POST",
    path: "/api/v1/data-types/{ns}/{Type}/check",
    may: "data-types:read",
    audited: false,
    tag: "Data types",
    summary: "Say what of a document does not fit a data type; nothing is kept",
    body: anyObject,
    largeBody: true,
    answers: { 200: documentCheck },
    errors: ["DATA_TYPE_UNKNOWN"],
    handle: ({ params, body }) => ({
      status: 200,
      body: { problems: requireDataType(installer, `${params.ns}/${params.Type}`).validate(body) },
    }),
  });
  return [list, get, check];
}
