import { expect } from "chai";
import { createClient } from "../../src/cli/client.js";
import { installCollection } from "../../src/cli/collection/install-collection.js";
import { missingNames, parameterFields, toParameterValue } from "../../src/cli/collection/parameter-form.js";
import type { CommandContext } from "../../src/cli/context.js";
import { readConfig } from "../../src/config/config.js";
import type { JsonObject } from "../../src/core/json.js";
import {
  examination,
  examined,
  installationOf,
  integrity,
  openScreen,
  pageAnswer,
  planHash,
  planned,
  planning,
  type Screen,
  type ScriptedServer,
  startScriptedServer,
} from "./parts.js";

const parameters: JsonObject = {
  type: "object",
  required: ["accountSid", "authToken"],
  anyOf: [{ required: ["from"] }, { required: ["messagingServiceSid"] }],
  properties: {
    accountSid: { type: "string", title: "Account SID", description: "Begins with AC.", pattern: "^AC" },
    authToken: { type: "string", title: "Auth token", minLength: 5, writeOnly: true },
    from: { type: "string", title: "Sender" },
    messagingServiceSid: { type: "string" },
    retries: { type: "integer" },
  },
};

const installed = {
  version: "1.0.0",
  hash: "0",
  parameters: { accountSid: "AC1" },
  webhooks: [
    ...[
      {
        connection: "twilio/twilio",
        key: "inbound",
        title: "A message comes in",
        enteredAs: "At the number",
        url: null,
      },
    ],
  ],
  installedAt: "2026-01-01T00:00:00Z",
};

const goAhead: [question: string, answer: string] = ["Go ahead? [y/N] ", "y"];

function startServer(before: object | null, more: object = {}): Promise<ScriptedServer> {
  const view = { name: "twilio", flows: [], parameters, shippedVersion: "1.0.0" };
  return startScriptedServer(({ method, path }) => {
    if (path === examination) return { body: { ...examined, parameters, ...more } };
    if (path === planning) return { body: planned };
    return method === "POST"
      ? { body: { ...view, installed, alongside: [] } }
      : pageAnswer([{ ...view, installed: before }]);
  });
}

/** Installs twilio at a screen, typing each answer when its question shows. */
async function installAt(
  screen: Screen,
  server: ScriptedServer,
  answers: readonly [question: string, answer: string][],
) {
  const stop = new AbortController().signal;
  const context: CommandContext = {
    config: readConfig({}),
    client: createClient({ url: server.url, apiKey: null, stop }),
    terminal: screen.terminal,
    variables: {},
    stop,
    reportFailures: () => undefined,
  };
  const choice = {
    ...{ name: "twilio", set: [], env: [], values: undefined, secretStdin: [], activate: [] },
    ...{ acceptUnsigned: false, force: false, yes: false, settlements: {} },
  };
  const done = installCollection(choice, context);
  const shown: string[] = [];
  for (const [question, answer] of answers) {
    shown.push(await screen.errUntil(question));
    screen.type(`${answer}\r`);
  }
  await done.finally(() => shown.push(screen.err()));
  return { shown: shown.join(""), body: installationOf(server)?.body };
}

