import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly scope: string;
  readonly hashes?: readonly { readonly alg: string }[];
}

describe("The bill of materials of a release", () => {
  it("has what is shipped, with version and hash, what is built into the console too, and no tools", async function () {
    this.timeout(120_000);
    const folder = await mkdtemp(join(tmpdir(), "patchbay-sbom-"));
    try {
      for (const name of ["package.json", "package-lock.json"]) await copyFile(packagePath(name), join(folder, name));
      await mkdir(join(folder, "src"));
      await symlink(packagePath("src/console"), join(folder, "src", "console"));
      await promisify(execFile)(process.execPath, [packagePath("scripts/sbom.mjs")], { cwd: folder });
      const bill = JSON.parse(await readFile(join(folder, "sbom.cdx.json"), "utf8")) as {
        bomFormat: string;
        components: Component[];
      };
      expect(bill.bomFormat).to.equal("CycloneDX");
      const names = bill.components.map(({ name }) => name);
      expect(names).to.include.members(["express", "pg", "jsonata", "react"]).and.not.to.include.members(["mocha"]);
      expect(names).not.to.include("typescript");
      for (const { name, version, scope, hashes } of bill.components) {
        expect([scope, hashes?.[0]?.alg], `${name}@${version}`).to.deep.equal(["required", "SHA-512"]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
