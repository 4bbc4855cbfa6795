import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { environment } from "../../src/config/environment.js";
import { packagePath } from "../../src/config/package-root.js";

describe("the README's table of environment variables", () => {
  it("lists exactly the variables that are read, with their defaults and purposes", async () => {
    const readme = await readFile(packagePath("README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\| (.*) \|$/gm)].map(
      ([, name, standard, purpose]) => ({
        name,
        default: standard ?? "",
        purpose,
      }),
    );
    const expected = Object.entries(environment).map(([name, variable]) => ({
      name,
      default: variable.default,
      purpose: variable.purpose,
    }));
    expect(rows).to.deep.equal(expected);
  });
});
