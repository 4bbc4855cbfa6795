import type { ConnectionDefinition } from "../core/collection.js";
import type { DeclaredEndpoints } from "../core/declared-endpoint.js";
import type { Grammar } from "./grammar.js";
import { parseText } from "./parse-text.js";
import type { ProblemList } from "./problem-list.js";
import { qualified } from "./qualified-name.js";

/** The endpoints that one connection has of its own. */
export interface ConnectionEndpoints {
  /** `namespace/name`. */
  readonly connection: string;
  readonly declared: DeclaredEndpoints;
}

/** A file of endpoints. */
interface EndpointsFile {
  readonly path: string;
  /** Its name without its ending: what its connection is called. */
  readonly stem: string;
  readonly text: string;
}

interface Reading {
  readonly grammar: Grammar;
  readonly problems: ProblemList;
  readonly namespace: string;
}

/** Where endpoints came from, and what they are. */
interface Placed {
  readonly file: string;
  readonly value: ConnectionEndpoints;
}

/** Reads one file of endpoints. */
export function readEndpoints(
  { path: file, stem, text }: EndpointsFile,
  { grammar, problems, namespace }: Reading,
): Placed[] {
  const document = parseText(file, text, problems);
  if (document === undefined) return [];
  const remedy = "See docs/http.md for what an endpoint may have.";
  problems.errors({ file, path: "" }, grammar.check("endpoints", document), remedy);
  if (problems.failed(file)) return [];
  const declared = document as unknown as DeclaredEndpoints; // the grammar has just checked the shape
  return [{ file, value: { connection: qualified(stem, namespace), declared } }];
}

/** Gives a manifest with the endpoints at their connections. */
export function withEndpoints<Manifest extends { readonly connections: readonly ConnectionDefinition[] }>(
  manifest: Manifest,
  endpoints: readonly Placed[],
): Manifest {
  if (endpoints.length === 0) return manifest;
  const connections = manifest.connections.map((connection) => {
    const own = endpoints.find(({ value }) => value.connection === connection.name);
    if (own === undefined) return connection;
    const { endpoints: declared, $defs } = own.value.declared;
    return { ...connection, endpoints: { endpoints: declared, ...($defs && { $defs }) } };
  });
  return { ...manifest, connections };
}
