import { expect } from "chai";
import type { CollectionFiles } from "../../src/collections/installer.js";
import { readCollection } from "../../src/collections/read-collection.js";
import { readingContext, withInstaller } from "./parts.js";

const manifest = `
name: desk
version: 1.0.0
title: Desk
summary: Tickets.
connections:
  - { name: api, connector: http, settings: { baseUrl: https://desk.example } }
`;
const endpoints = `
endpoints:
  add-comment:
    title: Add a comment
    method: POST
    path: /tickets/{id}/comments
    parameters:
      id: { in: path, schema: { type: integer } }
      notify: { in: query, schema: { type: boolean } }
    body: { contentType: application/json, required: true, schema: { $ref: "#/$defs/Comment" } }
  list-tickets: { title: List tickets, method: GET, path: /tickets }
$defs:
  Comment:
    type: object
    required: [text]
    properties:
      text: { type: string }
      kind: { enum: [public, internal] }
      author: { type: object, properties: { name: { type: string } } }
`;
const flowWith = (step: string): string => `
name: comment
title: Comment
on: { manual: true }
steps:
  - id: add
    connection: api
${step.replace(/^/gm, "    ")}
`;

async function problemsOf(step: string, changed: CollectionFiles = {}): Promise<string[]> {
  const files = {
    "collection.yaml": manifest,
    "connections/api.endpoints.yaml": endpoints,
    "flows/comment.flow.yaml": flowWith(step),
    ...changed,
  };
  const { problems } = readCollection(files, await readingContext());
  return problems.map(({ file, path, message, severity }) => `${severity} ${file}:${path} ${message}`);
}
const flow = "flows/comment.flow.yaml:/steps/0";
const call = "call: http/add-comment\n";

describe("endpoints that a collection declares", () => {
  it("can be called as they are declared", async () => {
    const step = `${call}with: { id: =id, notify: true, body: { text: ="Hello " & name, kind: public } }`;
    expect(await problemsOf(step)).to.deep.equal([]);
    expect(await problemsOf(`${call}with: { id: 7, body: =$ }`)).to.deep.equal([]);
    expect(await problemsOf("call: http/list-tickets\nwith: { paginate: { kind: page } }")).to.deep.equal([]);
    expect(await problemsOf("call: http/request\nwith: { path: /x }")).to.deep.equal([]);
  });

  it("must be there", async () => {
    expect(await problemsOf("call: http/add-coment\nwith: {}")).to.deep.equal([
      `error ${flow}/call http has no endpoint add-coment`,
    ]);
  });

  it("must be given what they need, and nothing else", async () => {
    expect(await problemsOf(`${call}with: { ticket: 7 }`)).to.deep.equal([
      `error ${flow}/with/ticket http/add-comment does not take it`,
      `error ${flow}/with/id is required by http/add-comment`,
      `error ${flow}/with/body is required by http/add-comment`,
    ]);
  });

  it("must be given values of the right kind, however deep, as far as they are no expressions", async () => {
    const step = `${call}with: { id: seven, notify: =x, body: { kind: secret, author: { name: 1 } } }`;
    expect(await problemsOf(step)).to.have.members([
      `error ${flow}/with/id must be a whole number (http/add-comment)`,
      `error ${flow}/with/body/text is required (http/add-comment)`,
      `error ${flow}/with/body/kind must be one of "public", "internal" (http/add-comment)`,
      `error ${flow}/with/body/author/name must be a string (http/add-comment)`,
    ]);
  });

  it("warn of members that an open schema does not know", async () => {
    const step = `${call}with: { id: 1, body: { text: a, txet: b, author: { nmae: =x } } }`;
    expect(await problemsOf(step)).to.deep.equal([
      `warning ${flow}/with/body/txet is not known to http/add-comment`,
      `warning ${flow}/with/body/author/nmae is not known to http/add-comment`,
    ]);
  });

  it("belong to a connection that can have some", async () => {
    const step = "call: http/request\nwith: {}";
    const found = await problemsOf(step, { "connections/other.endpoints.yaml": endpoints });
    expect(found).to.deep.equal(["error connections/other.endpoints.yaml: there is no connection desk/other"]);
    const twilio = manifest.replace("connector: http", "connector: twilio");
    expect((await problemsOf(step, { "collection.yaml": twilio })).join("\n")).to.include(
      "connections/api.endpoints.yaml: a connection of twilio has no endpoints of its own",
    );
  });

  it("have paths, names and schemas that hold", async () => {
    const broken = endpoints
      .replace("/tickets/{id}/comments", "/tickets/{ticket}/comments")
      .replace("list-tickets:", "request:")
      .replace('"#/$defs/Comment"', '"#/$defs/Coment"')
      .replace("type: boolean", "type: bool")
      .replace("type: string }\n      kind", "type: string, pattern: '(?=a)' }\n      kind");
    const file = "connections/api.endpoints.yaml";
    const found = await problemsOf("call: http/request\nwith: {}", { [file]: broken });
    expect(found.join("\n"))
      .to.include(`${file}:/endpoints/add-comment/path has {ticket}, for which there is no parameter`)
      .and.include(`${file}:/endpoints/add-comment/parameters/id is not in the path`)
      .and.include(`${file}:/endpoints/request http/request is the connector's own`)
      .and.include(`${file}:/endpoints/add-comment/body/schema/$ref #/$defs/Coment is not in this file`)
      .and.include(`${file}:/endpoints/add-comment/parameters/notify/schema/type`)
      .and.include(`${file}:/$defs/Comment/properties/text/pattern is not a pattern of linear time`);
  });

  it("fit the grammar of their file", async () => {
    const found = await problemsOf("call: http/request\nwith: {}", {
      "connections/api.endpoints.yaml": "endpoints: { a: { title: A, method: FETCH, path: x } }",
    });
    expect(found.join("\n")).to.include("/endpoints/a/method must be one of").and.include("/endpoints/a/path");
  });

  it("are in the catalog with the connection, and prepared by it", async () => {
    const files = {
      "collection.yaml": manifest,
      "connections/api.endpoints.yaml": endpoints,
      "flows/comment.flow.yaml": flowWith(`${call}with: { id: 1, body: { text: a } }`),
    };
    await withInstaller({}, async (installer) => {
      await installer.install({ files, parameters: {}, acceptUnsigned: true });
      const open = installer.catalog().connection("desk/api");
      expect(open?.ownEndpoints?.map(({ key, onRepeat }) => [key, onRepeat])).to.deep.equal([
        ["add-comment", "duplicate"],
        ["list-tickets", "none"],
      ]);
      const prepared = open?.connection.prepare("add-comment", { id: 7, notify: false, body: { text: "Hello" } });
      expect(prepared?.request).to.include({ method: "POST", path: "/tickets/7/comments?notify=false" });
      expect(prepared?.onRepeat).to.equal("duplicate");
    });
  });
});
