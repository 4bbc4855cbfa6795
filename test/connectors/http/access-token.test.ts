import { expect } from "chai";
import type { Connection } from "../../../src/core/connector.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { failed } from "../../http/failed.js";
import { answer, type Script, type ScriptedServer, startScriptedServer } from "../../http/scripted-server.js";
import { openConnection, openLoopback, request } from "./open-connection.js";

describe("OAuth2 client credentials", () => {
  let api: ScriptedServer;
  let issuer: ScriptedServer;
  let http: Http;
  let now: number;
  let issued: number;

  const issue =
    (extra: JsonObject = { expires_in: 3_600 }): Script =>
    (response, seen) => {
      issued += 1;
      answer(200, { access_token: `token-number-${issued}`, token_type: "bearer", ...extra })(response, seen);
    };
  const open = (settings: JsonObject = {}): Connection =>
    openConnection(
      http,
      {
        baseUrl: api.url,
        auth: "oauth2",
        tokenUrl: `${issuer.url}/token`,
        clientId: "client:1",
        clientSecret: "s3cret/x",
        ...settings,
      },
      () => now,
    );
  const tokensSeen = () => api.seen.map(({ headers }) => headers.authorization);

  before(async () => {
    api = await startScriptedServer(answer(200, {}));
    issuer = await startScriptedServer(answer(200, {}));
    http = openLoopback();
  });
  beforeEach(() => {
    now = 1_000_000;
    issued = 0;
    api.seen.length = 0;
    issuer.seen.length = 0;
    api.script = answer(200, {});
    issuer.script = issue();
  });
  after(async () => {
    await http.close();
    await api.close();
    await issuer.close();
  });

  it("asks for a token once and uses it until shortly before its end", async () => {
    const connection = open({ scope: "orders read", audience: "shop" });
    await request(connection, {});
    now += 3_560_000;
    await request(connection, {});
    expect(issuer.seen).to.have.lengthOf(1);
    now += 20_000;
    await request(connection, {});
    expect(tokensSeen()).to.deep.equal(
      ["token-number-1", "token-number-1", "token-number-2"].map((t) => `Bearer ${t}`),
    );
    const { body, headers } = issuer.seen[0]!;
    expect(body).to.equal("grant_type=client_credentials&scope=orders+read&audience=shop");
    expect(headers.authorization).to.equal(`Basic ${Buffer.from("client%3A1:s3cret%2Fx").toString("base64")}`);
  });

  it("logs in by the form where the server wants that", async () => {
    await request(open({ clientLogin: "body" }), {});
    expect(issuer.seen[0]?.body).to.include("client_id=client%3A1&client_secret=s3cret%2Fx");
    expect(issuer.seen[0]?.headers).not.to.have.property("authorization");
  });

  it("asks once for calls that begin together", async () => {
    const connection = open();
    await Promise.all([1, 2, 3].map(() => request(connection, {})));
    expect(issuer.seen).to.have.lengthOf(1);
  });

  it("makes a call once more with a new token when the old one is not accepted any more", async () => {
    const connection = open();
    await request(connection, {});
    api.script = (response, seen) =>
      answer(seen.headers.authorization === "Bearer token-number-1" ? 401 : 201, {})(response, seen);
    const { response } = await request(connection, { method: "POST", json: {} });
    expect(response.status).to.equal(201);
    expect(api.seen).to.have.lengthOf(3);
  });

  it("does not go on when the new token is not accepted either", async () => {
    api.script = answer(401, { message: "no" });
    await failed(request(open(), { method: "POST" }), "ENDPOINT_MISCONFIGURED");
    expect(api.seen).to.have.lengthOf(2);
    expect(issuer.seen).to.have.lengthOf(2);
  });

  it("says what the token's server says, without the secret", async () => {
    issuer.script = answer(400, { error: "invalid_client", error_description: "unknown s3cret/x" });
    const error = await failed(request(open(), { method: "POST" }), "ENDPOINT_MISCONFIGURED");
    expect(error.message).to.include("No access token could be had: ").and.include("unknown [hidden]");
    expect(api.seen).to.have.lengthOf(0);
  });

  it("knows that a call was not made when the token's server fails or is silent", async () => {
    issuer.script = answer(500, {});
    await failed(request(open(), { method: "POST" }), "ENDPOINT_UNREACHABLE");
    issuer.script = (response) => response.destroy();
    await failed(request(open(), { method: "POST" }), "ENDPOINT_UNREACHABLE");
    issuer.script = answer(429, {}, { "retry-after": "3" });
    expect((await failed(request(open(), {}), "ENDPOINT_BUSY")).details.retryAfterMs).to.equal(3_000);
    expect(api.seen).to.have.lengthOf(0);
  });

  it("refuses what is no token", async () => {
    for (const body of ["no json", "[]", "{}", '{"access_token":"a b"}', '{"access_token":"a","token_type":"mac"}']) {
      issuer.script = answer(200, body);
      await failed(request(open(), {}), "ENDPOINT_MISCONFIGURED");
    }
  });

  it("keeps the token out of answers that echo it", async () => {
    api.script = (response, seen) => answer(200, { sent: seen.headers.authorization })(response, seen);
    const { response } = await request(open(), {});
    expect(response.body).to.deep.equal({ sent: "Bearer [hidden]" });
  });
});
