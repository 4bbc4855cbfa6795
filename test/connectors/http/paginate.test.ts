import { expect } from "chai";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { failed, thrown } from "../../http/failed.js";
import { answer, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { openConnection, openLoopback, request } from "./open-connection.js";

describe("pages of a list", () => {
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

  const list = async (paginate: JsonObject, settings: JsonObject = {}) => {
    const connection = openConnection(http, { baseUrl: server.url, ...settings });
    return (await request(connection, { path: "/items?q=a%20b", paginate })).response;
  };
  const parameter = (path: string, name: string): number =>
    Number(new URL(path, server.url).searchParams.get(name) ?? "NaN");

  it("follows the Link header", async () => {
    server.script = (response, { path }) => {
      const page = parameter(path, "page") || 1;
      const link = `<${server.url}/items?page=1>; rel="first", </items?page=${page + 1}>; rel=next`;
      answer(200, [page], page < 3 ? { link } : {})(response, server.seen[0]!);
    };
    expect(await list({ kind: "link-header" })).to.deep.include({ body: [1, 2, 3], pages: 3, complete: true });
  });

  it("hands a cursor on", async () => {
    server.script = (response, { path }) => {
      const cursor = parameter(path, "after") || 0;
      const body = { data: { items: [cursor] }, meta: { next: cursor < 2 ? String(cursor + 1) : null } };
      answer(200, body)(response, server.seen[0]!);
    };
    const paginate = { kind: "cursor", items: "data.items", next: "meta.next", parameter: "after" };
    expect(await list(paginate)).to.deep.include({ body: [0, 1, 2], complete: true });
    expect(server.seen[1]?.path).to.equal("/items?q=a+b&after=1");
  });

  it("follows the address that a body names", async () => {
    server.script = (response, { path }) =>
      answer(200, { items: [path], next: path.includes("p2") ? null : "/items/p2" })(response, server.seen[0]!);
    const { body } = await list({ kind: "cursor", items: "items", next: "next" });
    expect(body).to.deep.equal(["/items?q=a%20b", "/items/p2"]);
  });

  it("counts pages until one is empty, or shorter than a page", async () => {
    server.script = (response, { path }) => {
      const page = parameter(path, "page") || 1;
      answer(200, { rows: page < 3 ? [page, page] : page === 3 ? [3] : [] })(response, server.seen[0]!);
    };
    expect(await list({ kind: "page", items: "rows" })).to.deep.include({ body: [1, 1, 2, 2, 3], pages: 4 });
    expect(await list({ kind: "page", items: "rows", pageSize: 2 })).to.deep.include({ pages: 3, complete: true });
  });

  it("counts items", async () => {
    server.script = (response, { path }) => {
      const offset = parameter(path, "skip") || 0;
      answer(200, [0, 1, 2, 3, 4].slice(offset, offset + 2))(response, server.seen[0]!);
    };
    const paginate = { kind: "offset", parameter: "skip", pageSize: 2 };
    expect(await list(paginate)).to.deep.include({ body: [0, 1, 2, 3, 4], pages: 3, complete: true });
  });

  it("says when there are more pages than were wanted", async () => {
    server.script = (response, { path }) => answer(200, [parameter(path, "page") || 1])(response, server.seen[0]!);
    expect(await list({ kind: "page", maxPages: 2 })).to.deep.include({ body: [1, 2], pages: 2, complete: false });
  });

  it("refuses pages that lead back, that have no list, and that are too large together", async () => {
    server.script = answer(200, { items: [1], next: "same" });
    const cursor = { kind: "cursor", items: "items", next: "next", parameter: "after" };
    expect((await failed(list(cursor), "ENDPOINT_REFUSED")).message).to.include("leads back");
    server.script = answer(200, { items: { a: 1 } });
    expect((await failed(list({ kind: "page", items: "items" }), "ENDPOINT_REFUSED")).message).to.include("not a list");
    server.script = (response, { path }) => answer(200, [path, "x".repeat(600)])(response, server.seen[0]!);
    const error = await failed(list({ kind: "page" }, { maxResponseKilobytes: 1 }), "ENDPOINT_REFUSED");
    expect(error.message).to.include("larger than this connection takes");
  });

  it("follows no page to another host", async () => {
    server.script = answer(200, { items: [1], next: "http://169.254.169.254/latest" });
    await failed(list({ kind: "cursor", items: "items", next: "next" }), "HOST_FORBIDDEN");
    expect(server.seen).to.have.lengthOf(1);
  });

  it("sends credentials to every page of the connection's host", async () => {
    server.script = (response, { path }) => answer(200, path.includes("page=2") ? [] : [1])(response, server.seen[0]!);
    await list({ kind: "page" }, { auth: "bearer", token: "abc" });
    expect(server.seen.map(({ headers }) => headers.authorization)).to.deep.equal(["Bearer abc", "Bearer abc"]);
  });

  it("is for GET, and says what a cursor needs", () => {
    const connection = openConnection(http, { baseUrl: server.url });
    const message = (payload: JsonObject) =>
      thrown(() => connection.prepare("request", payload), "PAYLOAD_INVALID").message;
    expect(message({ method: "POST", paginate: { kind: "page" } })).to.include("/paginate is for GET");
    expect(message({ paginate: { kind: "cursor" } })).to.include("/paginate/next is required");
  });
});
