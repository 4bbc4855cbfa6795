import type { Caller } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type Json, type JsonSchema } from "../core/json.js";
import { masked } from "../core/mask.js";
import { has, type May } from "../core/permission.js";
import { hidePersonal } from "../core/personal.js";
import { components } from "./contract/components.js";
import type { Answer, Route } from "./route.js";

/** What is asked for here is about definitions, processes and accounts of operators, not about customers. */
const withoutPeople: readonly string[] = [
  ...["account", "audit", "collections", "connections", "data-types", "flows", "keys", "processes"],
  ...["publishers", "secrets", "stream", "templates", "translators", "users", "webhooks", "workshop"],
];

/** A push is answered with what became of it: the words of its own problems, and nothing of what is stored. */
const unmasked: readonly May[] = ["anyone", "visitor", "records:push", "messages:estimate"];

/**
 * Members whose texts are ours: ids, names of definitions, words for states. A member that is not here is masked, so that a new
 * one shows nobody until somebody has said that it may.
 */
const ours: ReadonlySet<string> = new Set([
  ...[
    "id",
    "key",
    "flow",
    "flowHash",
    "path",
    "dataType",
    "connection",
    "endpoint",
    "code",
    "errorCode",
    "fingerprint",
  ],
  ...["kind", "state", "status", "level", "channel", "verdict", "outcome", "currency", "language", "timeZone", "next"],
  ...["hash", "version", "effectId", "runId", "eventId", "messageId", "stepId", "conversationId", "attachmentId"],
  ...["vendorId", "lastReceivedId", "causedByRun", "quarantineId", "operationId", "broadcastId", "service", "remedy"],
  ...["from", "until", "since", "at", "contentType", "sha256", "scope", "lane", "priority", "template", "behind"],
]);

/** Members that may be called so, and whose texts are people's all the same. */
const peoples: ReadonlySet<string> = new Set(["contact", "to", "recipient", "body"]);

/**
 * Gives what takes people out of a route's answers for callers who may not see them; null for a route that has none in its
 * answers. It goes by the schema that the answer is documented with: what is one of a few words or an instant stays, what is
 * a document of any shape shows nothing but its members' names.
 */
export function maskOf(route: Route): ((answer: Answer, caller: Caller) => Answer) | null {
  if (!showsPeople(route)) return null;
  return (answer, caller) => {
    if (has(caller, "people:read") || answer.status >= 400 || answer.body === undefined) return answer;
    const schema = route.answers[answer.status]?.json ?? {};
    return { ...answer, body: maskValue(toJson(answer.body), schema, "") };
  };
}

/** Puts the mask over what a route answers; a route without people in its answers stays as it is. */
export function withMask(route: Route, handle: Route["handle"]): Route["handle"] {
  const mask = maskOf(route);
  if (mask === null) return handle;
  return async (call) => {
    requireMaskable(route, call.caller);
    const answer = await handle(call);
    return answer === null ? null : mask(answer, call.caller);
  };
}

/** @throws NOT_ALLOWED where an answer is a file or a stream, which cannot be masked */
export function requireMaskable(route: Route, caller: Caller): void {
  if (!showsPeople(route) || has(caller, "people:read")) return;
  if (route.answerType === undefined || route.answerType.includes("json")) return;
  const message = `The role ${caller.role} does not see people's data, and this cannot be shown without`;
  throw new PatchbayError("NOT_ALLOWED", message);
}

/** Tells whether answers of a route may have something about a customer in them. */
export function showsPeople({ may, path }: Pick<Route, "may" | "path">): boolean {
  if (unmasked.includes(may) || !path.startsWith("/api/")) return false;
  return !withoutPeople.includes(may.split(":")[0] ?? "");
}

/** As it goes over the wire. */
function toJson(body: unknown): Json {
  return JSON.parse(JSON.stringify(body)) as Json;
}

function maskValue(value: Json, given: JsonSchema, name: string): Json {
  const schema = resolved(given, value);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return maskText(value, schema, name);
  if (typeof value === "number") return isNumber(schema) ? value : "•••";
  if (Array.isArray(value)) return value.map((item) => maskValue(item, schemaAt(schema, "items"), name));
  const properties = schemaAt(schema, "properties");
  const others = schemaAt(schema, "additionalProperties");
  return Object.fromEntries(
    Object.entries(value).map(([member, one]) => {
      const known = Object.hasOwn(properties, member);
      return [member, maskValue(one, known ? schemaAt(properties, member) : others, known ? member : "")];
    }),
  );
}

function maskText(text: string, { enum: words, format, const: word }: JsonSchema, name: string): string {
  if (Array.isArray(words) && words.includes(text)) return text;
  if (word === text || (format === "date-time" && !Number.isNaN(Date.parse(text)))) return text;
  return ours.has(name) && !peoples.has(name) ? hidePersonal(text) : masked(text);
}

function isNumber({ type }: JsonSchema): boolean {
  return type === "integer" || type === "number";
}

/** Follows references, and takes of several schemas the one that is not null; of more than one, none: then all is masked. */
function resolved(schema: JsonSchema, value: Json): JsonSchema {
  const { $ref, anyOf } = schema;
  if (typeof $ref === "string") return resolved(components[$ref.replace(/^.*\//, "")] ?? {}, value);
  if (!Array.isArray(anyOf)) return schema;
  const others = anyOf.filter((one): one is JsonSchema => isJsonObject(one) && one.type !== "null");
  return others.length === 1 && others[0] !== undefined ? resolved(others[0], value) : {};
}

function schemaAt(schema: JsonSchema, member: string): JsonSchema {
  const found = schema[member];
  return isJsonObject(found) ? found : {};
}
