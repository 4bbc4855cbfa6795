import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { runCli, temporaryFolder } from "./parts.js";

describe("collection from-cenit", () => {
  it("writes a collection that has no problems and whose golden tests pass", async () => {
    await using folder = await temporaryFolder({});
    const to = join(folder.path, "texts");
    const { exitCode, stdout } = await runCli([
      "collection",
      "from-cenit",
      packagePath("test/fixtures/cenit/seed"),
      to,
    ]);
    expect(exitCode, stdout).to.equal(0);
    expect(stdout)
      .to.include("shop-texts: 6 flows and 4 tests in ")
      .and.include("for a person translators/ruby_request.json: was Ruby")
      .and.include("0 problems, 0 warnings in ");
    expect(await readFile(join(to, "README.md"), "utf8")).to.include("## To be done by a person");
    const tested = await runCli(["collection", "test", to]);
    expect(tested.stdout).to.include("4 tests, all passed");
  });

  it("says why something cannot be imported", async () => {
    await using folder = await temporaryFolder({ "x.json": "[1" });
    const { exitCode, stderr } = await runCli([
      "collection",
      "from-cenit",
      join(folder.path, "x.json"),
      join(folder.path, "to"),
    ]);
    expect([exitCode === 0, stderr.includes("x.json cannot be imported: it is not JSON")]).to.deep.equal([false, true]);
  });
});