describe("the questions of an installation", () => {
  it("are the required parameters that nobody gave, secrets unseen", async () => {
    await using server = await startServer(null);
    const screen = openScreen();
    const { shown, body } = await installAt(screen, server, [
      ["Account SID (Begins with AC.): ", "AC9"],
      ["Auth token (not shown while you type): ", "s3cret-text"],
      ["Sender: ", "+15005550006"],
      goAhead,
    ]);
    expect(body).to.deep.equal({
      source: "twilio",
      integrity,
      planHash,
      parameters: { accountSid: "AC9", authToken: "s3cret-text", from: "+15005550006" },
    });
    const out = screen.out();
    expect(shown + out).to.not.include("s3cret");
    expect(out).to.include("A message comes in: (set PUBLIC_URL first");
  });

  it("leave out what is installed already, the secrets among it", async () => {
    await using server = await startServer(installed);
    const { shown, body } = await installAt(openScreen(), server, [["Sender: ", "Shop"], goAhead]);
    expect(shown).to.not.include("Account SID").and.not.include("Auth token");
    expect(body).to.have.deep.property("parameters", { from: "Shop" });
  });

  it("are asked again when there is no answer, three times at most", async () => {
    await using server = await startServer(installed);
    const nothing: [string, string] = ["Sender: ", ""];
    const failure = await installAt(openScreen(), server, [nothing, nothing, nothing]).catch((error: Error) => error);
    expect(failure).to.have.property("code", "PARAMETERS_INVALID");
    expect(installationOf(server)).to.equal(undefined);
  });

  it("are asked again when an answer does not fit, saying what is wrong and never the secret", async () => {
    await using server = await startServer(null);
    const { shown, body } = await installAt(openScreen(), server, [
      ["Account SID (Begins with AC.): ", "SK9"],
      ["Account SID (Begins with AC.): ", "AC9"],
      ["Auth token (not shown while you type): ", "shh"],
      ["Auth token (not shown while you type): ", "s3cret-text"],
      ["Sender: ", "Shop"],
      goAhead,
    ]);
    expect(body).to.have.deep.property("parameters", { accountSid: "AC9", authToken: "s3cret-text", from: "Shop" });
    expect(shown).to.include("Account SID must match ^AC.");
    expect(shown).to.include("Auth token must have at least 5 characters.").and.not.include("shh");
  });

  it("begin with whether to install what nobody trusted has signed, and no is no", async () => {
    await using server = await startServer(installed, { needsTrust: true });
    const failure = await installAt(openScreen(), server, [["Install it all the same? [y/N] ", "n"]]).catch(
      (error: Error) => error,
    );
    expect(failure).to.have.property("message", "Nothing was installed");
    expect(installationOf(server)).to.equal(undefined);
  });

  it("take yes as accepting what is not signed", async () => {
    await using server = await startServer(installed, { needsTrust: true });
    const { shown, body } = await installAt(openScreen(), server, [
      ["Install it all the same? [y/N] ", "y"],
      ["Sender: ", "Shop"],
      goAhead,
    ]);
    expect(shown).to.include("twilio 1.0.0 from https://example.com/twilio.tgz is not signed.");
    expect(body).to.have.property("acceptUnsigned", true);
  });

  it("end with whether to do what was planned, and no is no", async () => {
    await using server = await startServer(installed);
    const no: [string, string] = ["Go ahead? [y/N] ", "n"];
    const failure = await installAt(openScreen(), server, [["Sender: ", "Shop"], no]).catch((error: Error) => error);
    expect(failure).to.have.property("message", "Nothing was done");
    expect(installationOf(server)).to.equal(undefined);
  });

  it("are not asked with --json", async () => {
    await using server = await startServer(null);
    const screen = openScreen({ json: true });
    const failure = await installAt(screen, server, []).catch((error: Error) => error);
    expect(failure).to.have.property("message").that.includes("nobody is there to say yes");
    expect(screen.err()).to.equal("");
  });
});

describe("the form of parameters", () => {
  it("asks for the first alternative only when none is met", () => {
    const known = (...names: string[]) => missingNames(parameters, new Set(names));
    expect(known()).to.deep.equal(["accountSid", "authToken", "from"]);
    expect(known("accountSid", "authToken", "messagingServiceSid")).to.deep.equal([]);
  });

  it("reads titles, secrets and types", () => {
    const [account, token] = parameterFields(parameters);
    expect(account).to.include({ name: "accountSid", title: "Account SID", secret: false, type: "string" });
    expect(token).to.include({ name: "authToken", secret: true });
  });

  it("keeps text that is not of the wanted type, so that the server says what is wrong", () => {
    expect(toParameterValue("3", "integer")).to.equal(3);
    expect(toParameterValue("3.5", "integer")).to.equal("3.5");
    expect(toParameterValue("3", "string")).to.equal("3");
    expect(toParameterValue('["a"]', "array")).to.deep.equal(["a"]);
    expect(toParameterValue('{"a":1}', "object")).to.deep.equal({ a: 1 });
    expect(toParameterValue("yes", "boolean")).to.equal("yes");
  });
});
