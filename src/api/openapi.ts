import type { DataType } from "../core/data-type.js";
import { type ErrorCode, errorCatalogue } from "../core/error-catalogue.js";
import type { JsonSchema } from "../core/json.js";
import { components } from "./contract/components.js";
import { problem } from "./contract/problem.js";
import { sessionCookie } from "./credentials.js";
import type { Route } from "./route.js";

/** What the document is made from. */
export interface OpenApiFacts {
  readonly version: string;
  readonly publicUrl: string | null;
  /** Shown as components and in the record routes; empty for callers who may not know them. */
  readonly dataTypes: readonly DataType[];
}

const parameterTexts: Readonly<Record<string, string>> = {
  ns: "Namespace: the collection's name, or `local`.",
  Type: "Name of the data type within its namespace.",
  key: "The record's natural key; several key fields are joined by `~`.",
  id: "Id, as lists give it.",
  name: "Name within the namespace.",
  number: "A phone number in E.164.",
  fingerprint: "The issue's fingerprint, percent-encoded.",
};

/** Gives the OpenAPI 3.1 document of these routes, from the same schemas that check their requests. */
export function toOpenApi(routes: readonly Route[], { version, publicUrl, dataTypes }: OpenApiFacts): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = toOperation(route, dataTypes);
    paths[route.path] = operations;
  }
  return {
    openapi: "3.1.0",
    info: { title: "Patchbay", version, summary: "One order, one message, provable", license: { name: "Apache-2.0" } },
    servers: [{ url: publicUrl ?? "/" }],
    paths,
    components: { schemas: { ...components, ...toComponents(dataTypes) }, securitySchemes },
  };
}

const securitySchemes = {
  key: {
    type: "http",
    scheme: "bearer",
    description: "An API key (`patchbay key create`), once there is a user or a key.",
  },
  session: { type: "apiKey", in: "cookie", name: sessionCookie.plain, description: "Set by signing in." },
  tenantKey: { type: "apiKey", in: "header", name: "X-Tenant-Access-Key" },
  tenantToken: { type: "apiKey", in: "header", name: "X-Tenant-Access-Token" },
};

const securities = [{ key: [] }, { session: [] }, { tenantKey: [], tenantToken: [] }];

function toOperation(route: Route, dataTypes: readonly DataType[]): object {
  const body = toRequestBody(route, dataTypes);
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    "x-may": route.may,
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(body === null ? {} : { requestBody: { required: route.bodyOptional !== true, content: body } }),
    responses: toResponses(route),
    security: route.may === "anyone" || route.may === "visitor" ? [] : securities,
  };
}

function pathParameters({ path }: Route): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
    const description = parameterTexts[name];
    const schema = { type: "string" };
    return { name, in: "path", required: true, schema, ...(description === undefined ? {} : { description }) };
  });
}

function queryParameters({ query, queryPrefixes = {} }: Route): object[] {
  const named = Object.entries(query?.members ?? {}).map(([name, { json }]) => ({ name, in: "query", schema: json }));
  const families = Object.entries(queryPrefixes).map(([prefix, description]) => ({
    name: prefix,
    in: "query",
    description: `\`${prefix}<field>=value\`: ${description}`,
    style: "form",
    explode: true,
    schema: { type: "object", additionalProperties: { type: "string" } },
  }));
  return [...named, ...families];
}

function headerParameters({ headers = {} }: Route): object[] {
  return Object.entries(headers).map(([name, description]) => ({
    ...{ name, in: "header", description },
    schema: { type: "string" },
  }));
}

type Content = Record<string, { schema: JsonSchema }>;

function toRequestBody(route: Route, dataTypes: readonly DataType[]): Content | null {
  if (route.ownBody !== undefined) {
    const own = Object.entries(route.ownBody).map(([type, { json }]) => [type, { schema: json }]);
    return route.id === "push-records" ? withDataTypes(Object.fromEntries(own), dataTypes) : Object.fromEntries(own);
  }
  if (route.body === undefined) return null;
  const { json } = route.body;
  return Object.fromEntries((route.bodyTypes ?? ["application/json"]).map((type) => [type, { schema: json }]));
}

/** Shows what the records of the installed data types look like where records are pushed. */
function withDataTypes(content: Content, dataTypes: readonly DataType[]): Content {
  const record = content["application/json"];
  if (record === undefined || dataTypes.length === 0) return content;
  const references = dataTypes.map(({ name }) => ({ $ref: `#/components/schemas/${componentName(name)}` }));
  return { ...content, "application/json": { schema: { anyOf: [...references, record.schema] } } };
}

function toComponents(dataTypes: readonly DataType[]): Record<string, JsonSchema> {
  // An $id of its own keeps the references inside a data type's schema pointing into that schema.
  return Object.fromEntries(
    dataTypes.map(({ name, schema }) => [componentName(name), { ...schema, $id: `/data-types/${name}` }]),
  );
}

function componentName(dataType: string): string {
  return dataType.replace("/", ".");
}

function toResponses(route: Route): Record<string, object> {
  const responses: Record<string, object> = {};
  for (const [status, schema] of Object.entries(route.answers)) {
    const type = route.answerType ?? "application/json";
    const content = schema === null ? {} : { content: { [type]: { schema: schema.json } } };
    responses[status] = { description: route.summary, ...content };
  }
  addProblems(responses, route.ownErrors ? gateErrors(route) : errorsOf(route));
  return responses;
}

function addProblems(responses: Record<string, object>, codes: readonly ErrorCode[]): void {
  for (const status of new Set(codes.map((code) => errorCatalogue[code].status))) {
    const group = codes.filter((code) => errorCatalogue[code].status === status);
    const before = responses[status] as { content?: object } | undefined;
    responses[status] = {
      description: group.map((code) => `${code}: ${errorCatalogue[code].title}`).join("; "),
      content: { ...before?.content, "application/problem+json": { schema: problem.json } },
    };
  }
}

function errorsOf(route: Route): ErrorCode[] {
  const every: ErrorCode[] = [...route.errors, "REQUEST_INVALID", "INTERNAL_ERROR", "STORE_UNAVAILABLE"];
  every.push(...gateErrors(route));
  if (route.body !== undefined) every.push(...bodyErrors);
  return [...new Set(every)];
}

const bodyErrors: readonly ErrorCode[] = [
  ...(["BODY_EMPTY", "BODY_NOT_JSON", "BODY_TOO_DEEP", "BODY_UNSAFE"] as const),
  ...(["BODY_TOO_LARGE", "BODY_TOO_SLOW", "CONTENT_TYPE_UNSUPPORTED"] as const),
];

/** The errors of who may call. */
function gateErrors({ may }: Route): ErrorCode[] {
  if (may === "anyone") return ["RATE_LIMITED"];
  const known = ["API_KEY_INVALID", "SIGN_IN_NEEDED", "NOT_ALLOWED"] as const;
  const here = ["SETUP_NEEDED", "HOST_NOT_ALLOWED", "ORIGIN_NOT_ALLOWED"] as const;
  return ["RATE_LIMITED", ...(may === "visitor" ? [] : known), ...here];
}
