import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { anyObject } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

/** The grammar of a collection's files, for editors that are told an address: it ships with Patchbay and is nobody's secret. */
export function schemaRoute({ schemasFolder }: Pick<ApiDeps, "schemasFolder">): Route {
  return defineRoute({
    id: "get-schema",
    method: "GET",
    path: "/schemas/{file}",
    may: "anyone",
    tag: "Documentation",
    summary: "The JSON Schema of a kind of file in collections, such as flow.schema.json",
    answers: { 200: anyObject },
    errors: ["ROUTE_UNKNOWN"],
    async handle({ params: { file } }) {
      const text = /^[a-z-]+\.schema\.json$/.test(file)
        ? await readFile(join(schemasFolder, file), "utf8").catch(() => null)
        : null;
      if (text === null) throw new PatchbayError("ROUTE_UNKNOWN", "There is no such schema");
      return { status: 200, body: JSON.parse(text), headers: { "Cache-Control": "public, max-age=3600" } };
    },
  });
}
