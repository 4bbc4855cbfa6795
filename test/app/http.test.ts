import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { answer, type ScriptedServer, startScriptedServer } from "../http/scripted-server.js";
import { openTestApp, type TestApp } from "./parts.js";

const files = (url: string): Record<string, string> => ({
  "collection.yaml": `
name: desk
version: 1.0.0
title: Desk
summary: Tickets.
connections: [{ name: api, connector: http, settings: { baseUrl: "${url}" } }]
`,
  "connections/api.endpoints.yaml": `
endpoints:
  add-comment:
    title: Add a comment
    method: POST
    path: /tickets/{id}/comments
    parameters: { id: { in: path, schema: { type: integer } } }
    body: { contentType: application/json, required: true, schema: { type: object, required: [text], properties: { text: { type: string } } } }
`,
  "flows/comment.flow.yaml": `
name: comment
title: Comment the newest ticket
on: { manual: true }
steps:
  - { id: tickets, call: http/request, connection: api, with: { path: /tickets, query: { of: =customer } } }
  - { id: add, call: http/add-comment, connection: api, with: { id: "=$steps.tickets.body[0].id", body: { text: =text } } }
  - { id: done, notify: '="Comment " & $steps.add.body.id' }
`,
});

describe("flows that call an API", () => {
  let test: TestApp;
  let api: ScriptedServer;

  beforeEach(async () => {
    api = await startScriptedServer(answer(200, [{ id: 7 }]));
    test = await openTestApp({ OUTBOUND_ALLOW: "127.0.0.1" });
    const installed = await test.request("POST", "/api/v1/collections/install", {
      files: files(api.url),
      parameters: {},
    });
    expect(installed.status, JSON.stringify(installed.body)).to.be.below(300);
    await test.request("PATCH", "/api/v1/flows/desk/comment", { active: true });
  });
  afterEach(async () => {
    await test.close();
    await api.close();
  });

  const start = async (payload: JsonObject): Promise<void> => {
    const { status, body } = await test.request("POST", "/api/v1/flows/desk/comment/run", { payload });
    expect(status, JSON.stringify(body)).to.be.below(300);
  };
  const ended = (status: string) =>
    test.until(
      () => test.list("/api/v1/runs?flow=desk/comment"),
      (runs) => runs[0]?.status === status,
    );

  it("hand what one call answers to the next, and repeat a read that failed", async () => {
    let reads = 0;
    api.script = (response, seen) => {
      if (seen.method === "POST") return answer(201, { id: "c9" })(response, seen);
      reads += 1;
      return answer(reads === 1 ? 500 : 200, reads === 1 ? {} : [{ id: 7 }])(response, seen);
    };
    await start({ customer: "a b", text: "Hello" });
    await ended("succeeded");
    expect(api.seen.map(({ method, path, body }) => `${method} ${path} ${body}`)).to.deep.equal([
      "GET /tickets?of=a%20b ",
      "GET /tickets?of=a%20b ",
      'POST /tickets/7/comments {"text":"Hello"}',
    ]);
    expect(JSON.stringify(await test.list("/api/v1/notifications"))).to.include("Comment c9");
  });

  it("do not repeat a POST of which nobody knows whether it took effect", async () => {
    api.script = (response, seen) =>
      seen.method === "POST" ? void response.destroy() : answer(200, [{ id: 7 }])(response, seen);
    await start({ customer: "a", text: "Hello" });
    const [run] = await ended("failed");
    expect(JSON.stringify(run)).to.include("ENDPOINT_OUTCOME_UNKNOWN");
    expect(api.seen.filter(({ method }) => method === "POST")).to.have.lengthOf(1);
    const effects = await test.list("/api/v1/effects?state=unknown");
    expect(effects).to.have.lengthOf(1);
    expect(effects[0]).to.include({ endpoint: "http/add-comment" });
  });

  it("refuse what does not fit the endpoint before anything is sent", async () => {
    await start({ customer: "a", text: 5 });
    const [run] = await ended("failed");
    expect(JSON.stringify(run)).to.include("PAYLOAD_INVALID").and.include("/body/text must be string");
    expect(api.seen.map(({ method }) => method)).to.deep.equal(["GET"]);
  });

  it("are shown what they may call", async () => {
    const endpoints = await test.list("/api/v1/connections/desk/api/endpoints");
    expect(endpoints.map(({ name, own, onRepeat }) => [name, own, onRepeat])).to.deep.equal([
      ["http/add-comment", true, "duplicate"],
      ["http/request", false, "duplicate"],
    ]);
  });
});
