import { expect } from "chai";
import { createHttpConnector } from "../../../src/connectors/http/connector.js";
import type { DeclaredEndpoint, DeclaredEndpoints } from "../../../src/core/declared-endpoint.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { failed, thrown } from "../../http/failed.js";
import { answer, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { openLoopback } from "./open-connection.js";

describe("endpoints that a connection has of its own", () => {
  let server: ScriptedServer;
  let http: Http;

  before(async () => {
    server = await startScriptedServer(answer(200, {}));
    http = openLoopback();
  });
  beforeEach(() => {
    server.seen.length = 0;
  });
  after(async () => {
    await http.close();
    await server.close();
  });

  const open = (endpoint: Partial<DeclaredEndpoint>, $defs: DeclaredEndpoints["$defs"] = {}) => {
    const declared = { endpoints: { it: { title: "It", method: "GET", path: "/x", ...endpoint } as const }, $defs };
    return createHttpConnector({ http }).open({ baseUrl: server.url }, declared);
  };
  const call = async (endpoint: Partial<DeclaredEndpoint>, payload: JsonObject) => {
    const connection = open(endpoint);
    const { request } = connection.prepare("it", payload);
    await connection.send("it", request, { effectId: "eff_1", callbackUrl: null });
    return server.seen[0]!;
  };
  const any = { schema: {} };

  it("put every parameter where it belongs, as the API wants it written", async () => {
    const seen = await call(
      {
        path: "/a/{id}/b",
        parameters: {
          id: { in: "path", ...any },
          many: { in: "query", ...any },
          comma: { in: "query", style: "comma", ...any },
          pipe: { in: "query", style: "pipe", ...any },
          deep: { in: "query", style: "deep", ...any },
          json: { in: "query", style: "json", ...any },
          renamed: { in: "query", name: "body", ...any },
          "X-Head": { in: "header", ...any },
        },
      },
      {
        ...{ id: "1/2", many: [1, 2], comma: ["a", "b"], pipe: [1, 2], deep: { a: 1 }, json: { b: [2] }, renamed: 3 },
        "X-Head": ["p", "q"],
      },
    );
    expect(decodeURIComponent(seen.path)).to.equal(
      '/a/1/2/b?many=1&many=2&comma=a,b&pipe=1|2&deep[a]=1&json={"b":[2]}&body=3',
    );
    expect(seen.path).to.match(/^\/a\/1%2F2\/b\?/);
    expect(seen.headers["x-head"]).to.equal("p,q");
  });

  it("send their body as its content type says", async () => {
    const body = (contentType: string) => ({ method: "POST", body: { contentType, ...any } }) as const;
    const json = await call(body("application/vnd.desk+json"), { body: { a: 1 } });
    expect([json.headers["content-type"], json.body]).to.deep.equal(["application/vnd.desk+json", '{"a":1}']);
    server.seen.length = 0;
    expect((await call(body("application/x-www-form-urlencoded"), { body: { a: "x y", b: [1, 2] } })).body).to.equal(
      "a=x+y&b=1&b=2",
    );
    server.seen.length = 0;
    expect((await call(body("text/xml"), { body: "<a/>" })).body).to.equal("<a/>");
  });

  it("check what they are given, with the schemas that these refer to", () => {
    const tree = {
      type: "object",
      required: ["name"],
      properties: { name: { type: "string", pattern: "^a+$" }, next: { $ref: "#/$defs/Tree" } },
    };
    const connection = open(
      { method: "POST", body: { contentType: "application/json", required: true, schema: { $ref: "#/$defs/Tree" } } },
      { Tree: tree },
    );
    connection.prepare("it", { body: { name: "a", next: { name: "aa" } } });
    const error = thrown(
      () => connection.prepare("it", { body: { name: "a", next: { name: "b" } }, more: 1 }),
      "PAYLOAD_INVALID",
    );
    expect(error.message).to.include("It: ").and.include("/body/next/name").and.include("/more is not known here");
    expect(thrown(() => connection.prepare("it", {}), "PAYLOAD_INVALID").message).to.include("/body is required");
    expect(thrown(() => connection.prepare("it", { body: null }), "PAYLOAD_INVALID").message).to.include(
      "/body is required",
    );
  });

  it("describe themselves with the schemas that they need, and no others", () => {
    const connector = createHttpConnector({ http });
    const [described] =
      connector.declare?.({
        endpoints: {
          it: {
            title: "It",
            method: "PUT",
            path: "/x",
            body: { contentType: "application/json", schema: { $ref: "#/$defs/A" } },
          },
        },
        $defs: { A: { properties: { b: { $ref: "#/$defs/B" } } }, B: { type: "string" }, C: {} },
      }) ?? [];
    expect(described).to.deep.include({ key: "it", title: "It", onRepeat: "none", findable: false });
    expect(Object.keys((described?.payload.$defs ?? {}) as object)).to.have.members(["A", "B"]);
  });

  it("use no pattern that could take for ever, and no schema that leads to itself", () => {
    const slow = open({ parameters: { q: { in: "query", schema: { type: "string", pattern: "^(a+)+$" } } } });
    thrown(() => slow.prepare("it", { q: `${"a".repeat(50_000)}b` }), "PAYLOAD_INVALID");
    const loop = open(
      { parameters: { q: { in: "query", schema: { $ref: "#/$defs/A" } } } },
      { A: { allOf: [{ $ref: "#/$defs/A" }] } },
    );
    expect(thrown(() => loop.prepare("it", { q: 1 }), "ENDPOINT_MISCONFIGURED").message).to.include("without end");
  });

  it("are recognised by the API when they have an idempotency header", async () => {
    const endpoint = { method: "POST", idempotencyHeader: "Idempotency-Key" } as const;
    expect(open(endpoint).prepare("it", {}).onRepeat).to.equal("same");
    expect((await call(endpoint, {})).headers["idempotency-key"]).to.match(/^eff_1-/);
    expect(open({ method: "POST" }).prepare("it", {}).onRepeat).to.equal("duplicate");
    expect(open({ method: "POST", repeatable: true }).prepare("it", {}).onRepeat).to.equal("none");
  });

  it("read all pages of a list", async () => {
    server.script = (response, { path }) => answer(200, path.includes("page=2") ? [] : [1])(response, server.seen[0]!);
    const connection = open({});
    const { request } = connection.prepare("it", { paginate: { kind: "page" } });
    const { response } = await connection.send("it", request, { effectId: "eff_1", callbackUrl: null });
    expect(response).to.deep.include({ body: [1], pages: 2, complete: true });
    server.script = answer(200, {});
  });

  it("are named when somebody calls one that is not there", async () => {
    const connection = open({});
    expect(thrown(() => connection.prepare("that", {}), "ENDPOINT_UNKNOWN").message).to.include("it has: request, it");
    await failed(connection.send("that", {}, { effectId: "eff_1", callbackUrl: null }), "ENDPOINT_UNKNOWN");
  });
});
