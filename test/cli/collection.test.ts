import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import {
  examination,
  examined,
  installationOf,
  integrity,
  pageAnswer,
  planHash,
  planned,
  planning,
  problemAnswer,
  runCli,
  type Script,
  startCli,
  startScriptedServer,
  temporaryFolder,
} from "./parts.js";

const secret = "9f2c-never-print-this-4417";

const twilio = {
  name: "twilio",
  title: "Twilio",
  summary: "",
  licence: null,
  requires: {},
  parameters: {
    type: "object",
    required: ["accountSid", "authToken"],
    properties: {
      accountSid: { type: "string", title: "Account SID" },
      authToken: { type: "string", title: "Auth token", writeOnly: true },
      retries: { type: "integer" },
      enabled: { type: "boolean" },
    },
  },
  dataTypes: [],
  translators: [],
  connections: ["twilio/twilio"],
  flows: ["twilio/welcome"],
  shippedVersion: "1.0.0",
  installed: null,
  leftOut: null,
};
const installed = {
  version: "1.0.0",
  hash: "0",
  parameters: { accountSid: "AC1" },
  installedAt: "2026-01-01T00:00:00Z",
};
const flow = { name: "twilio/welcome", title: "Welcome", summary: null, active: false, on: {}, steps: [] };

const script: Script = ({ method, path }) => {
  if (path === examination) return { body: { ...examined, parameters: twilio.parameters } };
  if (path === planning) return { body: planned };
  if (method === "POST" && path === "/api/v1/collections/install")
    return { status: 201, body: { ...twilio, installed, alongside: [] } };
  if (path.startsWith("/api/v1/collections?")) return pageAnswer([twilio]);
  if (path.startsWith("/api/v1/flows?")) return pageAnswer([flow]);
  return null;
};

const install = ["collection", "install", "twilio", "--yes"];
const shared = "name: shop\nversion: 1.0.0\ntitle: Shop\nsummary: For a test.\n";

