import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";

const orders = "/api/v1/records/ecommerce/Order";
const json = (body: string | Uint8Array) => ({ headers: { "content-type": "application/json" }, body });

describe("A request that cannot be understood", () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(() => api.close());

  const refused: [string, string | Uint8Array, number, string, string][] = [
    ["an empty body", "", 400, "BODY_EMPTY", "empty"],
    ["a body of white space", " \n ", 400, "BODY_EMPTY", "empty"],
    ["a body that is not JSON", '{\n  "id": oops }', 400, "BODY_NOT_JSON", "Line 2, column 9: a value is expected"],
    ["a body that stops short", '{"id": "A1"', 400, "BODY_NOT_JSON", "but the text ends"],
    ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), 400, "BODY_NOT_JSON", "not valid UTF-8"],
    ["65 levels", `${"[".repeat(65)}${"]".repeat(65)}`, 400, "BODY_TOO_DEEP", "64 levels"],
    ["a member called __proto__", '{"a":{"__proto__":{}}}', 400, "BODY_UNSAFE", "__proto__"],
    ["an escaped __proto__", '{"\\u005f_proto__":1}', 400, "BODY_UNSAFE", "__proto__"],
    ["a constructor with a prototype", '{"constructor":{"prototype":{}}}', 400, "BODY_UNSAFE", "constructor"],
    ["a number instead of a record", "7", 400, "REQUEST_INVALID", "this is a number"],
    ["a body over the limit", JSON.stringify("x".repeat(30_000)), 413, "BODY_TOO_LARGE", "larger than 20000 bytes"],
  ];
  for (const [what, body, status, code, hint] of refused) {
    it(`is refused when it is ${what}`, async () => {
      const answer = await api.call("POST", orders, json(body));
      expect(answer.status).to.equal(status);
      expect(answer.json).to.include({ code });
      expect(answer.json).to.have.property("detail").that.contains(hint);
      expect(answer.json).to.have.property("remedy").that.is.not.empty;
    });
  }

  it("is taken with 64 levels and with a harmless member called constructor", async () => {
    const deep = `{"id":"A1","status":"new","a":${"[".repeat(63)}${"]".repeat(63)}}`;
    expect((await api.call("POST", orders, json(deep))).status).to.equal(201);
    const team = { id: "A2", status: "new", constructor: "Ferrari" };
    expect((await api.call("POST", orders, { body: team })).status).to.equal(201);
  });

  it("is refused when the content type is missing, another, in another charset or compressed", async () => {
    const bad = [
      {},
      { "content-type": "text/plain" },
      { "content-type": "application/json; charset=latin1" },
      { "content-type": "application/json", "content-encoding": "gzip" },
    ];
    for (const headers of bad) {
      const answer = await api.call("POST", orders, { headers: headers as Record<string, string>, body: "{}" });
      expect(answer.status).to.equal(415);
      expect(answer.json).to.include({ code: "CONTENT_TYPE_UNSUPPORTED" });
    }
  });

  it("is refused when the address is unknown", async () => {
    for (const path of ["/api/v1/nothing", "/nothing", "/api/v1/Records/ecommerce/Order"]) {
      const answer = await api.call("GET", path);
      expect(answer.status).to.equal(404);
      expect(answer.json).to.include({ code: "ROUTE_UNKNOWN" });
    }
  });

  it("is refused when the address has a broken percent escape", async () => {
    const answer = await api.call("GET", `${orders}/%E0%A4%A`);
    expect(answer.status).to.equal(400);
    expect(answer.json).to.include({ code: "REQUEST_INVALID" });
  });

  it("is told the allowed methods when the method is wrong", async () => {
    const answer = await api.call("PUT", `${orders}/A1`);
    expect(answer.status).to.equal(405);
    expect(answer.headers).to.have.property("allow", "GET, HEAD, PATCH, DELETE");
    expect(answer.json).to.include({ code: "METHOD_NOT_ALLOWED" });
  });

  const queries: [string, string][] = [
    ["?limt=5", 'The query parameter "limt" is not known; /api/v1/events takes cursor, limit, kind, dataType, key'],
    ["?limit=5&limit=6", 'The query parameter "limit" is given twice'],
    ["?limit=0", "The query is not valid: /limit must be >= 1"],
    ["?limit=201", "The query is not valid: /limit must be <= 200"],
    ["?limit=ten", "The query is not valid: /limit must be integer"],
    ["?key=A1", "The query parameter key needs dataType beside it, such as ecommerce/Order"],
  ];
  for (const [query, detail] of queries) {
    it(`is refused with the query ${query}`, async () => {
      const answer = await api.call("GET", `/api/v1/events${query}`);
      expect(answer.status).to.equal(400);
      expect(answer.json).to.include({ code: "REQUEST_INVALID", detail });
    });
  }

  it("names the word that a filter does not know, and those it does", async () => {
    const answer = await api.call("GET", "/api/v1/runs?status=done");
    expect(answer.json).to.have.property("detail").that.contains("must be one of queued, running");
  });

  it("is answered at once when its announced length is too large, before the body comes", async () => {
    const socket = connect(api.port, "127.0.0.1");
    const head = [`POST ${orders} HTTP/1.1`, "Host: 127.0.0.1", "Content-Type: application/json"];
    socket.write(`${head.join("\r\n")}\r\nContent-Length: 999999999\r\n\r\n{`);
    const [first] = await once(socket, "data");
    socket.end();
    await once(socket, "close");
    expect(String(first)).to.match(/^HTTP\/1\.1 413 /);
    expect(String(first)).to.contain("Connection: close");
  });

  it("is answered, not reset, when a body without a length passes the limit", async () => {
    async function* endless() {
      for (let count = 0; count < 20; count++) yield Buffer.alloc(4_096, " ");
    }
    const answer = await api.call("POST", orders, { headers: { "content-type": "application/json" }, body: endless() });
    expect(answer.status).to.equal(413);
    expect(answer.headers).to.have.property("connection", "close");
  });

  it("leaves nothing behind when the caller hangs up in the middle of the body", async () => {
    const socket = connect(api.port, "127.0.0.1");
    const head = [`POST ${orders} HTTP/1.1`, "Host: 127.0.0.1", "Content-Type: application/json"];
    socket.write(`${head.join("\r\n")}\r\nContent-Length: 100\r\n\r\n{"id":`);
    await once(socket, "connect");
    socket.end();
    await once(socket.resume(), "close");
    expect((await api.call("GET", `${orders}/hung-up`)).status).to.equal(404);
  });
});
