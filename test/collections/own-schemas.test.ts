import { readdir, readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { repositoryPath } from "./parts.js";

/** A start takes our own schemas as they are: what checking them would find is found here. */
describe("Our own schemas", () => {
  const ajv = new Ajv2020({ strict: false });
  const folder = repositoryPath("schemas");

  it("are JSON Schema: those of our files", async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith(".schema.json"));
    expect(files).to.include("flow.schema.json");
    for (const file of files) {
      const schema = JSON.parse(await readFile(`${folder}/${file}`, "utf8")) as object;
      expect(ajv.validateSchema(schema), `${file}: ${ajv.errorsText()}`).to.equal(true);
    }
  });
});