describe("collection install", () => {
  it("sends the parameters as the types that the collection wants", async () => {
    await using server = await startScriptedServer(script);
    const settings = [
      "--set",
      "accountSid=12",
      "--set",
      "retries=3",
      "--set",
      "enabled=true",
      "--set",
      "authToken=a=b",
    ];
    const { exitCode } = await runCli([...install, ...settings], { url: server.url });
    expect(exitCode).to.equal(0);
    const request = installationOf(server);
    expect(request?.body).to.deep.equal({
      source: "twilio",
      integrity,
      planHash,
      parameters: { accountSid: "12", retries: 3, enabled: true, authToken: "a=b" },
    });
  });

  it("lets --set win over the values file, and standard input over both", async () => {
    await using server = await startScriptedServer(script);
    await using folder = await temporaryFolder({ "v.yaml": "accountSid: AC1\nretries: 2\nauthToken: old\n" });
    const words = [
      ...install,
      "--values",
      join(folder.path, "v.yaml"),
      "--set",
      "retries=5",
      "--secret-stdin",
      "authToken",
    ];
    const { exitCode } = await runCli(words, { url: server.url, stdin: `${secret}\n` });
    expect(exitCode).to.equal(0);
    const request = installationOf(server);
    expect(request?.body).to.have.deep.property("parameters", { accountSid: "AC1", retries: 5, authToken: secret });
  });

  it("reads parameters from the environment variables that --env names, by their type, and says which is not set", async () => {
    await using server = await startScriptedServer(script);
    const variables = { TWILIO_SID: "AC1", RETRIES: "4", TWILIO_TOKEN: secret };
    const named = ["--env", "accountSid=TWILIO_SID", "--env", "retries=RETRIES", "--env", "authToken=TWILIO_TOKEN"];
    const { exitCode, stdout, stderr } = await runCli([...install, ...named], { url: server.url, variables });
    expect([exitCode, (stdout + stderr).includes(secret)]).to.deep.equal([0, false]);
    const request = installationOf(server);
    expect(request?.body).to.have.deep.property("parameters", { accountSid: "AC1", retries: 4, authToken: secret });
    const missing = await runCli([...install, "--env", "authToken=NOWHERE"], { url: server.url });
    expect(missing.exitCode).to.equal(2);
    expect(missing.stderr).to.include("The environment variable for authToken is not set");
  });

  it("says how to switch the flows on", async () => {
    await using server = await startScriptedServer(script);
    const { stdout } = await runCli([...install, "--set", "accountSid=AC1"], { url: server.url });
    expect(stdout).to.include("twilio 1.0.0 is installed").and.include("patchbay flow activate twilio/welcome");
  });

  it("never prints a secret, wherever it came from and whatever the server answers", async function () {
    this.timeout(90_000);
    const refusal = problemAnswer(422, { code: "PARAMETERS_INVALID", detail: "accountSid is required" });
    for (const refusing of [false, true]) {
      await using server = await startScriptedServer((request) =>
        refusing && request.path.endsWith("/install") ? refusal : script(request),
      );
      await using folder = await temporaryFolder({
        "v.yaml": `authToken: ${secret}\n`,
        "bad.yaml": `a: [${secret}\nb: }`,
      });
      const variables = { LOG_LEVEL: "debug" };
      const ways: { words: string[]; stdin?: string }[] = [
        { words: ["--set", `authToken=${secret}`] },
        { words: ["--set", secret] },
        { words: ["--values", join(folder.path, "v.yaml")] },
        { words: ["--values", join(folder.path, "bad.yaml")] },
        { words: ["--secret-stdin", "authToken"], stdin: secret },
        { words: ["--secret-stdin", "authToken", "--json"], stdin: secret },
      ];
      for (const { words, stdin = "" } of ways) {
        const { stdout, stderr } = await runCli([...install, ...words], { url: server.url, stdin, variables });
        expect(stdout + stderr, words.join(" ").replace(secret, "…")).to.not.include(secret);
      }
    }
  });

  it("reads several secrets from standard input, a line each, and repeats nothing of it", async () => {
    await using server = await startScriptedServer(script);
    const words = [...install, "--secret-stdin", "authToken", "--secret-stdin", "other/key"];
    const stdin = `authToken=a=b \nother/key=${secret}\n`;
    const done = await runCli(words, { url: server.url, stdin });
    expect(done.exitCode, done.stderr).to.equal(0);
    expect(installationOf(server)?.body).to.have.deep.property("parameters", { authToken: "a=b " });
    expect(installationOf(server)?.body).to.have.deep.property("parametersOf", { other: { key: secret } });
    const wrong = await runCli(words, { url: server.url, stdin: `authToken=a\n${secret}\n` });
    expect(wrong.exitCode).to.equal(2);
    expect(wrong.stderr).to.include("line 2 of standard input is none of authToken, other/key").and.not.include(secret);
    const missing = await runCli(words, { url: server.url, stdin: "authToken=a\n" });
    expect(missing.stderr).to.include("standard input has no other/key");
  });

  it("asks nobody when nobody is there: the server says what is missing", async () => {
    const problems = [{ path: "/accountSid", message: "is required" }];
    const refusal = problemAnswer(422, { code: "PARAMETERS_INVALID", detail: "Parameters are missing", problems });
    await using server = await startScriptedServer((request) =>
      request.path === planning ? refusal : script(request),
    );
    const { exitCode, stdout, stderr } = await runCli(install, { url: server.url });
    expect(exitCode).to.equal(2);
    expect(stdout).to.equal("");
    expect(stderr).to.include("/accountSid is required");
  });

  it("sends the files of a folder", async () => {
    await using server = await startScriptedServer(script);
    await using folder = await temporaryFolder({
      "collection.yaml": "name: mine\nversion: 1.0.0\n",
      "README.md": "Hello",
    });
    const { exitCode } = await runCli(["collection", "install", folder.path, "--yes"], { url: server.url });
    expect(exitCode).to.equal(0);
    const request = installationOf(server);
    expect(request?.body).to.deep.equal({
      files: { "collection.yaml": "name: mine\nversion: 1.0.0\n", "README.md": "Hello" },
      from: folder.path,
      integrity,
      planHash,
      parameters: {},
    });
  });

  it("prints one JSON document with --json", async () => {
    await using server = await startScriptedServer(script);
    const { stdout } = await runCli([...install, "--json"], { url: server.url });
    expect(JSON.parse(stdout)).to.have.property("name", "twilio");
  });

  it("shows what would happen and does nothing when nobody is there to say yes", async () => {
    await using server = await startScriptedServer(script);
    const { exitCode, stdout, stderr } = await runCli(["collection", "install", "twilio"], { url: server.url });
    expect(exitCode).to.equal(2);
    expect(stdout).to.include("install twilio 1.0.0").and.include("  create 1 flow: twilio/welcome");
    expect(stdout).to.include(
      "What would begin to happen, change or end:\n  twilio/welcome is off until somebody switches it on",
    );
    expect(stdout).to.include("Hosts it may call: api.twilio.com");
    expect(stderr).to.include("nobody is there to say yes").and.include("--yes");
    expect(installationOf(server)).to.equal(undefined);
  });

  it("stops waiting for a secret at a signal", async () => {
    await using server = await startScriptedServer(script);
    const { process: child, finished } = startCli([...install, "--secret-stdin", "authToken"], { url: server.url });
    await server.requested;
    child.kill("SIGTERM");
    expect((await finished).exitCode).to.equal(130);
  });
});

