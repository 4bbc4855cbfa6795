import type { DeclaredEndpoints } from "../core/declared-endpoint.js";
import { parseText } from "./parse-text.js";
import { qualified } from "./qualified-name.js";
import type { Located, Manifest, Reading, SortedFile } from "./read-draft.js";

/** The endpoints that one connection has of its own. */
export interface ConnectionEndpoints {
  /** `namespace/name`. */
  readonly connection: string;
  readonly declared: DeclaredEndpoints;
}

/** Reads one file of endpoints; its connection is what the file is called. */
export function readEndpoints(
  { path: file, stem, text }: SortedFile,
  { grammar, problems, namespace }: Reading,
): Located<ConnectionEndpoints>[] {
  const document = parseText(file, text, problems);
  if (document === undefined) return [];
  const remedy = "See docs/http.md for what an endpoint may have.";
  problems.errors({ file, path: "" }, grammar.check("endpoints", document), remedy);
  if (problems.failed(file)) return [];
  const declared = document as unknown as DeclaredEndpoints; // the grammar has just checked the shape
  return [{ file, value: { connection: qualified(stem, namespace), declared } }];
}

/** Gives the manifest with the endpoints at their connections. */
export function withEndpoints(manifest: Manifest, endpoints: readonly Located<ConnectionEndpoints>[]): Manifest {
  if (endpoints.length === 0) return manifest;
  const connections = manifest.connections.map((connection) => {
    const own = endpoints.find(({ value }) => value.connection === connection.name);
    if (own === undefined) return connection;
    const { endpoints: declared, $defs } = own.value.declared;
    return { ...connection, endpoints: { endpoints: declared, ...($defs && { $defs }) } };
  });
  return { ...manifest, connections };
}
