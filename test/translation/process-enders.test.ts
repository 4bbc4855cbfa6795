import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";

describe("expressions that would end the whole process", () => {
  it("fail one by one, and the next evaluation works", async () => {
    const script = fileURLToPath(new URL("./survive.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const cases = JSON.parse(
      await readFile(packagePath("test/fixtures/translation/process-enders.json"), "utf8"),
    ) as unknown[];
    const lines = stdout.trim().split("\n");
    expect(lines).to.have.lengthOf(cases.length + 1);
    for (const line of lines.slice(0, -1)) expect(line).to.match(/: TRANSLATOR_[A-Z_]+, then 2$/);
    expect(lines.at(-1)).to.equal("done");
  }).timeout(60_000);
});
