import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { parse } from "yaml";
import { MAX_DOCUMENT_BYTES } from "../../../src/collections/openapi/api-document.js";
import { type ImportedApi, type ImportWish, importOpenApi } from "../../../src/collections/openapi/import-openapi.js";
import { readCollection } from "../../../src/collections/read-collection.js";
import type { DeclaredEndpoints } from "../../../src/core/declared-endpoint.js";
import type { JsonObject } from "../../../src/core/json.js";
import { thrown } from "../../http/failed.js";
import { readingContext, repositoryPath } from "../parts.js";

const wish: ImportWish = { source: "api.yaml", url: null, name: null, only: [], auth: null };

const readFixture = (name: string): Promise<string> =>
  readFile(repositoryPath(`test/fixtures/openapi/${name}`), "utf8");
const endpointsOf = ({ files }: ImportedApi): DeclaredEndpoints => parse(files["connections/api.endpoints.yaml"] ?? "");
const manifestOf = ({ files }: ImportedApi) => parse(files["collection.yaml"] ?? "");
const lost = ({ notes }: ImportedApi): string[] => notes.flatMap((note) => (note.lost ? [note.message] : []));

/** A document around paths and schemas. */
const documentOf = (parts: JsonObject): string =>
  JSON.stringify({ openapi: "3.1.0", info: { title: "Test", version: "1" }, ...parts });
const postOf = (schema: JsonObject, components: JsonObject = {}): string =>
  documentOf({
    paths: { "/x": { post: { operationId: "x", requestBody: { content: { "application/json": { schema } } } } } },
    components: { schemas: components },
  });

describe("an OpenAPI 3.0 document as a collection", () => {
  let imported: ImportedApi;

  before(async () => {
    imported = importOpenApi(await readFixture("parcels.yaml"), wish);
  });

  it("is one without problems", async () => {
    const { collection, problems } = readCollection(imported.files, await readingContext());
    expect(problems).to.deep.equal([]);
    expect(collection?.connections[0]?.endpoints?.endpoints).to.have.property("create-parcel");
  });

  it("has an endpoint for each operation that can be called", () => {
    const { endpoints } = endpointsOf(imported);
    const shown = Object.entries(endpoints).map(([name, { method, path }]) => `${name} ${method} ${path}`);
    expect(shown).to.deep.equal([
      "list-parcels GET /parcels",
      "create-parcel POST /parcels",
      "get-parcel GET /parcels/{parcelId}",
      "patch-parcels-parcel-id PATCH /parcels/{parcelId}",
      "import-manifest POST /imports",
    ]);
  });

  it("says of everything that was left out what it was, and where", () => {
    const found = imported.notes.map(({ message, places }) => `${message} ${places[0]}`).join("\n");
    expect(found)
      .to.include("callbacks are left out /paths/~1parcels/post")
      .and.include("an operation is left out: its body is of a kind that is not sent: multipart/form-data")
      .and.include("which is not in this document, and nothing is fetched /paths/~1rates/get")
      .and.include("parameters in cookie are left out /paths/~1parcels/get/parameters/4")
      .and.include("operations by OPTIONS are left out")
      .and.include("the format parcel-id is not checked")
      .and.include("a pattern is not checked")
      .and.include("a body of text/xml is given as text")
      .and.include("the idempotency key is filled in by Patchbay");
  });

  it("writes what 3.0 says in its own way as JSON Schema", () => {
    const { endpoints, $defs = {} } = endpointsOf(imported);
    expect(endpoints["list-parcels"]?.parameters?.limit?.schema).to.deep.equal({
      type: "integer",
      maximum: 100,
      exclusiveMinimum: 0,
    });
    expect($defs.Parcel)
      .to.have.nested.property("properties.service.enum")
      .that.deep.equals(["express", "standard", null]);
    expect($defs.Parcel, "what only the API writes is not asked of the caller").to.deep.include({
      required: ["to", "weight"],
    });
    expect($defs.Parcel).to.have.nested.property("properties.contains.items.$ref", "#/$defs/Parcel");
  });

  it("makes parameters of the server and of how calls prove themselves", () => {
    const { parameters, connections } = manifestOf(imported);
    expect(parameters.required).to.deep.equal(["clientId", "clientSecret"]);
    expect(parameters.properties.baseUrl.default).to.equal("https://eu.parcels.example/v2");
    expect(parameters.properties.clientSecret.writeOnly).to.equal(true);
    expect(connections[0].settings).to.include({ auth: "oauth2", clientSecret: "=$params.clientSecret" });
  });

  it("takes the security scheme that is asked for, or says which there are", async () => {
    const text = await readFixture("parcels.yaml");
    const { connections } = manifestOf(importOpenApi(text, { ...wish, auth: "key" }));
    expect(connections[0].settings).to.include({ auth: "header", keyName: "X-Api-Key", key: "=$params.key" });
    const error = thrown(() => importOpenApi(text, { ...wish, auth: "none" }), "API_DOCUMENT_INVALID");
    expect(error.message).to.include("it has oauth, key");
  });

  it("takes only the operations that are asked for", async () => {
    const text = await readFixture("parcels.yaml");
    const names = (only: string[]) => importOpenApi(text, { ...wish, only }).endpoints.map(({ name }) => name);
    expect(names(["createParcel", "PATCH /parcels/{parcelId}"])).to.deep.equal([
      "create-parcel",
      "patch-parcels-parcel-id",
    ]);
    expect(names(["parcels"])).to.deep.equal(["list-parcels", "create-parcel"]);
    expect(names(["/imp*"])).to.deep.equal(["import-manifest"]);
    expect(lost(importOpenApi(text, { ...wish, only: ["createParcel", "nothing"] }))).to.include(
      "nothing is called nothing",
    );
    thrown(() => names(["nothing"]), "API_DOCUMENT_INVALID");
  });
});

