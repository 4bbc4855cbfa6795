import { expect } from "chai";
import type { CollectionFiles } from "../../src/collections/installer.js";
import { readCollection } from "../../src/collections/read-collection.js";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import type { Collection } from "../../src/core/collection.js";
import { readingContext, repositoryPath } from "./parts.js";

const shipped = (name: string): Promise<CollectionFiles> => readCollectionFolder(repositoryPath(`collections/${name}`));

/** What reading finds wrong with `twilio` when nothing is changed but what is told. */
async function problemsOf(changes: Partial<Parameters<typeof readCollection>[1]>): Promise<readonly string[]> {
  const context = { ...(await readingContext()), ...changes };
  return readCollection(await shipped("twilio"), context).problems.map(({ message }) => message);
}

describe("what was read of a collection", () => {
  it("is given again for the same files, and nobody can change it", async () => {
    const files = await shipped("ecommerce");
    const first = readCollection(files, await readingContext());
    expect(readCollection({ ...files }, await readingContext())).to.equal(first);
    const schema = first.collection?.dataTypes[0]?.schema as { title?: string };
    expect(() => {
      schema.title = "Changed";
    }).to.throw(TypeError);
  });

  it("is another one for other files, in whichever of them", async () => {
    const files = await shipped("ecommerce");
    const first = readCollection(files, await readingContext());
    for (const path of Object.keys(files)) {
      const changed = { ...files, [path]: `${files[path]} ` };
      expect(readCollection(changed, await readingContext()), path).not.to.equal(first);
    }
  });

  it("is another one when something else is installed, or connectors say something else of themselves", async () => {
    const context = await readingContext();
    const installed: Collection[] = [];
    for (const name of ["ecommerce", "communication"]) {
      const { collection } = readCollection(await shipped(name), { ...context, installed: [...installed] });
      if (collection !== null) installed.push(collection);
    }
    expect(await problemsOf({ installed })).to.deep.equal([]);
    expect(await problemsOf({ installed: [] })).not.to.deep.equal([]);
    expect(await problemsOf({ installed: [], connectors: [] })).not.to.deep.equal(await problemsOf({ installed: [] }));
    const poorer = context.connectors.map((connector) => ({ ...connector, endpoints: [] }));
    expect(await problemsOf({ installed, connectors: poorer })).not.to.deep.equal([]);
    expect(await problemsOf({ installed })).to.deep.equal([]);
  });

  it("is another one when expressions are checked otherwise", async () => {
    const strict = { check: () => [{ path: "at 0", message: "nothing is good enough" }] };
    expect((await problemsOf({ translation: strict })).join()).to.include("nothing is good enough");
    expect((await problemsOf({})).join()).not.to.include("nothing is good enough");
  });
});
