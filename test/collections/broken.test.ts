import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { readCollection } from "../../src/collections/read-collection.js";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import type { Collection } from "../../src/core/collection.js";
import { readingContext, repositoryPath } from "./parts.js";

const golden = "test/fixtures/collections/broken-problems.json";

async function readBroken() {
  const installed: Collection[] = [];
  for (const name of ["ecommerce", "communication"]) {
    const files = await readCollectionFolder(repositoryPath(`collections/${name}`));
    const { collection } = readCollection(files, await readingContext(installed));
    if (collection) installed.push(collection);
  }
  const files = await readCollectionFolder(repositoryPath("test/fixtures/broken/collection"));
  return readCollection(files, await readingContext(installed));
}

describe("reading a collection with many mistakes", () => {
  it("reports every problem of every file at once", async () => {
    const { problems } = await readBroken();
    const expected: unknown = JSON.parse(await readFile(repositoryPath(golden), "utf8"));
    const found = problems.map(({ file, path, message, severity }) => ({ file, path, message, severity }));
    expect(found).to.deep.equal(expected);
  });

  it("gives no collection", async () => {
    expect((await readBroken()).collection).to.equal(null);
  });

  it("says what to do about each problem", async () => {
    const { problems } = await readBroken();
    expect(problems.filter(({ remedy }) => remedy.trim() === "")).to.deep.equal([]);
  });
});