describe("what is installed and shared", () => {
  it("is a signed bundle, sent with its signature and what it was read from", async () => {
    await using server = await startScriptedServer(script);
    await using folder = await temporaryFolder({ "shop/collection.yaml": shared });
    const [key, bundle] = [join(folder.path, "p.key"), join(folder.path, "shop.tgz")];
    const variables = { PUBLISHER_KEY: key };
    const made = await runCli(["collection", "keys", "new", "--json"], { variables });
    expect((await stat(key)).mode & 0o777).to.equal(0o600);
    await runCli(["collection", "sign", join(folder.path, "shop")], { variables });
    const packed = await runCli(["collection", "pack", join(folder.path, "shop"), "--out", bundle, "--json"]);
    expect(JSON.parse(packed.stdout)).to.include({ name: "shop", key: JSON.parse(made.stdout).key });
    const { exitCode, stderr } = await runCli(["collection", "install", bundle, "--yes"], { url: server.url });
    expect(exitCode, stderr).to.equal(0);
    expect(installationOf(server)?.body).to.have.property("from", bundle);
    expect(installationOf(server)?.body).to.have.nested.property("files.signature\\.json").that.includes("ed25519:");
  });

  it("is not packed with a problem, which is told once", async () => {
    const wrong = shared.replace("version: 1.0.0", "version: one");
    await using folder = await temporaryFolder({ "shop/collection.yaml": wrong });
    const { exitCode, stderr } = await runCli(["collection", "pack", join(folder.path, "shop")]);
    expect(exitCode).to.equal(2);
    expect(stderr.match(/collection\.yaml/g), stderr).to.have.lengthOf(1);
    expect(stderr).to.include("is not packed: it has problems:\n  - collection.yaml:/version ");
  });

  it("is found in an index by its name, and pulled", async () => {
    await using folder = await temporaryFolder({ "shop/collection.yaml": shared });
    const index = join(folder.path, "index");
    const publish = ["collection", "publish", join(folder.path, "shop"), "--index", index, "--category", "shops"];
    const published = await runCli(publish);
    expect(published.exitCode, published.stderr).to.equal(0);
    expect(published.stdout).to.include("shop 1.0.0 is published").and.include("not signed");
    expect(published.stderr).to.include("shop has no golden tests");
    const to = join(folder.path, "pulled");
    const variables = { COLLECTION_INDEXES: index };
    const pulled = await runCli(["collection", "pull", "shop@^1.0.0", "--to", to], { variables });
    expect(pulled.exitCode, pulled.stderr).to.equal(0);
    expect(await readFile(join(to, "collection.yaml"), "utf8")).to.equal(shared);
    const again = await runCli(["collection", "pull", "shop", "--to", to], { variables });
    expect(again.exitCode).to.equal(2);
    expect(again.stderr).to.include("is not empty");
  });

  it("is published only when its golden tests pass, unless somebody insists", async () => {
    const test = "title: Nothing comes of nothing\nexpect: { messages: [{ body: Hello }] }\n";
    await using folder = await temporaryFolder({ "shop/collection.yaml": shared, "shop/tests/one.test.yaml": test });
    const publish = ["collection", "publish", join(folder.path, "shop"), "--index", join(folder.path, "index")];
    const refused = await runCli(publish);
    expect(refused.exitCode).to.equal(2);
    expect(refused.stdout).to.include("failed Nothing comes of nothing").and.include("- body: Hello");
    expect(refused.stderr).to.include("COLLECTION_TESTS_FAILED").and.include("--despite-tests");
    const insisted = await runCli([...publish, "--despite-tests"]);
    expect(insisted.exitCode, insisted.stderr).to.equal(0);
    expect(insisted.stdout).to.include("shop 1.0.0: 1 test, 1 failed").and.include("shop 1.0.0 is published");
  });

  it("is nothing that looks like a secret", async () => {
    await using folder = await temporaryFolder({
      "collection.yaml": shared,
      "README.md": `Use AC${"0123456789abcdef".repeat(2)}.\n`,
    });
    const { exitCode, stderr } = await runCli(["collection", "pack", folder.path, "--out", join(folder.path, "x.tgz")]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("README.md line 1 has what looks like an account or key SID");
    expect(await readdir(folder.path)).to.not.include("x.tgz");
  });
});

describe("collection search and keys", () => {
  const key = "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
  const found = {
    ...{ name: "shop", version: "1.2.0", title: "Shop", summary: "Sells.", category: "shops", publisher: null, key },
    ...{ versions: ["1.2.0"], deprecated: null, publishedAt: null, index: "./index", installedVersion: null },
  };

  it("lists what the server found, and the indexes that it could not look into", async () => {
    const unreadable = [{ index: "https://example.com", message: "It does not answer" }];
    await using server = await startScriptedServer(() => ({ body: { items: [found], next: null, unreadable } }));
    const { exitCode, stdout, stderr } = await runCli(["collection", "search", "sells", "things"], { url: server.url });
    expect(server.seen[0]?.path).to.equal("/api/v1/collections/available?q=sells+things&limit=200");
    expect(stdout).to.match(/^shop +1\.2\.0 +no +shops +Shop: Sells\.$/m);
    expect(stderr).to.include("https://example.com was not looked into: It does not answer");
    expect(exitCode).to.equal(1);
  });

  it("trusts a key under a name, and no longer", async () => {
    const publisher = { key, name: "Acme", trustedAt: "2026-01-01T00:00:00Z" };
    await using server = await startScriptedServer(() => ({ body: publisher }));
    await runCli(["collection", "keys", "trust", key, "--name", "Acme"], { url: server.url });
    const { stdout } = await runCli(["collection", "keys", "distrust", key], { url: server.url });
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      "POST /api/v1/publishers",
      `POST /api/v1/publishers/${encodeURIComponent(key)}/distrust`,
    ]);
    expect(server.seen[0]?.body).to.deep.equal({ key, name: "Acme" });
    expect(stdout).to.include("Acme is not trusted any more");
  });
});

