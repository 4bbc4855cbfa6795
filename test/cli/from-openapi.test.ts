import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { runCli, temporaryFolder } from "./parts.js";

const fixture = (name: string): string => packagePath(`test/fixtures/openapi/${name}`);

describe("collection from-openapi", () => {
  it("writes a collection that has no problems, and says what was not taken over", async () => {
    await using folder = await temporaryFolder({});
    const to = join(folder.path, "parcels");
    const { exitCode, stdout } = await runCli(["collection", "from-openapi", fixture("parcels.yaml"), to]);
    expect(exitCode, stdout).to.equal(0);
    expect(stdout)
      .to.include("parcel-post: 5 endpoints in ")
      .and.include("  http/create-parcel  POST /parcels\n")
      .and.include("not taken over callbacks are left out (/paths/~1parcels/post)")
      .and.include("0 problems, 0 warnings in 3 files");
    expect(stdout).to.include(`then patchbay collection install ${to}.`);
    const [first = ""] = (await readFile(join(to, "connections/api.endpoints.yaml"), "utf8")).split("\n");
    const schema = join(to, "connections", first.replace("# yaml-language-server: $schema=", ""));
    expect(await readFile(schema, "utf8")).to.include("endpoints.schema.json");
    expect(await readFile(join(to, "README.md"), "utf8")).to.include("| `http/create-parcel` | `POST /parcels` |");
  });

  it("writes over nothing, and says why a document cannot be imported", async () => {
    await using folder = await temporaryFolder({ "swagger.json": '{"swagger":"2.0"}' });
    const full = await runCli(["collection", "from-openapi", fixture("tickets.json"), folder.path]);
    expect([full.exitCode === 0, full.stderr.includes("is not empty")]).to.deep.equal([false, true]);
    const to = join(folder.path, "new");
    const old = await runCli(["collection", "from-openapi", join(folder.path, "swagger.json"), to]);
    expect([old.exitCode === 0, old.stderr.includes("convert it to OpenAPI 3 first")]).to.deep.equal([false, true]);
  });
});
