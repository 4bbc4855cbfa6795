import type { DeclaredEndpoint } from "../../core/declared-endpoint.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { pointerPart } from "../problem-list.js";
import { importBody } from "./import-body.js";
import { type Importing, importParameters } from "./import-parameters.js";

/** An operation of the document as an endpoint. */
export interface ImportedEndpoint {
  readonly name: string;
  /** As the document calls it. */
  readonly operationId: string | null;
  readonly endpoint: DeclaredEndpoint;
}

/** An operation that is there, and what it is chosen by. */
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly place: string;
  readonly item: JsonObject;
  readonly definition: JsonObject;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const others = ["options", "trace"];
/** The connector's own endpoints. */
const reserved = ["request"];

/**
 * Reads every operation as an endpoint. What cannot be called is left out, and the notes say why.
 *
 * @param only Operation ids, `GET /path`, tags, or parts of a path that ends in `*`; everything when there are none.
 */
export function importEndpoints(importing: Importing, only: readonly string[]): ImportedEndpoint[] {
  const taken = new Set(reserved);
  const used = new Set<string>();
  const endpoints = operationsOf(importing).flatMap((operation): ImportedEndpoint[] => {
    if (only.length > 0 && !isChosen(operation, only, used)) return [];
    const endpoint = importOperation(operation, importing);
    if (typeof endpoint === "string") {
      importing.notes.lose(operation.place, `an operation is left out: ${endpoint}`);
      return [];
    }
    const { operationId } = operation.definition;
    const id = typeof operationId === "string" && operationId !== "" ? operationId : null;
    const name = freeName(id ?? `${operation.method} ${operation.path}`, taken);
    taken.add(name);
    return [{ name, operationId: id, endpoint }];
  });
  for (const wish of only) if (!used.has(wish)) importing.notes.lose("", `nothing is called ${wish.slice(0, 100)}`);
  return endpoints;
}

function operationsOf({ document, notes }: Importing): Operation[] {
  const { paths } = document.root;
  return Object.entries(isJsonObject(paths) ? paths : {}).flatMap(([path, given]): Operation[] => {
    const resolved = document.resolve(given, `/paths${pointerPart(path)}`);
    if ("problem" in resolved) {
      notes.lose(`/paths${pointerPart(path)}`, `a path is left out: ${resolved.problem}`);
      return [];
    }
    const { value: item, place } = resolved;
    if (!isJsonObject(item)) return [];
    for (const method of others) {
      if (item[method] !== undefined)
        notes.lose(`${place}/${method}`, `operations by ${method.toUpperCase()} are left out`);
    }
    return methods.flatMap((method): Operation[] => {
      const definition = item[method.toLowerCase()];
      return isJsonObject(definition)
        ? [{ method, path, item, definition, place: `${place}/${method.toLowerCase()}` }]
        : [];
    });
  });
}

function isChosen({ method, path, definition }: Operation, only: readonly string[], used: Set<string>): boolean {
  const tags = Array.isArray(definition.tags) ? definition.tags : [];
  const fits = only.filter(
    (wish) =>
      wish === definition.operationId ||
      wish.toUpperCase() === `${method} ${path}`.toUpperCase() ||
      tags.includes(wish) ||
      (wish.endsWith("*") && path.startsWith(wish.slice(0, -1))),
  );
  for (const wish of fits) used.add(wish);
  return fits.length > 0;
}

/** @returns Why the operation cannot be called, where it cannot. */
function importOperation(operation: Operation, importing: Importing): DeclaredEndpoint | string {
  const { method, path, place, item, definition } = operation;
  const { notes } = importing;
  if (!path.startsWith("/") || /[\s#\\]/.test(path) || path.length > 2_000) return "its path cannot be called";
  const lists = [
    { list: item.parameters, place: `${place.slice(0, place.lastIndexOf("/"))}/parameters` },
    { list: definition.parameters, place: `${place}/parameters` },
  ];
  const { parameters, idempotencyHeader, obstacle } = importParameters(lists, importing);
  if (obstacle !== null) return obstacle;
  const mismatch = pathMismatch(path, parameters);
  if (mismatch !== null) return mismatch;
  const takesBody = method !== "GET" && method !== "HEAD";
  if (!takesBody && definition.requestBody !== undefined) notes.lose(place, `bodies of ${method} are not sent`);
  const body = takesBody ? importBody(definition.requestBody, `${place}/requestBody`, importing) : null;
  if (body !== null && "obstacle" in body) return body.obstacle;
  sayWhatIsNotHeeded(operation, importing);
  const about = aboutOf(definition.description);
  return {
    title: titleOf(operation),
    ...(about !== null && { description: about }),
    method: methods.find((known) => known === method) ?? "GET",
    path,
    ...(idempotencyHeader !== null && { idempotencyHeader }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(body !== null && { body }),
  };
}

/** What stands in the path has to be among the parameters, and the other way round. */
function pathMismatch(path: string, parameters: NonNullable<DeclaredEndpoint["parameters"]>): string | null {
  const wanted = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
  const given = Object.entries(parameters).flatMap(([key, one]) => (one.in === "path" ? [one.name ?? key] : []));
  const missing = wanted.find((name) => !given.includes(name));
  if (missing !== undefined) return `there is no parameter for {${missing.slice(0, 60)}} of its path`;
  const left = given.find((name) => !wanted.includes(name));
  return left === undefined ? null : `its path has no {${left.slice(0, 60)}}`;
}

function sayWhatIsNotHeeded({ definition, item, place }: Operation, { notes }: Importing): void {
  if (definition.callbacks !== undefined) notes.lose(place, "callbacks are left out");
  if (definition.servers !== undefined || item.servers !== undefined) {
    notes.lose(place, "an operation with servers of its own is called at the connection's address");
  }
  if (definition.deprecated === true) notes.say(place, "operations that are deprecated are there all the same");
}

function titleOf({ definition, method, path }: Operation): string {
  const { summary, operationId } = definition;
  const [title] = [summary, operationId].filter(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  );
  return (title ?? `${method} ${path}`).trim().slice(0, 200);
}

function aboutOf(description: Json | undefined): string | null {
  return typeof description === "string" && description.trim() !== "" ? description.trim().slice(0, 1_000) : null;
}

/** `createPet` and `create_pet` are create-pet; the second of the same name has a number. */
function freeName(id: string, taken: ReadonlySet<string>): string {
  const words = id
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const base = (/^[a-z]/.test(words) ? words : `call-${words}`).slice(0, 58).replace(/-+$/, "");
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}
