import type { DeclaredEndpoint, DeclaredEndpoints, DeclaredParameter } from "../../core/declared-endpoint.js";
import type { OnRepeat } from "../../core/effect.js";
import { describeProblems, PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from "../../core/json.js";
import type { Endpoint } from "../define-connector.js";
import type { HttpClient } from "./client.js";
import { createDeclaredCheck } from "./declared-check.js";
import { type Paging, pagingSchema, type RequestPayload, type Scalar } from "./payload.js";
import { prepareRequest } from "./prepare-request.js";
import { reachable } from "./reachable.js";
import type { HttpSettings } from "./settings.js";

/** Makes the endpoints that a collection declares for a connection: each checks what it is given before anything is sent. */
export function declareEndpoints({
  endpoints,
  $defs = {},
}: DeclaredEndpoints): readonly Endpoint<HttpClient, HttpSettings>[] {
  return Object.entries(endpoints).map(([key, declared]) => toEndpoint(key, declared, $defs));
}

function toEndpoint(
  key: string,
  declared: DeclaredEndpoint,
  $defs: NonNullable<DeclaredEndpoints["$defs"]>,
): Endpoint<HttpClient, HttpSettings> {
  const payload = toPayloadSchema(declared, $defs);
  const check = createDeclaredCheck(payload, declared.title);
  return Object.freeze({
    key,
    title: declared.title,
    onRepeat: repeatOf(declared),
    findable: false,
    payload,
    prepare: (given: JsonObject, settings: HttpSettings) => {
      const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
      const checked = check(present);
      if (!checked.ok) {
        const { problems } = checked;
        throw new PatchbayError("PAYLOAD_INVALID", `${declared.title}: ${describeProblems(problems)}`, { problems });
      }
      const { idempotencyHeader } = declared;
      return prepareRequest(toRequest(declared, present), {
        ...settings,
        ...(idempotencyHeader !== undefined && { idempotencyHeader }),
      });
    },
    send: (client, request, context) => client.send(request, context),
  } satisfies Endpoint<HttpClient, HttpSettings>);
}

/** As far as it can be said without the connection's settings. */
function repeatOf({ method, repeatable, idempotencyHeader }: DeclaredEndpoint): OnRepeat {
  if (repeatable ?? (method !== "POST" && method !== "PATCH")) return "none";
  return idempotencyHeader === undefined || repeatable === false ? "duplicate" : "same";
}

function toPayloadSchema(
  { method, parameters = {}, body, description }: DeclaredEndpoint,
  $defs: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const own = Object.entries(parameters);
  const properties: Record<string, unknown> = Object.fromEntries(
    own.map(([name, { schema, description: about }]) => [
      name,
      about === undefined ? schema : { description: about, ...schema },
    ]),
  );
  const required = own.flatMap(([name, { required: needed, in: where }]) => (needed || where === "path" ? [name] : []));
  if (body !== undefined) properties.body = body.schema;
  if (body?.required) required.push("body");
  if (method === "GET") properties.paginate = pagingSchema;
  const defs = reachable(properties, $defs);
  return {
    type: "object",
    ...(description !== undefined && { description }),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties,
    ...(Object.keys(defs).length > 0 && { $defs: defs }),
  };
}

function toRequest(
  { method, path, parameters = {}, body, repeatable }: DeclaredEndpoint,
  given: JsonObject,
): RequestPayload {
  const placed: Record<"path" | "query" | "header", [string, Json][]> = { path: [], query: [], header: [] };
  for (const [key, parameter] of Object.entries(parameters)) {
    const value = Object.hasOwn(given, key) ? given[key] : undefined;
    if (value === undefined) continue;
    placed[parameter.in].push(...written(parameter, parameter.name ?? key, value));
  }
  const { paginate } = given;
  return {
    method,
    path,
    parameters: Object.fromEntries(placed.path.map(([name, value]) => [name, scalarOf(value)])),
    query: toQuery(placed.query),
    headers: Object.fromEntries(placed.header.map(([name, value]) => [name, String(scalarOf(value))])),
    ...(body !== undefined && given.body !== undefined && toBody(body.contentType, given.body)),
    read: "auto",
    ...(repeatable !== undefined && { repeatable }),
    // The schema has just checked the shape, and fills in no defaults.
    ...(isJsonObject(paginate) && { paginate: { items: "", maxPages: 10, ...paginate } as unknown as Paging }),
  };
}

const separators: Partial<Record<NonNullable<DeclaredParameter["style"]>, string>> = {
  comma: ",",
  space: " ",
  pipe: "|",
};

/** Gives the pairs that a value is written as. Source: https://spec.openapis.org/oas/v3.1.0#style-values */
function written({ in: where, style = "repeat" }: DeclaredParameter, name: string, value: Json): [string, Json][] {
  if (style === "json") return [[name, JSON.stringify(value)]];
  if (isJsonObject(value) && style === "deep") {
    return Object.entries(value).flatMap(([member, inner]): [string, Json][] => [[`${name}[${member}]`, inner]]);
  }
  if (isJsonObject(value)) return Object.entries(value);
  if (!Array.isArray(value) || (where === "query" && style === "repeat")) return [[name, value]];
  return [[name, value.map((item) => scalarOf(item)).join(separators[style] ?? ",")]];
}

function toQuery(pairs: readonly (readonly [string, Json])[]): NonNullable<RequestPayload["query"]> {
  return Object.fromEntries(
    pairs.map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(scalarOf) : value === null ? null : scalarOf(value),
    ]),
  );
}

/** What is neither text nor a number is written as JSON, so that nothing is lost. */
function scalarOf(value: Json): Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : JSON.stringify(value);
}

function toBody(contentType: string, body: Json): Partial<RequestPayload> {
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    return { form: isJsonObject(body) ? toQuery(Object.entries(body)) : {} };
  }
  if (/[/+]json\b/i.test(contentType)) return { json: body, contentType };
  return { text: typeof body === "string" ? body : JSON.stringify(body), contentType };
}
