import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { runCli, temporaryFolder } from "./parts.js";

const starting = (name: string, other: string): string =>
  `name: ${name}\ntitle: T\non: { manual: true }\nsteps: [{ id: go, start: local/${other}, with: {} }]\n`;

describe("flow check", () => {
  it("accepts the flows that ship with Patchbay, from the configuration's folder", async () => {
    const { exitCode, stdout } = await runCli(["flow", "check"], { variables: { FLOWS_FOLDER: packagePath("flows") } });
    expect(exitCode, stdout).to.equal(0);
    expect(stdout).to.match(/flows: 0 problems, 0 warnings in \d+ files$/m);
  });

  it("prints every problem of every file in one go, circles with the rest, and ends with exit code 1", async () => {
    await using folder = await temporaryFolder({
      "grammar.flow.yaml": "name: grammar\ntitle: T\non: { record: ecommerce/Order }\nsteps: []\ncolour: blue\n",
      "reference.flow.yaml":
        "name: reference\ntitle: T\non: { record: ecommerce/Oder }\nsteps: [{ id: a, translate: twilio/none }]\n",
      "broken.flow.yaml": "name: [\n",
      "one.flow.yaml": `${starting("one", "two")}  \n`.replace(
        "steps: [",
        "steps: [{ id: x, translate: twilio/none }, ",
      ),
      "two.flow.yaml": starting("two", "one"),
      "note.txt": "",
    });
    const { exitCode, stdout } = await runCli(["flow", "check", folder.path]);
    expect(exitCode, stdout).to.equal(1);
    for (const place of [
      "problem grammar.flow.yaml:/steps ",
      "problem reference.flow.yaml:/on/record ",
      "problem reference.flow.yaml:/steps/0/translate ",
      "problem broken.flow.yaml:",
      "problem one.flow.yaml:/steps/0/translate ",
      "problem one.flow.yaml:/on starts itself without end",
      "warning note.txt: is not used",
    ]) {
      expect(stdout).to.include(place);
    }
    for (const line of stdout.split("\n").filter((text) => /^(problem|warning) /.test(text))) {
      expect(line).to.match(/ — .+$/);
    }
  });

  it("prints one JSON document with --json", async () => {
    await using folder = await temporaryFolder({ "a.flow.yaml": "name: a\n" });
    const { exitCode, stdout } = await runCli(["flow", "check", folder.path, "--json"]);
    expect(exitCode).to.equal(1);
    const { problems, folder: checked } = JSON.parse(stdout);
    expect(checked).to.equal(folder.path);
    expect(problems[0]).to.include({ file: "a.flow.yaml", severity: "error" });
    expect(problems[0]).to.include.keys("path", "message", "remedy");
  });

  it("warns of a collection that is not there, and takes one that is named", async () => {
    await using folder = await temporaryFolder({
      "mine.flow.yaml": "name: mine\ntitle: T\non: { record: mine/Person }\nsteps: [{ id: a, notify: Hello }]\n",
    });
    const schema = {
      $id: "mine/Person",
      title: "P",
      type: "object",
      "x-key": ["id"],
      properties: { id: { type: "string" } },
    };
    await using collection = await temporaryFolder({
      "collection.yaml": "name: mine\nversion: 1.0.0\ntitle: Mine\nsummary: For a test.\n",
      "schemas/person.schema.json": JSON.stringify(schema),
    });
    const alone = await runCli(["flow", "check", folder.path]);
    expect(alone.stdout).to.include("warning mine.flow.yaml:/on/record waits for the collection mine");
    expect(alone.exitCode).to.equal(0);
    const together = await runCli(["flow", "check", folder.path, "--with", collection.path]);
    expect(together.stdout, together.stderr).to.include(": 0 problems, 0 warnings in 1 file");
  });

  it("checks a collection's folder as the collection", async () => {
    const { exitCode, stdout } = await runCli(["flow", "check", packagePath("collections", "twilio")]);
    expect(exitCode, stdout).to.equal(0);
    expect(stdout).to.match(/^twilio 1\.0\.0: 0 problems/m);
  });

  it("says that there is no such folder, with exit code 2", async () => {
    await using folder = await temporaryFolder();
    const { exitCode, stderr } = await runCli(["flow", "check", join(folder.path, "none")]);
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("There is no folder").and.include("FLOWS_FOLDER");
  });
});
