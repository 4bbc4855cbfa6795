import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect } from "chai";
import { runCli } from "../../src/cli/cli.js";
import { answer, type ScriptedServer, startScriptedServer } from "../http/scripted-server.js";
import { openTestApp, sampleOrder, type TestApp } from "./parts.js";

const [old, renewed] = ["the secret of last year", "the secret of this year"];

async function patchbay(words: readonly string[], test: TestApp, stdin = ""): Promise<{ code: number; text: string }> {
  const chunks: string[] = [];
  const out = () => new PassThrough().on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  const code = await runCli(words, {
    ...{ stdin: Readable.from([stdin]), stdout: out(), stderr: out() },
    ...{ variables: { PATCHBAY_URL: test.url }, stop: new AbortController().signal },
  });
  return { code, text: chunks.join("") };
}

describe("PATCHBAY_SECRET is replaced", () => {
  let test: TestApp;
  const file = join(tmpdir(), `patchbay-secret-${process.pid}`);
  beforeEach(async () => {
    test = await openTestApp({ PATCHBAY_SECRET: old });
    await test.setUp("twilio/send-sms-for-new-order");
  });
  afterEach(async () => {
    await test.close();
    await rm(file, { force: true });
  });

  async function texts(id: string): Promise<void> {
    const before = test.simulator.created;
    await test.request("POST", "/api/v1/records/ecommerce/Order", await sampleOrder({ id }, { phone: "+14155550132" }));
    await test.until(
      async () => test.simulator.created,
      (created) => created === before + 1,
    );
  }

  it("while texts go on: both are known, everything is sealed anew, then the new one is enough", async () => {
    await texts("R1");
    await writeFile(file, `${old}\n`);
    await test.restart({ PATCHBAY_SECRET: renewed, PATCHBAY_SECRET_PREVIOUS_FILE: file });
    await texts("R2");
    expect((await patchbay(["secret", "list"], test)).text).to.match(/twilio .*an older secret/);
    const rotated = await patchbay(["secret", "rotate"], test);
    expect(rotated).to.have.property("code", 0);
    expect(rotated.text).to.include("Sealed anew: twilio.");
    await texts("R3");
    expect((await patchbay(["secret", "rotate"], test)).text).to.include("Nothing was sealed by an older secret");
    await test.restart({ PATCHBAY_SECRET: renewed });
    await texts("R4");
    expect((await patchbay(["secret", "list"], test)).text).to.match(/twilio .*PATCHBAY_SECRET/);
  });

  it("and forgotten halfway: it is told what cannot be opened, and setting it again mends it", async () => {
    await test.restart({ PATCHBAY_SECRET: renewed });
    const rotated = await patchbay(["secret", "rotate"], test);
    expect(rotated.code).to.equal(1);
    expect(rotated.text).to.include("No known secret opens those of twilio");
    const set = await patchbay(["secret", "set", "twilio", "authToken"], test, `${test.simulator.authToken}\n`);
    expect(set).to.deep.equal({ code: 0, text: "authToken of twilio is set.\n" });
    await texts("R1");
  });

  it("is not set when what is named is no secret, and nothing that was typed is repeated", async () => {
    for (const [collection, parameter, problem] of [
      ["twilio", "from", "/from is no secret parameter of twilio; those are authToken"],
      ["nowhere", "authToken", "nowhere is not installed"],
    ] as const) {
      const { code, text } = await patchbay(["secret", "set", collection, parameter], test, "typed-secret");
      expect(code).to.equal(2);
      expect(text).to.include(problem).and.not.include("typed-secret");
    }
    expect((await patchbay(["secret", "set", "twilio", "authToken"], test)).text).to.include("Nothing was given");
  });
});

describe("a connection's secret", () => {
  let test: TestApp;
  let [home, elsewhere]: ScriptedServer[] = [];
  afterEach(async () => {
    await test.close();
    await home?.close();
    await elsewhere?.close();
  });

  it("goes to the host that it is for alone: not after a redirect, and not to another allowed host", async () => {
    elsewhere = await startScriptedServer(answer(200, {}));
    const there = elsewhere.url;
    home = await startScriptedServer(answer(302, {}, { location: `${there}/stolen` }));
    test = await openTestApp({ OUTBOUND_ALLOW: "127.0.0.1" });
    const call = (path: string) => `{ id: call, call: http/request, connection: api, with: { path: "${path}" } }`;
    const flow = (name: string, path: string) =>
      `name: ${name}\ntitle: ${name}\non: { manual: true }\nsteps:\n  - ${call(path)}\n`;
    const files = {
      "collection.yaml": `
name: desk
version: 1.0.0
title: Desk
summary: Calls.
parameters: { type: object, required: [token], properties: { token: { type: string, writeOnly: true } } }
connections:
  - { name: api, connector: http, settings: { baseUrl: "${home.url}", allowedHosts: ["127.0.0.1"], auth: bearer, token: =$params.token } }
`,
      "flows/redirected.flow.yaml": flow("redirected", "/here"),
      "flows/elsewhere.flow.yaml": flow("elsewhere", `${there}/asked`),
    };
    await test.request("POST", "/api/v1/collections/install", { files, parameters: { token: "capability-token" } });
    for (const name of ["redirected", "elsewhere"]) {
      await test.request("PATCH", `/api/v1/flows/desk/${name}`, { active: true });
      await test.request("POST", `/api/v1/flows/desk/${name}/run`, { payload: {} });
    }
    const ended = (runs: unknown[]) => runs.length === 2;
    await test.until(
      async () => [
        ...(await test.list("/api/v1/runs?status=failed")),
        ...(await test.list("/api/v1/runs?status=succeeded")),
      ],
      ended,
    );
    expect(home.seen.map(({ headers }) => headers.authorization)).to.deep.equal(["Bearer capability-token"]);
    const seen = elsewhere.seen.map(({ path, headers }) => [path, headers.authorization]);
    expect(seen).to.have.deep.members([
      ["/stolen", undefined],
      ["/asked", undefined],
    ]);
    expect(JSON.stringify(elsewhere.seen)).not.to.include("capability-token");
  });
});
