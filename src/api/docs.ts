import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PatchbayError } from "../core/errors.js";
import type { ApiDeps } from "./api-deps.js";
import { type Schema, text } from "./contract/schema.js";
import { pageHeaders } from "./page-headers.js";
import { explainErrors } from "./problem.js";
import { defineRoute, type Route } from "./route.js";

/** Files of swagger-ui-dist that the page needs; nothing else of it is served. */
const files: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css",
  "swagger-ui-bundle.js": "text/javascript",
  "favicon-32x32.png": "image/png",
};

// Files of this server only: Swagger UI sets styles by script, which no policy is about, and writes none into the page.
const pagePolicy = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join("; ");

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Patchbay API</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null });\n`;

/** The documentation a person reads: Swagger UI from this server's own files, and the error catalogue. */
export function docsRoutes({ publicUrl }: Pick<ApiDeps, "publicUrl">): Route[] {
  return [
    htmlPage("docs", "/docs", { summary: "Swagger UI", content: page, publicUrl }),
    startRoute(),
    htmlPage("docs-errors", "/docs/errors", {
      ...{ summary: "Every error code and its remedy", content: explainErrors(), publicUrl },
    }),
    swaggerFile(),
  ];
}

interface Page {
  readonly summary: string;
  readonly content: string;
  readonly publicUrl: string | null;
}

function htmlPage(id: string, path: string, { summary, content, publicUrl }: Page): Route {
  const headers = pageHeaders(pagePolicy, publicUrl);
  return defineRoute({
    ...{ id, method: "GET", path, may: "visitor", tag: "Documentation", summary },
    answers: { 200: text() },
    answerType: "text/html",
    errors: [],
    handle: () => ({ status: 200, body: content, headers }),
  });
}

function startRoute(): Route {
  const headers = { "Content-Type": "text/javascript;charset=utf-8" };
  return defineRoute({
    ...{ id: "docs-start", method: "GET", path: "/docs/start.js", may: "visitor", tag: "Documentation" },
    summary: "Starts Swagger UI",
    answers: { 200: text() },
    answerType: "text/javascript",
    errors: [],
    handle: () => ({ status: 200, body: start, headers }),
  });
}

const bytes: Schema<Uint8Array> = { json: text().json };

function swaggerFile(): Route {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return defineRoute({
    id: "docs-file",
    method: "GET",
    path: "/docs/{file}",
    may: "visitor",
    tag: "Documentation",
    summary: "A file of Swagger UI",
    answers: { 200: bytes },
    answerType: "application/octet-stream",
    errors: ["ROUTE_UNKNOWN"],
    async handle({ params: { file } }) {
      const type = Object.hasOwn(files, file) ? files[file] : undefined;
      if (type === undefined) throw new PatchbayError("ROUTE_UNKNOWN", "The documentation has no such file");
      const headers = { "Content-Type": type, "Cache-Control": "public, max-age=86400" };
      return { status: 200, body: await readFile(join(folder, file)), headers };
    },
  });
}
