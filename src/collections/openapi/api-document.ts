import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { nestsDeeperThan } from "../nesting.js";
import { parseText } from "../parse-text.js";
import { createProblemList } from "../problem-list.js";

/** How large a document may be; the largest public ones have a few megabytes. */
export const MAX_DOCUMENT_BYTES = 8_388_608;
const MAX_DEPTH = 64;
const MAX_HOPS = 20;
const forbidden = ["__proto__", "constructor", "prototype"];

/** An OpenAPI document, read. */
export interface ApiDocument {
  readonly root: JsonObject;
  readonly version: "3.0" | "3.1";
  /**
   * Follows references inside the document.
   * @returns What is there in the end with its place; a reason when the reference leads nowhere or out of the document.
   */
  resolve(value: Json | undefined, place: string): Resolved;
}

/** What a reference leads to. */
export type Resolved = { readonly value: Json; readonly place: string } | { readonly problem: string };

/**
 * Reads an OpenAPI document of version 3.0 or 3.1, in YAML or JSON. Nothing that it refers to is fetched.
 * @throws API_DOCUMENT_INVALID
 */
export function readApiDocument(text: string, name: string): ApiDocument {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw invalid(name, `it has ${bytes} bytes, and ${MAX_DOCUMENT_BYTES} can be read`);
  }
  const root = parse(text, name);
  if (!isJsonObject(root)) throw invalid(name, "it is not an object");
  const { openapi, swagger } = root;
  if (typeof swagger === "string") {
    throw invalid(name, `it is Swagger ${swagger.slice(0, 10)}; convert it to OpenAPI 3 first, which many tools do`);
  }
  const version = typeof openapi === "string" ? /^3\.[01](?=\.|$)/.exec(openapi)?.[0] : undefined;
  if (version !== "3.0" && version !== "3.1") {
    throw invalid(name, `its \`openapi\` is ${JSON.stringify(openapi ?? null).slice(0, 30)}, not 3.0 or 3.1`);
  }
  return { root, version, resolve: (value, place) => resolve(root, value, place) };
}

/** Makes the error of a document that cannot be imported. */
export function invalid(name: string, reason: string): PatchbayError {
  return new PatchbayError("API_DOCUMENT_INVALID", `${name} cannot be imported: ${reason}`, { document: name });
}

function parse(text: string, name: string): Json | undefined {
  if (/^\s*\{/.test(text)) return parseJson(text, name);
  const problems = createProblemList();
  const value = parseText(name, text, problems);
  const [first] = problems.all();
  if (first !== undefined) throw invalid(name, `${first.path} ${first.message}`.trim());
  return value;
}

/** As `parseText` does, in a hundredth of the time: JSON documents have megabytes. */
function parseJson(text: string, name: string): Json {
  if (nestsDeeperThan(text, MAX_DEPTH)) throw invalid(name, `it is nested more than ${MAX_DEPTH} levels deep`);
  try {
    const value: unknown = JSON.parse(text, (key, member: unknown) => {
      if (forbidden.includes(key)) throw invalid(name, `it has a member with the forbidden name ${key}`);
      return member;
    });
    return value as Json;
  } catch (error) {
    if (error instanceof PatchbayError) throw error;
    throw invalid(name, error instanceof Error ? error.message : String(error));
  }
}

function resolve(root: JsonObject, given: Json | undefined, from: string): Resolved {
  let value = given;
  let place = from;
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    if (!isJsonObject(value) || typeof value.$ref !== "string") return { value: value ?? null, place };
    const reference = value.$ref;
    if (!reference.startsWith("#")) {
      return {
        problem: `it refers to ${reference.slice(0, 200)}, which is not in this document, and nothing is fetched`,
      };
    }
    place = reference.slice(1);
    value = valueAt(root, place);
    if (value === undefined) return { problem: `it refers to ${reference.slice(0, 200)}, which is not there` };
  }
  return { problem: "it refers to itself" };
}

/** Gives what a JSON pointer names, also one that was written into an address. */
function valueAt(root: JsonObject, pointer: string): Json | undefined {
  if (pointer !== "" && !pointer.startsWith("/")) return undefined;
  let value: Json | undefined = root;
  for (const part of pointer.split("/").slice(1)) {
    const name: string = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = /^\d{1,6}$/.test(name) ? value[Number(name)] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
