import type { DeclaredParameter, ParameterStyle } from "../../core/declared-endpoint.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { pointerPart } from "../problem-list.js";
import type { ApiDocument } from "./api-document.js";
import type { SchemaConverter } from "./convert-schema.js";
import type { Notes } from "./notes.js";

/** What parts of an API document are imported with. */
export interface Importing {
  readonly document: ApiDocument;
  readonly schemas: SchemaConverter;
  readonly notes: Notes;
}

/** The parameters of one operation. */
export interface ImportedParameters {
  readonly parameters: Readonly<Record<string, DeclaredParameter>>;
  /** Header by which the API recognises a repeated call; Patchbay fills it in. */
  readonly idempotencyHeader: string | null;
  /** Why the operation cannot be called; null when it can. */
  readonly obstacle: string | null;
}

/** One parameter with where it stands in the document. */
interface Placed {
  readonly parameter: JsonObject;
  readonly place: string;
}

/** Where a list of parameters stands. */
export interface ParameterList {
  readonly list: Json | undefined;
  readonly place: string;
}

/** Reads the parameters of an operation, its own in place of those of its path. */
export function importParameters(lists: readonly ParameterList[], importing: Importing): ImportedParameters {
  const gathered = gather(lists, importing);
  if (typeof gathered === "string") return failed(gathered);
  const isKey = ({ parameter }: Placed): boolean =>
    parameter.in === "header" && /^(x-)?idempotency-key$/i.test(String(parameter.name));
  const parameters: Record<string, DeclaredParameter> = {};
  for (const placed of gathered.filter((one) => !isKey(one) && !isOwnHeader(one))) {
    const name = String(placed.parameter.name ?? "");
    const imported = importParameter(placed, name, importing);
    if (imported === null) continue;
    if ("obstacle" in imported) return failed(imported.obstacle);
    const key = freeKey(name, imported.in, parameters);
    parameters[key] = key === name ? imported : { ...imported, name };
  }
  const key = gathered.find(isKey);
  if (key) importing.notes.say(key.place, "the idempotency key is filled in by Patchbay, the same on every attempt");
  return { parameters, idempotencyHeader: key ? String(key.parameter.name) : null, obstacle: null };
}

/** @returns Why one of them cannot be read. */
function gather(lists: readonly ParameterList[], { document }: Importing): readonly Placed[] | string {
  const byIdentity = new Map<string, Placed>();
  for (const { list, place } of lists) {
    for (const [index, given] of (Array.isArray(list) ? list : []).entries()) {
      const resolved = document.resolve(given, place + pointerPart(index));
      if ("problem" in resolved) return `a parameter cannot be read: ${resolved.problem}`;
      const { value, place: at } = resolved;
      if (isJsonObject(value)) byIdentity.set(`${value.in} ${value.name}`, { parameter: value, place: at });
    }
  }
  return [...byIdentity.values()];
}

function failed(obstacle: string): ImportedParameters {
  return { parameters: {}, idempotencyHeader: null, obstacle };
}

/** `body` and `paginate` are Patchbay's own, and the same name may be in the path and in the query. */
function freeKey(name: string, where: string, taken: Readonly<Record<string, unknown>>): string {
  const isTaken = (key: string): boolean => key === "body" || key === "paginate" || Object.hasOwn(taken, key);
  if (!isTaken(name)) return name;
  let key = `${name}-${where}`;
  while (isTaken(key)) key += "-2";
  return key;
}

/** Source: https://spec.openapis.org/oas/v3.1.0#parameter-object: these three are said elsewhere. */
function isOwnHeader({ parameter }: Placed): boolean {
  const { in: where, name } = parameter;
  return where === "header" && ["accept", "content-type", "authorization"].includes(String(name).toLowerCase());
}

function importParameter(
  { parameter, place }: Placed,
  name: string,
  { schemas, notes }: Importing,
): DeclaredParameter | { readonly obstacle: string } | null {
  const { in: where, allowReserved, schema, content } = parameter;
  const isRequired = parameter.required === true || where === "path";
  if (where !== "path" && where !== "query" && where !== "header") {
    if (isRequired) return { obstacle: `it needs a ${String(where)} parameter` };
    notes.lose(place, `parameters in ${String(where)} are left out`);
    return null;
  }
  const [media, alternative] = isJsonObject(content) ? (Object.entries(content)[0] ?? []) : [];
  const style = media === undefined ? styleOf(parameter) : styleOfMedia(media);
  if (style === null) {
    if (isRequired) return { obstacle: `its parameter ${name} is written in an unknown way` };
    notes.lose(place, "parameters that are written in an unknown way are left out");
    return null;
  }
  if (allowReserved === true) notes.say(place, "parameters are always escaped (allowReserved is not heeded)");
  return {
    in: where,
    ...(isRequired && { required: true }),
    ...(style !== "repeat" && { style }),
    ...aboutOf(parameter),
    schema: schemas.convert(isJsonObject(alternative) ? alternative.schema : schema, `${place}/schema`),
  };
}

function aboutOf({ description }: JsonObject): { readonly description?: string } {
  const text = typeof description === "string" ? description.trim() : "";
  return text === "" ? {} : { description: text.slice(0, 300) };
}

function styleOfMedia(media: string): ParameterStyle | null {
  return /[/+]json\b/i.test(media) ? "json" : null;
}

/** Null for a style that cannot be written. Source: https://spec.openapis.org/oas/v3.1.0#style-values */
function styleOf({ in: where, style, explode }: JsonObject): ParameterStyle | null {
  if (where !== "query") return style === undefined || style === "simple" ? "repeat" : null;
  if (style === "spaceDelimited") return explode === true ? "repeat" : "space";
  if (style === "pipeDelimited") return explode === true ? "repeat" : "pipe";
  if (style === "deepObject") return "deep";
  if (style !== undefined && style !== "form") return null;
  return explode === false ? "comma" : "repeat";
}