describe("an OpenAPI 3.1 document as a collection", () => {
  it("is one without problems, with what stands beside references", async () => {
    const imported = importOpenApi(await readFixture("tickets.json"), {
      ...wish,
      url: "https://desk.example/docs/api.json",
    });
    expect(readCollection(imported.files, await readingContext()).problems).to.deep.equal([]);
    const { endpoints, $defs } = endpointsOf(imported);
    expect(endpoints["tickets-comments-add"]?.body?.schema).to.deep.equal({
      $ref: "#/$defs/Comment",
      description: "What to add",
    });
    expect($defs?.Loop, "made of itself").to.deep.equal({});
    expect(manifestOf(imported).parameters.properties.baseUrl.default).to.equal("https://desk.example/api");
    expect(manifestOf(imported).connections[0].settings.auth).to.equal("basic");
    expect(lost(imported)).to.include("webhooks are left out");
  });

  it("gives parameters that are called like Patchbay's own another name", async () => {
    const { endpoints } = endpointsOf(importOpenApi(await readFixture("tickets.json"), wish));
    expect(endpoints["get-search"]?.parameters?.["body-query"]).to.include({ in: "query", name: "body" });
  });
});

describe("a document that is not what it should be", () => {
  const refused = (text: string): string => thrown(() => importOpenApi(text, wish), "API_DOCUMENT_INVALID").message;

  it("is refused with the reason", () => {
    expect(refused("[]")).to.include("is not an object");
    expect(refused("{")).to.include("api.yaml cannot be imported: ");
    expect(refused('{"swagger":"2.0"}')).to.include("it is Swagger 2.0; convert it");
    expect(refused('{"openapi":"4.0.0"}')).to.include("not 3.0 or 3.1");
    expect(refused(documentOf({ paths: {} }))).to.include("no operation in it that can be called");
    expect(refused("a: [")).to.include("line 1");
  });

  it("is refused when it is larger than 8 MB", () => {
    expect(refused(`{"openapi":"3.1.0","x":"${"a".repeat(MAX_DOCUMENT_BYTES)}"}`)).to.include("can be read");
  });

  it("is refused when it is nested too deeply", () => {
    const deep = `{"openapi":"3.1.0","x":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect(refused(deep)).to.include("64 levels");
    expect(refused(`openapi: 3.1.0\nx: ${"[".repeat(5_000)}`)).to.include("64 levels");
  });

  it("is refused when a member is called __proto__, and nothing is changed by it", () => {
    expect(refused('{"openapi":"3.1.0","paths":{"__proto__":{"get":{}}}}')).to.include("__proto__");
    expect(refused("openapi: 3.1.0\npaths: { constructor: {} }")).to.include("forbidden");
    expect(Object.prototype).not.to.have.property("get");
  });

  it("leaves out what refers to other documents, to nowhere and to itself", () => {
    const get = (parameters: JsonObject[]) => ({ get: { parameters, responses: {} } });
    const imported = importOpenApi(
      documentOf({
        paths: {
          "/ok": get([]),
          "/net": get([{ $ref: "https://evil.example/x.yaml" }]),
          "/file": get([{ $ref: "../../etc/passwd#/x" }]),
          "/nowhere": get([{ $ref: "#/components/parameters/none" }]),
          "/proto": get([{ $ref: "#/__proto__/polluted" }]),
          "/loop": get([{ $ref: "#/components/parameters/a" }]),
        },
        components: {
          parameters: { a: { $ref: "#/components/parameters/b" }, b: { $ref: "#/components/parameters/a" } },
        },
      }),
      wish,
    );
    expect(imported.endpoints.map(({ name }) => name)).to.deep.equal(["get-ok"]);
    expect(lost(imported)).to.have.lengthOf(5);
  });

  it("has schemas that refer outside taken as ones that allow everything, and says so", () => {
    const imported = importOpenApi(postOf({ properties: { a: { $ref: "https://evil.example/a.json" } } }), wish);
    expect(endpointsOf(imported).endpoints.x?.body?.schema).to.deep.equal({ properties: { a: {} } });
    expect(lost(imported)[0]).to.include("https://evil.example/a.json, which is not in this document");
  });

  it("breaks circles of schemas that are made of each other, and keeps trees", () => {
    const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
    const components = {
      A: { allOf: [ref("B")] },
      B: { anyOf: [{ type: "string" }, { not: ref("A") }] },
      Tree: { type: "object", properties: { left: ref("Tree"), children: { type: "array", items: ref("Tree") } } },
    };
    const imported = importOpenApi(postOf({ properties: { a: ref("A"), tree: ref("Tree") } }, components), wish);
    const { $defs = {} } = endpointsOf(imported);
    expect($defs.A).to.deep.equal({});
    expect($defs.B).not.to.deep.equal({});
    expect($defs.Tree).to.have.nested.property("properties.left.$ref", "#/$defs/Tree");
  });

  it("may have a chain of thousands of schemas", () => {
    const chain = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, n) => [
        `S${n}`,
        { properties: { next: { $ref: `#/components/schemas/S${n + 1}` } } },
      ]),
    );
    const imported = importOpenApi(postOf({ $ref: "#/components/schemas/S0" }, { ...chain, S2000: {} }), wish);
    expect(Object.keys(endpointsOf(imported).$defs ?? {})).to.have.lengthOf(2_001);
  });

  it("is told to choose when its endpoints are more than a collection may have", () => {
    const paths = Object.fromEntries(
      Array.from({ length: 900 }, (_, n) => [
        `/x${n}`,
        { get: { summary: "y".repeat(190), description: "z".repeat(900) } },
      ]),
    );
    expect(refused(documentOf({ paths }))).to.include("choose some with --only");
    expect(importOpenApi(documentOf({ paths }), { ...wish, only: ["GET /x7"] }).endpoints).to.have.lengthOf(1);
  });

  it("gives two operations of one name two endpoints", () => {
    const paths = {
      "/a": { get: { operationId: "list_all" } },
      "/b": { get: { operationId: "listAll" } },
      "/c": { get: { operationId: "request" } },
    };
    const { endpoints } = importOpenApi(documentOf({ paths }), wish);
    expect(endpoints.map(({ name }) => name)).to.deep.equal(["list-all", "list-all-2", "request-2"]);
  });
});
