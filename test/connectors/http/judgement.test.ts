import { expect } from "chai";
import type { Connection } from "../../../src/core/connector.js";
import type { ErrorCode } from "../../../src/core/error-catalogue.js";
import type { Http } from "../../../src/http/http.js";
import { failed } from "../../http/failed.js";
import { answer, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { openConnection, openLoopback, request } from "./open-connection.js";

/** Status to what it means for a POST, which must not be made twice, and for a GET. */
const meanings: readonly [number, ErrorCode, ErrorCode][] = [
  [400, "ENDPOINT_REFUSED", "ENDPOINT_REFUSED"],
  [401, "ENDPOINT_MISCONFIGURED", "ENDPOINT_MISCONFIGURED"],
  [403, "ENDPOINT_MISCONFIGURED", "ENDPOINT_MISCONFIGURED"],
  [404, "ENDPOINT_REFUSED", "ENDPOINT_REFUSED"],
  [408, "ENDPOINT_OUTCOME_UNKNOWN", "ENDPOINT_UNREACHABLE"],
  [409, "ENDPOINT_REFUSED", "ENDPOINT_REFUSED"],
  [422, "ENDPOINT_REFUSED", "ENDPOINT_REFUSED"],
  [429, "ENDPOINT_BUSY", "ENDPOINT_BUSY"],
  [500, "ENDPOINT_OUTCOME_UNKNOWN", "ENDPOINT_UNREACHABLE"],
  [503, "ENDPOINT_OUTCOME_UNKNOWN", "ENDPOINT_UNREACHABLE"],
];

describe("what an answer's status means", () => {
  let server: ScriptedServer;
  let http: Http;
  let connection: Connection;

  before(async () => {
    server = await startScriptedServer(answer(200, {}));
    http = openLoopback();
    connection = openConnection(http, { baseUrl: server.url, auth: "bearer", token: "s3cret-token" });
  });
  after(async () => {
    await http.close();
    await server.close();
  });

  for (const [status, ofPost, ofGet] of meanings) {
    it(`${status} is ${ofPost} after a POST and ${ofGet} after a GET`, async () => {
      server.script = answer(status, { message: "because" });
      const error = await failed(request(connection, { method: "POST", path: "/x" }), ofPost);
      expect(error.message).to.include(`because (HTTP ${status})`);
      expect(error.details.httpStatus).to.equal(status);
      await failed(request(connection, { path: "/x" }), ofGet);
    });
  }

  it("heeds how long the vendor wants to be left alone, in seconds or until a date", async () => {
    server.script = answer(429, {}, { "retry-after": "7" });
    expect((await failed(request(connection, {}), "ENDPOINT_BUSY")).details.retryAfterMs).to.equal(7_000);
    server.script = answer(503, {}, { "retry-after": new Date(Date.now() + 60_000).toUTCString() });
    const { retryAfterMs } = (await failed(request(connection, {}), "ENDPOINT_BUSY")).details;
    expect(retryAfterMs).to.be.within(30_000, 60_000);
    await failed(request(connection, { method: "POST" }), "ENDPOINT_OUTCOME_UNKNOWN");
  });

  it("finds what the vendor says is wrong, in the forms that APIs have", async () => {
    const reasonOf = async (body: unknown, contentType = "application/json") => {
      server.script = answer(400, body, { "content-type": contentType });
      return (await failed(request(connection, {}), "ENDPOINT_REFUSED")).message.split(" was refused: ")[1];
    };
    expect(await reasonOf({ error: { message: "No such customer" } })).to.equal("No such customer (HTTP 400)");
    expect(await reasonOf({ error: "invalid", error_description: "Bad scope" })).to.equal("Bad scope (HTTP 400)");
    expect(await reasonOf({ errors: [{ detail: "one" }, { detail: "two" }] })).to.equal("one; two (HTTP 400)");
    expect(await reasonOf({ errors: { email: ["is taken"] } })).to.equal("email is taken (HTTP 400)");
    expect(await reasonOf("invalid_payload", "text/plain")).to.equal("invalid_payload (HTTP 400)");
    expect(await reasonOf("<html>oh</html>", "text/html")).to.equal("no reason was given (HTTP 400)");
  });

  it("shows no secret that the vendor echoes, neither in an error nor in an answer", async () => {
    server.script = (response, { headers }) =>
      response
        .writeHead(400, { "content-type": "application/json" })
        .end(JSON.stringify({ message: `bad ${headers.authorization}`, nested: [{ "s3cret-token": 1 }] }));
    const error = await failed(request(connection, {}), "ENDPOINT_REFUSED");
    expect(error.message).to.include("bad Bearer [hidden]");
    expect(JSON.stringify(error.details)).not.to.include("s3cret-token");
    server.script = answer(200, { echo: { authorization: "Bearer s3cret-token" } });
    const { response } = await request(connection, {});
    expect(response.body).to.deep.equal({ echo: { authorization: "Bearer [hidden]" } });
  });

  it("follows redirects of what only reads, within the connection's hosts", async () => {
    server.script = (response, { path }) =>
      path === "/old"
        ? response.writeHead(302, { location: "/new" }).end()
        : answer(200, { path })(response, server.seen[0]!);
    expect((await request(connection, { path: "/old" })).response.body).to.deep.equal({ path: "/new" });
  });

  it("follows no redirect to another host or to an address that is not public", async () => {
    server.seen.length = 0;
    server.script = (response) => response.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
    const error = await failed(request(connection, { path: "/x" }), "HOST_FORBIDDEN");
    expect(error.message).to.equal("169.254.169.254 is not called by this connection");
    const wide = openConnection(http, { baseUrl: server.url, allowedHosts: ["127.0.0.1", "169.254.169.254"] });
    const guarded = await failed(request(wide, { path: "/x" }), "HOST_FORBIDDEN");
    expect(guarded.message).to.include("not on the public internet");
    expect(server.seen).to.have.lengthOf(2);
  });

  it("gives up on redirects that go round in circles", async () => {
    server.seen.length = 0;
    server.script = (response) => response.writeHead(302, { location: "/again" }).end();
    await failed(request(connection, { path: "/x" }), "ENDPOINT_REFUSED");
    expect(server.seen).to.have.lengthOf(6);
  });

  it("follows no redirect of a call that changes something, and says where it leads", async () => {
    server.script = (response) => response.writeHead(308, { location: "https://elsewhere.example/x?secret=1" }).end();
    const error = await failed(request(connection, { method: "POST" }), "ENDPOINT_MISCONFIGURED");
    expect(error.message).to.include("it is said to be at elsewhere.example");
    server.script = (response) => response.writeHead(303, { location: "/done" }).end();
    await failed(request(connection, { method: "POST" }), "ENDPOINT_OUTCOME_UNKNOWN");
  });
});
