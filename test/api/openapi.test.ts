import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { type OpenApiDocument, openTestApi, type TestApi } from "./open-test-api.js";

interface Operation {
  readonly parameters?: readonly { readonly schema?: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> };
}

describe("The OpenAPI document", () => {
  let api: TestApi;
  let document: OpenApiDocument;
  before(async () => {
    api = await openTestApi();
    document = (await api.call("GET", "/openapi.json")).json as OpenApiDocument;
  });
  after(() => api.close());

  it("documents only addresses and methods that are answered", async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      // Its answer has no end; it has tests of its own.
      if (path === "/api/v1/stream") continue;
      for (const method of Object.keys(operations)) {
        const answer = await api.call(method.toUpperCase(), path.replaceAll(/[{}]/g, ""));
        expect(answer.status, `${method} ${path}`).not.to.equal(405);
        // A file of the documentation may be unknown; an address may not.
        if (!path.includes("{file}")) expect(answer.text).not.to.contain('"code":"ROUTE_UNKNOWN"');
      }
    }
  });

  it("is made of schemas that compile: a route compiles its own with the first request only", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const text = JSON.stringify(document).replaceAll('"#/components', '"contract#/components');
    const { components, paths } = JSON.parse(text) as OpenApiDocument;
    ajv.addSchema({ $id: "contract", components });
    for (const name of Object.keys(components.schemas)) ajv.compile({ $ref: `contract#/components/schemas/${name}` });
    const operations = Object.values(paths).flatMap((path) => Object.values(path) as Operation[]);
    const schemas = operations.flatMap(({ parameters = [], requestBody }) => [
      ...parameters.map(({ schema }) => schema),
      ...Object.values(requestBody?.content ?? {}).map(({ schema }) => schema),
    ]);
    expect(schemas.length).to.be.greaterThan(100);
    for (const schema of schemas) if (schema !== undefined) ajv.compile(schema);
  });

  it("documents every method an address answers", async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const other = "put" in operations ? "PATCH" : "PUT";
      const answer = await api.call(other, path.replaceAll(/[{}]/g, ""));
      expect(answer.status, path).to.equal(405);
      const allowed = String(answer.headers.allow)
        .toLowerCase()
        .split(", ")
        .filter((method) => method !== "head");
      expect(allowed, path).to.have.members(Object.keys(operations));
    }
  });

  it("documents every address of the design", () => {
    const expected = [
      "POST /api/v1/records/{ns}/{Type}",
      "GET /api/v1/records/{ns}/{Type}",
      "GET /api/v1/records/{ns}/{Type}/{key}",
      "PATCH /api/v1/records/{ns}/{Type}/{key}",
      "DELETE /api/v1/records/{ns}/{Type}/{key}",
      "GET /api/v1/records/{ns}/{Type}/{key}/events",
      "GET /api/v1/events",
      "GET /api/v1/events/{id}",
      "GET /api/v1/runs",
      "GET /api/v1/runs/{id}",
      "POST /api/v1/runs/{id}/retry",
      "POST /api/v1/runs/{id}/cancel",
      "GET /api/v1/effects",
      "POST /api/v1/effects/{id}/settle",
      "POST /api/v1/events/{id}/replay",
      "POST /api/v1/flows/{ns}/{name}/run",
      "POST /api/v1/operations",
      "GET /api/v1/operations",
      "GET /api/v1/operations/{id}",
      "POST /api/v1/operations/{id}/stop",
      "POST /api/v1/broadcasts",
      "GET /api/v1/broadcasts",
      "GET /api/v1/broadcasts/{id}",
      "POST /api/v1/broadcasts/{id}/preview",
      "POST /api/v1/broadcasts/{id}/start",
      "POST /api/v1/broadcasts/{id}/pause",
      "POST /api/v1/broadcasts/{id}/resume",
      "POST /api/v1/broadcasts/{id}/stop",
      "GET /api/v1/broadcasts/{id}/recipients",
      "GET /api/v1/issues",
      "GET /api/v1/issues/{fingerprint}",
      "POST /api/v1/issues/{fingerprint}/acknowledge",
      "POST /api/v1/issues/{fingerprint}/resolve",
      "GET /api/v1/quarantine",
      "GET /api/v1/quarantine/{id}",
      "POST /api/v1/quarantine/{id}/release",
      "POST /api/v1/quarantine/{id}/discard",
      "GET /api/v1/timeline",
      "GET /api/v1/notifications",
      "GET /api/v1/notifications/{id}",
      "POST /api/v1/notifications/{id}/acknowledge",
      "POST /api/v1/notifications/{id}/resolve",
      "GET /api/v1/messages",
      "GET /api/v1/messages/{id}",
      "GET /api/v1/flows",
      "GET /api/v1/flows/{ns}/{name}",
      "PATCH /api/v1/flows/{ns}/{name}",
      "GET /api/v1/collections",
      "POST /api/v1/collections/install",
      "POST /api/v1/collections/examine",
      "POST /api/v1/collections/plan",
      "GET /api/v1/collections/{name}",
      "GET /api/v1/collections/{name}/versions",
      "GET /api/v1/collections/{name}/bundle",
      "GET /api/v1/collections/{name}/diff",
      "GET /api/v1/collections/{name}/files",
      "PUT /api/v1/collections/{name}/files",
      "DELETE /api/v1/collections/{name}/files",
      "POST /api/v1/collections/{name}/edit/plan",
      "POST /api/v1/collections/{name}/edit",
      "POST /api/v1/collections/{name}/upgrade/plan",
      "POST /api/v1/collections/{name}/upgrade",
      "POST /api/v1/collections/{name}/rollback/plan",
      "POST /api/v1/collections/{name}/rollback",
      "POST /api/v1/collections/{name}/uninstall/plan",
      "POST /api/v1/collections/{name}/uninstall",
      "GET /api/v1/collections/available",
      "GET /api/v1/publishers",
      "POST /api/v1/publishers",
      "POST /api/v1/publishers/{key}/distrust",
      "GET /api/v1/translators",
      "POST /api/v1/translators/{ns}/{name}/try",
      "GET /api/v1/data-types",
      "GET /api/v1/data-types/{ns}/{Type}",
      "POST /hooks/{connector}/{ns}/{connection}/{hookSecret}/{webhook}",
      "POST /compat/flowlink/send_sms",
      "GET /compat/flowlink/",
      "GET /compat/flowlink/auth",
      "GET /healthz",
      "GET /readyz",
      "GET /openapi.json",
      "GET /docs",
    ];
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented).to.include.members(expected);
  });

  it("has references that lead somewhere and operations with names of their own", () => {
    const text = JSON.stringify({ ...document, components: { schemas: Object.fromEntries(ownSchemas(document)) } });
    const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(document.components.schemas).to.include.all.keys(...new Set(names));
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids)).to.have.lengthOf(ids.length);
  });

  it("shows the installed data types as components, with their own references intact", () => {
    expect(document.components.schemas["ecommerce.Order"]).to.include({ $id: "/data-types/ecommerce/Order" });
    expect(JSON.stringify(document.paths["/api/v1/records/{ns}/{Type}"])).to.contain(
      "#/components/schemas/ecommerce.Order",
    );
  });
});

describe("The documentation page", () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(() => api.close());

  it("loads only files of this server and has no inline script", async () => {
    const page = await api.call("GET", "/docs");
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(sources).to.have.lengthOf(4);
    for (const source of sources) {
      const file = await api.call("GET", source);
      expect(file.status, source).to.equal(200);
      expect(file.text.length, source).to.be.greaterThan(50);
    }
    expect(page.text).not.to.match(/<script>|<script [^>]*>[^<]/);
    expect(page.headers["content-security-policy"]).to.contain("script-src 'self'");
  });

  it("serves nothing else of the folder it comes from", async () => {
    for (const file of ["package.json", "..%2Fpackage.json", "index.html", "constructor"]) {
      expect((await api.call("GET", `/docs/${file}`)).status, file).to.equal(404);
    }
  });

  it("explains every error code where problem documents point", async () => {
    const problem = (await api.call("GET", "/api/v1/runs/none")).json as { type: string };
    const [path = "", code = ""] = problem.type.split("#");
    expect((await api.call("GET", path)).text).to.contain(`id="${code}"`);
  });
});

function ownSchemas({ components }: OpenApiDocument): [string, object][] {
  return Object.entries(components.schemas).filter(([name]) => !name.includes("."));
}
