import { expect } from "chai";
import type { Connection } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { failed, thrown } from "../../http/failed.js";
import { answer, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { openConnection, openLoopback, request } from "./open-connection.js";

describe("the endpoint http/request", () => {
  let server: ScriptedServer;
  let http: Http;
  let connection: Connection;

  before(async () => {
    server = await startScriptedServer(answer(200, { ok: true }));
    http = openLoopback();
  });
  beforeEach(() => {
    server.seen.length = 0;
    server.script = answer(200, { ok: true });
    connection = openConnection(http, { baseUrl: `${server.url}/v1/` });
  });
  after(async () => {
    await http.close();
    await server.close();
  });

  const onRepeat = (payload: JsonObject, settings: JsonObject = {}) =>
    openConnection(http, { baseUrl: server.url, ...settings }).prepare("request", payload).onRepeat;

  it("puts the path behind the base URL's, with the query, and gives status, headers and body", async () => {
    server.script = answer(200, { id: 7 }, { "x-request-id": "abc", "set-cookie": "session=1", etag: '"1"' });
    const result = await request(connection, { path: "/orders", query: { a: "1 & 2", b: [1, null, true], c: null } });
    expect(server.seen[0]).to.include({ method: "GET", path: "/v1/orders?a=1%20%26%202&b=1&b=true", body: "" });
    expect(result.response).to.include({ status: 200 });
    expect(result.response.body).to.deep.equal({ id: 7 });
    expect(result.response.headers).to.include({ "x-request-id": "abc", etag: '"1"' });
    expect(result.response.headers).not.to.have.property("set-cookie");
    expect(result.summary).to.equal(`GET 127.0.0.1:${server.port}/v1/orders: 200`);
  });

  it("calls the base URL itself without a path", async () => {
    await request(connection, {});
    expect(server.seen[0]?.path).to.equal("/v1/");
  });

  it("keeps the base URL's own query", async () => {
    await request(openConnection(http, { baseUrl: `${server.url}/a?v=2` }), { path: "/b?x=1", query: { y: 2 } });
    expect(server.seen[0]?.path).to.equal("/a/b?v=2&x=1&y=2");
  });

  it("escapes the values of a path", async () => {
    await request(connection, { path: "/orders/{id}/items/{n}", parameters: { id: "a/../b?c", n: 3 } });
    expect(server.seen[0]?.path).to.equal("/v1/orders/a%2F..%2Fb%3Fc/items/3");
  });

  for (const path of ["/../admin", "/a/%2e%2E/b", "/a/..;x/b", "/a\\b", "/a b", "/a#b", "/a\u0000"]) {
    it(`refuses the path ${JSON.stringify(path)}`, () => {
      expect(thrown(() => connection.prepare("request", { path }), "PAYLOAD_INVALID").message).to.include("/path");
    });
  }

  it("refuses path parameters that are missing, superfluous, empty or dots", () => {
    const message = (payload: JsonObject) =>
      thrown(() => connection.prepare("request", payload), "PAYLOAD_INVALID").message;
    expect(message({ path: "/{id}" })).to.equal("/parameters must have a value for {id} of the path");
    expect(message({ path: "/x", parameters: { id: 1 } })).to.include("/parameters/id is not in the path");
    expect(message({ path: "/{id}", parameters: { id: "" } })).to.equal("/parameters/id must not be empty");
    expect(message({ path: "/{id}", parameters: { id: ".." } })).to.equal("/parameters/id must not be . or ..");
    expect(message({ path: "/{toString}", parameters: {} })).to.include("{toString}");
  });

  it("sends JSON, forms and text, each with its content type", async () => {
    await request(connection, { method: "POST", json: { a: [1, null] } });
    await request(connection, { method: "PUT", form: { a: "x y", b: [1, 2] } });
    await request(connection, { method: "PATCH", text: "<a/>", contentType: "application/xml" });
    expect(server.seen.map(({ method, body, headers }) => [method, body, headers["content-type"]])).to.deep.equal([
      ["POST", '{"a":[1,null]}', "application/json"],
      ["PUT", "a=x+y&b=1&b=2", "application/x-www-form-urlencoded"],
      ["PATCH", "<a/>", "application/xml"],
    ]);
  });

  it("refuses two bodies, and a body where none can be", () => {
    const message = (payload: JsonObject) =>
      thrown(() => connection.prepare("request", payload), "PAYLOAD_INVALID").message;
    expect(message({ method: "POST", json: 1, text: "a" })).to.include("/text cannot be given beside json");
    expect(message({ json: 1 })).to.equal("/json cannot be sent with GET");
    expect(message({ method: "POST", contentType: "text/csv" })).to.include("/contentType");
  });

  it("refuses headers that are not a step's to set", () => {
    for (const name of ["Authorization", "cookie", "Host", "Content-Length", "Transfer-Encoding"]) {
      const payload = { headers: { [name]: "x" } };
      const { message } = thrown(() => connection.prepare("request", payload), "PAYLOAD_INVALID");
      expect(message).to.include(`/headers/${name}`);
    }
    const broken = { headers: { "x-a": "a\r\nx-b: c" } };
    expect(thrown(() => connection.prepare("request", broken), "PAYLOAD_INVALID").message).to.include("/headers/x-a");
  });

  it("says of every call what a repetition does", () => {
    for (const method of ["GET", "HEAD", "PUT", "DELETE"]) expect(onRepeat({ method })).to.equal("none");
    for (const method of ["POST", "PATCH"]) {
      expect(onRepeat({ method })).to.equal("duplicate");
      expect(onRepeat({ method }, { idempotencyHeader: "Idempotency-Key" })).to.equal("same");
      expect(onRepeat({ method, repeatable: true })).to.equal("none");
    }
    expect(onRepeat({ method: "DELETE", repeatable: false })).to.equal("duplicate");
  });

  it("sends the same idempotency key on every attempt, and another for another request", async () => {
    const keyed = openConnection(http, { baseUrl: server.url, idempotencyHeader: "Idempotency-Key" });
    const post = (n: number, effectId: string) => request(keyed, { method: "POST", json: { n } }, effectId);
    await post(1, "eff_1");
    await post(1, "eff_1");
    await post(2, "eff_1");
    await post(1, "eff_2");
    await request(keyed, { method: "PUT", json: { n: 1 } });
    const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
    expect(keys[0]).to.match(/^eff_1-[0-9a-f]{16}$/);
    expect(keys[1]).to.equal(keys[0]);
    expect(new Set(keys.slice(0, 4))).to.have.lengthOf(3);
    expect(keys[4]).to.equal(undefined);
  });

  it("keeps a call in the ledger without anything the connection adds", () => {
    const secret = openConnection(http, { secretUrl: `${server.url}/T1/very-secret`, headers: { "x-a": "b" } });
    const { request: kept } = secret.prepare("request", { method: "POST", json: { text: "hello" } });
    expect(kept).to.deep.equal({
      method: "POST",
      path: "",
      json: { text: "hello" },
      contentType: "application/json",
      repeatable: false,
    });
  });

  it("takes other statuses than 200 to 299 where they are expected, and no others", async () => {
    server.script = answer(404, { message: "none" });
    const result = await request(connection, { path: "/x", expect: [200, 404] });
    expect(result.response).to.deep.include({ status: 404, body: { message: "none" } });
    server.script = answer(201, {});
    await failed(request(connection, { method: "PUT", path: "/x", expect: [200] }), "ENDPOINT_REFUSED");
  });

  it("reads answers by their content type, or as the step wants", async () => {
    const body = async (contentType: string, text: string, payload: JsonObject = {}) => {
      server.script = answer(200, text, { "content-type": contentType });
      return (await request(connection, payload)).response;
    };
    expect((await body("application/problem+json; charset=utf-8", "[1]")).body).to.deep.equal([1]);
    expect((await body("text/html", "ok")).body).to.equal("ok");
    expect((await body("text/plain", '{"a":1}', { read: "json" })).body).to.deep.equal({ a: 1 });
    expect((await body("application/json", '{"a":1}', { read: "text" })).body).to.equal('{"a":1}');
    expect(await body("application/pdf", "%PDF")).to.deep.include({
      body: null,
      omitted: "application/pdf is not text",
    });
    expect((await body("application/json", "")).body).to.equal(null);
    expect((await body("application/json", '{"a":"x\\u0000y\\ud800"}')).body).to.deep.equal({ a: "x\ufffdy\ufffd" });
  });

  it("does not believe a POST whose answer should be JSON and is not", async () => {
    server.script = answer(200, '{"a": 1', {});
    const error = await failed(request(connection, { method: "POST" }), "ENDPOINT_OUTCOME_UNKNOWN");
    expect(error.message).to.include("was answered with HTTP 200, but the answer is not JSON");
    expect((await failed(request(connection, {}), "ENDPOINT_UNREACHABLE")).details.httpStatus).to.equal(200);
    const { response } = await request(connection, { method: "PUT" });
    expect(response).to.deep.include({ status: 200, body: null, omitted: "the answer is not JSON" });
  });

  it("refuses answers that would do harm: too deep, or with names that objects have a meaning for", async () => {
    server.script = answer(200, `${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect((await failed(request(connection, {}), "ENDPOINT_UNREACHABLE")).message).to.include("64 levels");
    server.script = answer(200, '{"a":{"__proto__":{"admin":true}}}');
    expect((await failed(request(connection, {}), "ENDPOINT_UNREACHABLE")).message).to.include("__proto__");
  });

  it("refuses an answer that is too large, and does not ask for it again", async () => {
    const small = openConnection(http, { baseUrl: server.url, maxResponseKilobytes: 1 });
    server.script = answer(200, { a: "x".repeat(2_000) });
    const error = await failed(request(small, {}), "ENDPOINT_REFUSED");
    expect(error.message).to.include("larger than this connection takes");
    await failed(request(small, { method: "POST" }), "ENDPOINT_OUTCOME_UNKNOWN");
  });

  it("gives up on an answer that does not end: a POST may have taken effect, a GET is asked again", async () => {
    server.script = (response) => void response.writeHead(200, { "content-type": "text/plain" }).write("a");
    const hasty = openConnection(http, { baseUrl: server.url, timeoutSeconds: 1 });
    const outcomes = await Promise.all([
      failed(request(hasty, { method: "POST" }), "ENDPOINT_OUTCOME_UNKNOWN"),
      failed(request(hasty, { method: "PUT" }), "ENDPOINT_OUTCOME_UNKNOWN"),
      failed(request(hasty, {}), "ENDPOINT_UNREACHABLE"),
    ]);
    for (const { message } of outcomes) expect(message).to.include("no complete answer within");
  });

  it("tells a connection that was refused from one that was cut", async () => {
    const nobody = openConnection(http, { baseUrl: "http://127.0.0.1:1" });
    await failed(request(nobody, { method: "POST" }), "ENDPOINT_UNREACHABLE");
    server.script = (response) => response.destroy();
    await failed(request(connection, { method: "POST" }), "ENDPOINT_OUTCOME_UNKNOWN");
    await failed(request(connection, {}), "ENDPOINT_UNREACHABLE");
  });
});
