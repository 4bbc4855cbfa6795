import type { DeclaredEndpoint, DeclaredEndpoints } from "../core/declared-endpoint.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import { below, type Place, type ProblemList } from "./problem-list.js";
import type { Located } from "./read-draft.js";
import type { ConnectionEndpoints } from "./read-endpoints.js";
import { subschemas } from "./schema-walk.js";
import type { Surroundings } from "./surroundings.js";

const REMEDY = "Correct the schema; docs/http.md says what it may have.";

interface Checking {
  readonly surroundings: Surroundings;
  readonly problems: ProblemList;
}

/** Reports endpoints that belong to no connection, or to one that can have none, and what is wrong with each. */
export function checkEndpoints({ file, value }: Located<ConnectionEndpoints>, checking: Checking): void {
  const { surroundings, problems } = checking;
  const whole = { file, path: "" };
  const connection = surroundings.connections.get(value.connection);
  if (connection === undefined) {
    const remedy = "Call the file as a connection of collection.yaml is called.";
    problems.error(whole, `there is no connection ${value.connection}`, remedy);
  }
  const connector = surroundings.connectors.find(({ key }) => key === connection?.connector);
  if (connector !== undefined && connector.declare === undefined) {
    const remedy = "Remove the file; only connections of http have endpoints of their own.";
    problems.error(whole, `a connection of ${connector.key} has no endpoints of its own`, remedy);
  }
  for (const [name, endpoint] of Object.entries(value.declared.endpoints)) {
    const place = below({ file, path: "/endpoints" }, name);
    if (connector?.endpoints.some(({ key }) => key === name)) {
      problems.error(place, `${connector.key}/${name} is the connector's own`, "Choose another name.");
    }
    checkPath(endpoint, place, problems);
    for (const [schema, at] of schemasOf(endpoint, place)) checkSchema(schema, at, { ...checking, ...value });
  }
  for (const [name, schema] of Object.entries(value.declared.$defs ?? {})) {
    checkSchema(schema as JsonObject, below({ file, path: "/$defs" }, name), { ...checking, ...value });
  }
}

function checkPath({ path, parameters = {} }: DeclaredEndpoint, place: Place, problems: ProblemList): void {
  const named = Object.entries(parameters).filter(([, { in: where }]) => where === "path");
  const names = named.map(([key, { name }]) => name ?? key);
  const wanted = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
  for (const name of wanted.filter((one) => !names.includes(one))) {
    problems.error(below(place, "path"), `has {${name}}, for which there is no parameter`, "Add it with in: path.");
  }
  for (const [key, { name = key }] of named) {
    if (wanted.includes(name)) continue;
    problems.error(below(below(place, "parameters"), key), `is not in the path ${path}`, `Write {${name}} there.`);
  }
}

function schemasOf({ parameters = {}, body }: DeclaredEndpoint, place: Place): [JsonObject, Place][] {
  const found = Object.entries(parameters).map(([name, { schema }]): [JsonObject, Place] => [
    schema as JsonObject, // it was read from JSON
    below(below(below(place, "parameters"), name), "schema"),
  ]);
  if (body !== undefined) found.push([body.schema as JsonObject, below(below(place, "body"), "schema")]);
  return found;
}

function checkSchema(
  schema: JsonObject,
  place: Place,
  { surroundings, problems, declared }: Checking & { declared: DeclaredEndpoints },
): void {
  const { problems: found, references } = surroundings.grammar.inspect(schema);
  problems.errors(place, found, REMEDY);
  for (const { path } of references) {
    const at = { file: place.file, path: place.path + path };
    problems.error(at, "endpoints cannot refer to data types", "Write the schema into $defs of this file.");
  }
  for (const { path, schema: part } of subschemas(schema)) {
    const { $ref: reference } = part;
    if (typeof reference !== "string" || !reference.startsWith("#") || leadsSomewhere(reference, declared)) continue;
    const at = { file: place.file, path: `${place.path}${path}/$ref` };
    problems.error(at, `${reference} is not in this file`, "Refer to #/$defs/<name>.");
  }
}

function leadsSomewhere(reference: string, { $defs = {} }: DeclaredEndpoints): boolean {
  if (!reference.startsWith("#/$defs/")) return false;
  const parts = reference.slice("#/$defs/".length).split("/");
  let value: Json | undefined = $defs as JsonObject; // it was read from JSON
  for (const part of parts) {
    const name = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
    const members: JsonObject | null = isJsonObject(value) ? value : null;
    value = members !== null && Object.hasOwn(members, name) ? members[name] : undefined;
  }
  return isJsonObject(value) || typeof value === "boolean";
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