describe("collection list", () => {
  it("shows what is installed and what is ready to install", async () => {
    const other = { ...twilio, name: "ecommerce", title: "Shop", installed };
    await using server = await startScriptedServer(() => pageAnswer([twilio, other]));
    const { stdout } = await runCli(["collection", "list"], { url: server.url });
    expect(stdout).to.match(/^twilio +no +1\.0\.0 +Twilio$/m);
    expect(stdout).to.match(/^ecommerce +1\.0\.0 +1\.0\.0 +2026-01-01 .*Shop$/m);
  });
});

describe("collection check", () => {
  const manifest = "name: mine\nversion: 1.0.0\ntitle: Mine\nsummary: For a test.\n";

  it("accepts a shipped collection", async () => {
    const { exitCode, stdout } = await runCli(["collection", "check", packagePath("collections", "twilio")]);
    expect(exitCode, stdout).to.equal(0);
    expect(stdout).to.match(/^twilio 1\.0\.0: 0 problems/m);
  });

  it("prints every problem of every file with its path and remedy, and ends with exit code 1", async () => {
    await using folder = await temporaryFolder({
      "collection.yaml": manifest,
      "translators/greet.jsonata": "{ 'a': ",
      "flows/greet.flow.yaml": "title: Greet\non: { record: mine/Person, events: [created] }\nsteps: []\n",
    });
    const { exitCode, stdout } = await runCli(["collection", "check", folder.path]);
    expect(exitCode).to.equal(1);
    expect(stdout).to.match(/^problem translators\/greet\.jsonata:\S* .+ — .+$/m);
    expect(stdout).to.match(/^problem flows\/greet\.flow\.yaml:\S* .+ — .+$/m);
  });

  it("prints one JSON document with --json", async () => {
    await using folder = await temporaryFolder({ "collection.yaml": `${manifest}colour: blue\n` });
    const { exitCode, stdout } = await runCli(["collection", "check", folder.path, "--json"]);
    expect(exitCode).to.equal(1);
    const { problems } = JSON.parse(stdout);
    expect(problems[0]).to.include.keys("file", "path", "message", "remedy", "severity");
  });

  it("says that there is no collection.yaml, with exit code 2", async () => {
    await using folder = await temporaryFolder();
    const { exitCode, stderr } = await runCli(["collection", "check", folder.path]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("collection.yaml");
  });
});

describe("collection new and test", () => {
  it("makes a folder that is checked and tested at once, and says what it guessed", async () => {
    const record = { code: "B1", guest: { name: "Ann", phone: "+12135550142" } };
    await using folder = await temporaryFolder({ "booking.json": JSON.stringify(record) });
    const target = join(folder.path, "hotel");
    const { exitCode, stdout } = await runCli([
      "collection",
      "new",
      target,
      "--from",
      join(folder.path, "booking.json"),
    ]);
    expect(exitCode, stdout).to.equal(0);
    expect(stdout).to.include("guessed /code names a record");
    expect(stdout).to.match(/^hotel 0\.1\.0: 0 problems, 0 warnings in 7 files$/m);
    expect(stdout).to.match(/^passed What becomes of a new Booking \(booking-to-sms, \d+ ms\)$/m);
    const flow = join(target, "flows", "booking-to-sms.flow.yaml");
    const line = (await readFile(flow, "utf8")).split("\n")[0] ?? "";
    const schema = join(target, "flows", line.replace("# yaml-language-server: $schema=", ""));
    expect(JSON.parse(await readFile(schema, "utf8"))).to.have.property("title");
    await writeFile(flow, (await readFile(flow, "utf8")).replace(line, "# yaml-language-server: $schema=/gone.json"));
    await rm(join(target, ".patchbay"), { recursive: true });
    const brought = await runCli(["collection", "schemas", target]);
    expect(brought.stdout).to.include("1 file now points at them: flows/booking-to-sms.flow.yaml");
    expect((await readFile(flow, "utf8")).split("\n")[0]).to.equal(line);
    expect(JSON.parse(await readFile(schema, "utf8"))).to.have.property("title");
    const again = await runCli(["collection", "new", target]);
    expect(again.exitCode).to.equal(2);
    expect(again.stderr).to.include("is not empty");
  });

  it("shows what differs, writes JUnit's XML, and ends with exit code 1", async () => {
    const test = "title: Nothing comes of nothing\nexpect: { messages: [{ body: Hello }] }\n";
    const manifest = "name: mine\nversion: 1.0.0\ntitle: Mine\nsummary: For a test.\n";
    await using folder = await temporaryFolder({ "collection.yaml": manifest, "tests/one.test.yaml": test });
    const junit = `${folder.path}.xml`;
    const { exitCode, stdout } = await runCli(["collection", "test", folder.path, "--junit", junit]);
    expect(exitCode).to.equal(1);
    expect(stdout)
      .to.match(/^failed Nothing comes of nothing /m)
      .and.to.include("      - body: Hello");
    expect(stdout).to.match(/^mine 1\.0\.0: 1 test, 1 failed, in \d+\.\d s$/m);
    expect(await readFile(junit, "utf8")).to.include('failures="1"');
    await rm(junit);
  });

  it("suggests a translator on standard output, and why on standard error", async () => {
    const { exitCode, stdout, stderr } = await runCli([
      "collection",
      "suggest",
      "ecommerce/Order",
      "communication/Sms",
    ]);
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.include('"phone": $phone(shipping_address.phone, $params.defaultCountry)');
    expect(stderr).to.match(/^phone ← shipping_address\.phone \(\d+ %\)$/m);
  });
});
