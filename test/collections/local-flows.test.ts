import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Installer } from "../../src/collections/installer.js";
import { failureOf, installShipped, openMemoryStore, withInstaller } from "./parts.js";

async function withFlows(files: Record<string, string>, use: (installer: Installer) => Promise<void>): Promise<void> {
  const flowsFolder = await mkdtemp(join(tmpdir(), "patchbay-flows-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(flowsFolder, name), text);
    await withInstaller({ flowsFolder }, use);
  } finally {
    await rm(flowsFolder, { recursive: true });
  }
}

const steps = "steps: [{ id: a, notify: Hello }]\n";
const good = `name: good\ntitle: Good\non: { record: ecommerce/Order }\n${steps}`;

describe("local flows", () => {
  it("wait for the collection they need", async () => {
    await withFlows({ "good.flow.yaml": good }, async (installer) => {
      expect(installer.localProblems().map(({ severity, message }) => [severity, message])).to.deep.equal([
        ["warning", "waits for the collection ecommerce"],
      ]);
      expect(installer.catalog().flow("local/good")).to.equal(null);
      await installer.install({ name: "ecommerce", parameters: {} });
      expect(installer.localProblems()).to.deep.equal([]);
      expect(installer.catalog().flow("local/good")?.version.collection).to.equal(null);
    });
  });

  it("with problems are listed and left out, and the others work", async () => {
    const bad = `name: bad\ntitle: Bad\non: { record: ecommerce/Order }\nsteps: [{ id: a, translate: twilio/nothing }]\n`;
    await withFlows({ "good.flow.yaml": good, "bad.flow.yaml": bad, "x.txt": "" }, async (installer) => {
      await installShipped(installer);
      expect(installer.localProblems().map(({ file, path, severity }) => [file, path, severity])).to.deep.equal([
        ["bad.flow.yaml", "/steps/0/translate", "error"],
        ["x.txt", "", "warning"],
      ]);
      expect(installer.catalog().flow("local/good")).to.not.equal(null);
      const failure = await failureOf(installer.activate("local/bad", true));
      expect(failure.code).to.equal("FLOW_UNKNOWN");
      expect(failure.message).to.include("bad.flow.yaml#/steps/0/translate there is no translator twilio/nothing");
    });
  });

  it("use translators of the folder, and wait with them", async () => {
    const matter = "/* title: Id\n   from: ecommerce/Order */\n";
    const files = {
      "mine.flow.yaml": "name: mine\ntitle: Mine\non: manual\nsteps: [{ id: a, translate: order-id }]\n".replace(
        "on: manual",
        "on: { manual: true }",
      ),
      "order-id.jsonata": `${matter}{ "id": id }\n`,
    };
    await withFlows(files, async (installer) => {
      const said = installer.localProblems().map(({ file, path, message }) => [file, path, message]);
      expect(said).to.deep.equal([
        ["mine.flow.yaml", "/steps/0/translate", "uses local/order-id, which is left out"],
        ["order-id.jsonata", "/from", "waits for the collection ecommerce"],
      ]);
      expect(installer.catalog().flow("local/mine")).to.equal(null);
      await installer.install({ name: "ecommerce", parameters: {} });
      expect(installer.localProblems()).to.deep.equal([]);
      expect(installer.catalog().translator("local/order-id")?.title).to.equal("Id");
      const version = installer.catalog().flow("local/mine")?.version;
      expect(Object.keys(version?.translators ?? {})).to.deep.equal(["local/order-id"]);
      const { compatibility } = await installer.plan({ kind: "uninstall", name: "ecommerce" });
      expect(compatibility.map(({ subject }) => subject)).to.deep.equal(["local/mine", "local/order-id"]);
    });
  });

  it("may use every installed translator and connection by its full name", async () => {
    const call =
      "{ id: send, call: twilio/send-message, connection: twilio/twilio, with: { to: '=$steps.sms.phone' } }";
    const flow = `name: mine\ntitle: Mine\non: { record: ecommerce/Order }\nsteps: [{ id: sms, translate: twilio/order-to-sms }, ${call}]\n`;
    await withFlows({ "mine.flow.yaml": flow }, async (installer) => {
      await installShipped(installer);
      expect(installer.localProblems()).to.deep.equal([]);
      const version = installer.catalog().flow("local/mine")?.version;
      expect(Object.keys(version?.translators ?? {})).to.deep.equal(["twilio/order-to-sms"]);
    });
  });

  it("start each other, and flows of collections", async () => {
    const flow = `name: mine\ntitle: Mine\non: { manual: true }\nsteps: [{ id: a, start: good, with: {} }, { id: b, start: twilio/order-shipped, with: {} }]\n`;
    await withFlows({ "mine.flow.yaml": flow, "good.flow.yaml": good }, async (installer) => {
      await installShipped(installer);
      expect(installer.localProblems()).to.deep.equal([]);
      expect(installer.catalog().flow("local/mine")).to.not.equal(null);
    });
  });

  it("are left out when they start one that is left out", async () => {
    const starting = (name: string, target: string) =>
      `name: ${name}\ntitle: T\non: { manual: true }\nsteps: [{ id: e, each: "=x", steps: [{ id: a, start: ${target}, with: {} }] }]\n`;
    const files = {
      "a.flow.yaml": starting("a", "b"),
      "b.flow.yaml": starting("b", "c"),
      "c.flow.yaml": "name: c\n",
      "d.flow.yaml": starting("d", "nothing"),
      "good.flow.yaml": good,
    };
    await withFlows(files, async (installer) => {
      await installShipped(installer);
      const problems = installer.localProblems().filter(({ file }) => file !== "c.flow.yaml");
      const remedy = "Correct that flow, or install what it waits for.";
      expect(problems.map(({ file, path, message, remedy }) => [file, path, message, remedy])).to.deep.equal([
        ["a.flow.yaml", "/steps/0/steps/0/start", "starts local/b, which is left out", remedy],
        ["b.flow.yaml", "/steps/0/steps/0/start", "starts local/c, which is left out", remedy],
        [
          "d.flow.yaml",
          "/steps/0/steps/0/start",
          "there is no flow local/nothing",
          "Known are local/a, local/b, local/d, local/good.",
        ],
      ]);
      const local = installer
        .catalog()
        .flows()
        .map(({ version }) => version.flow.name);
      expect(local.filter((name) => name.startsWith("local/"))).to.deep.equal(["local/good"]);
    });
  });

  it("have no parameters", async () => {
    const flow = `name: mine\ntitle: Mine\non: { record: ecommerce/Order }\nsteps: [{ id: a, notify: "=$params.from" }]\n`;
    await withFlows({ "mine.flow.yaml": flow }, async (installer) => {
      await installer.install({ name: "ecommerce", parameters: {} });
      expect(installer.localProblems().map(({ message }) => message)).to.deep.equal([
        "reads $params.from, but there is no such parameter",
      ]);
    });
  });

  it("are kept as versions before they can run", async () => {
    const store = openMemoryStore();
    await withInstaller({ store }, async (installer) => {
      await installer.install({ name: "ecommerce", parameters: {} });
      const hash = installer.catalog().flow("local/large-order")?.version.hash;
      const kept = store.commits
        .flat()
        .map((change) => (change.kind === "flow-version-kept" ? change.version.hash : ""));
      expect(hash).to.be.a("string");
      expect(kept).to.include(hash);
    });
  });

  it("need no folder", async () => {
    await withInstaller({ flowsFolder: "/nowhere/at/all" }, async (installer) => {
      expect(installer.localProblems()).to.deep.equal([]);
    });
  });
});
