import { expect } from "chai";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { failed, thrown } from "../../http/failed.js";
import { answer, type ScriptedServer, type Seen, startScriptedServer } from "../../http/scripted-server.js";
import { openConnection, openLoopback, request } from "./open-connection.js";

describe("how calls prove who makes them", () => {
  let server: ScriptedServer;
  let other: ScriptedServer;
  let http: Http;

  before(async () => {
    server = await startScriptedServer(answer(200, {}));
    other = await startScriptedServer(answer(200, {}));
    http = openLoopback();
  });
  beforeEach(() => {
    server.seen.length = 0;
    other.seen.length = 0;
    server.script = answer(200, {});
    other.script = answer(200, {});
  });
  after(async () => {
    await http.close();
    await server.close();
    await other.close();
  });

  const seenWith = async (settings: JsonObject, payload: JsonObject = { path: "/x" }): Promise<Seen> => {
    await request(openConnection(http, { baseUrl: server.url, ...settings }), payload);
    return server.seen[0]!;
  };

  it("none: sends nothing of it", async () => {
    expect((await seenWith({})).headers).not.to.have.property("authorization");
  });

  it("basic: sends user name and password", async () => {
    const { headers } = await seenWith({ auth: "basic", username: "ann", password: "pässword" });
    expect(headers.authorization).to.equal(`Basic ${Buffer.from("ann:pässword").toString("base64")}`);
  });

  it("basic: takes a key as user name, without a password", async () => {
    const { headers } = await seenWith({ auth: "basic", username: "sk_key" });
    expect(headers.authorization).to.equal(`Basic ${Buffer.from("sk_key:").toString("base64")}`);
  });

  it("bearer: sends the token", async () => {
    expect((await seenWith({ auth: "bearer", token: "abc" })).headers.authorization).to.equal("Bearer abc");
  });

  it("header: sends the key, and no step replaces it", async () => {
    const settings = { auth: "header", keyName: "X-Api-Key", key: "abc" };
    const { headers } = await seenWith(settings, { path: "/x", headers: { "x-api-key": "other" } });
    expect(headers["x-api-key"]).to.equal("abc");
  });

  it("query: sends the key, which no message shows", async () => {
    server.script = answer(400, {});
    const connection = openConnection(http, {
      baseUrl: server.url,
      auth: "query",
      keyName: "api-key",
      key: "a&b-secret",
    });
    const error = await failed(request(connection, { path: "/x", query: { q: "1 2" } }), "ENDPOINT_REFUSED");
    expect(server.seen[0]?.path).to.equal("/x?q=1%202&api-key=a%26b-secret");
    expect(error.message).not.to.include("secret");
  });

  it("sends the connection's own headers with every call", async () => {
    expect((await seenWith({ headers: { "X-Version": "2" } })).headers).to.include({ "x-version": "2" });
  });

  it("sends credentials to the base URL's host only", async () => {
    const connection = openConnection(http, {
      baseUrl: server.url,
      allowedHosts: ["127.0.0.1"],
      auth: "bearer",
      token: "abc",
      headers: { "x-own": "1" },
    });
    await request(connection, { path: `${other.url}/y` });
    expect(other.seen[0]?.headers).not.to.have.any.keys("authorization", "x-own");
  });

  it("calls no other host than the connection's", () => {
    const connection = openConnection(http, { baseUrl: server.url });
    for (const path of ["https://evil.example/x", "http://localhost/x", `${other.url}/x`, "http://a:b@127.0.0.1/x"]) {
      thrown(() => connection.prepare("request", { path }), "HOST_FORBIDDEN");
    }
  });

  it("knows hosts by name, by port and by what they are below of", () => {
    const baseUrl = "https://api.example.com";
    const allows = (entry: string, path: string): boolean => {
      const connection = openConnection(http, { baseUrl, allowedHosts: ["api.example.com", entry] });
      try {
        connection.prepare("request", { path });
        return true;
      } catch {
        return false;
      }
    };
    expect(allows("b.example.com", "https://b.example.com/x")).to.equal(true);
    expect(allows("b.example.com", "https://b.example.com.evil.example/x")).to.equal(false);
    expect(allows("b.example.com", "http://b.example.com/x"), "without TLS").to.equal(false);
    expect(allows("b.example.com:8443", "https://b.example.com/x")).to.equal(false);
    expect(allows("b.example.com:8443", "https://b.example.com:8443/x")).to.equal(true);
    expect(allows("*.example.com", "https://files.example.com/x")).to.equal(true);
    expect(allows("*.example.com", "https://example.com.evil.example/x")).to.equal(false);
    expect(allows("*.example.com", "https://notexample.com/x")).to.equal(false);
  });

  it("refuses settings that cannot work, without showing their values", () => {
    const refused = (settings: JsonObject): string => {
      const { message } = thrown(() => openConnection(http, settings), "ENDPOINT_MISCONFIGURED");
      expect(message).not.to.include("s3cret");
      return message;
    };
    const baseUrl = "https://api.example.com";
    expect(refused({ baseUrl, secretUrl: "https://a.example/s3cret" })).to.include(
      "/secretUrl is in place of /baseUrl",
    );
    expect(refused({ baseUrl, auth: "bearer" })).to.include("/token is required with auth: bearer");
    expect(refused({ baseUrl, auth: "bearer", token: "s3cret", key: "s3cret" })).to.include("/key is not used");
    expect(refused({ secretUrl: "https://a.example/s3cret", allowedHosts: ["hooks.slack.com"] })).to.equal(
      "HTTP settings: /secretUrl is at a.example, which is not among /allowedHosts",
    );
    expect(refused({ baseUrl: "http://api.example.com", auth: "bearer", token: "s3cret" })).to.include("is not https");
    expect(refused({ secretUrl: "http://a.example/s3cret" })).to.include("is not https");
    expect(refused({ baseUrl: "https://ann:s3cret@a.example" })).to.include("has a user name or a password");
    expect(refused({ auth: "none" })).to.include("baseUrl");
  });

  it("allows plain HTTP where it is said to be right", () => {
    expect(() =>
      openConnection(http, { baseUrl: "http://erp:8080", auth: "bearer", token: "abc", allowPlainHttp: true }),
    ).not.to.throw();
  });
});
