import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { parse } from "yaml";
import { readCollection } from "../../src/collections/read-collection.js";
import { readCollectionFolder, readTextFiles } from "../../src/collections/read-folder.js";
import { createSchemaCompiler } from "../../src/collections/schema-compiler.js";
import { subschemas } from "../../src/collections/schema-walk.js";
import type { JsonObject } from "../../src/core/json.js";
import { readingContext, repositoryPath, shippedConnectors } from "./parts.js";

const documents = ["collections", "flows", "whatsapp", "webhooks", "http"];

/** Gives the examples of the documentation: `<!-- file: … -->` names the file that the block after it is. */
async function examples(collection = "shop", names = documents): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of names) {
    const text = await readFile(repositoryPath(`docs/${name}.md`), "utf8");
    for (const [, owner, path, body] of text.matchAll(/<!-- file: (\w+)\/(\S+) -->\n```\w*\n([\s\S]*?)```/g)) {
      if (path && body && owner === collection) files[path] = body;
    }
  }
  return files;
}

describe("the documentation", () => {
  it("has examples that make one collection without problems", async () => {
    const communication = await readCollectionFolder(repositoryPath("collections/communication"));
    const required = readCollection(communication, await readingContext()).collection;
    const { collection, problems } = readCollection(await examples(), await readingContext(required ? [required] : []));
    expect(problems).to.deep.equal([]);
    expect(collection?.flows.map(({ name }) => name)).to.deep.equal([
      "shop/alert",
      "shop/ask",
      "shop/complaint",
      "shop/greet",
      "shop/lines",
      "shop/morning",
      "shop/news",
      "shop/on-its-way",
      "shop/paid",
      "shop/quiet",
      "shop/remember",
      "shop/remind",
      "shop/shipped",
      "shop/table",
      "shop/thank",
      "shop/undelivered",
      "shop/unsubscribed",
    ]);
  });

  it("has an example of a connection to any API, with an endpoint of its own", async () => {
    const { collection, problems } = readCollection(await examples("desk"), await readingContext());
    expect(problems).to.deep.equal([]);
    expect(collection?.flows.map(({ name }) => name)).to.deep.equal(["desk/comment", "desk/ticket"]);
    expect(collection?.connections[0]?.endpoints?.endpoints).to.have.keys("add-comment");
  });

  it("has an example of a connection that receives, and of a flow that takes it", async () => {
    const ecommerce = await readCollectionFolder(repositoryPath("collections/ecommerce"));
    const required = readCollection(ecommerce, await readingContext()).collection;
    const context = { ...(await readingContext(required ? [required] : [])), connectors: shippedConnectors() };
    const { collection, problems } = readCollection(await examples("till"), context);
    expect(problems).to.deep.equal([]);
    expect(collection?.flows.map(({ on }) => on.kind)).to.deep.equal(["webhook"]);
  });

  it("shows no YAML or JSON that is not tested", async () => {
    for (const name of documents) {
      const text = await readFile(repositoryPath(`docs/${name}.md`), "utf8");
      const blocks = [...text.matchAll(/^```(?:yaml|json)\n/gm)];
      const tested = [...text.matchAll(/<!-- file: \S+ -->\n```(?:yaml|json)\n/g)];
      expect(tested.length, name).to.equal(blocks.length);
    }
  });

  it("has flows that fit the schema as editors read it, with its choices", async () => {
    const text = await readFile(repositoryPath("schemas/flow.schema.json"), "utf8");
    const validate = createSchemaCompiler().compile(JSON.parse(text) as JsonObject);
    const shipped = await readTextFiles(repositoryPath("flows"));
    const flows = Object.entries({ ...(await examples()), ...shipped }).filter(([path]) => path.endsWith(".flow.yaml"));
    expect(flows).to.have.lengthOf(20);
    for (const [path, flow] of flows) {
      expect(validate(parse(flow)), path).to.equal(true);
      expect(validate({ ...parse(flow), on: { manual: true, record: "Order" } }), path).to.equal(false);
    }
  });

  it("names every member of the grammar", async () => {
    const flows = await readFile(repositoryPath("docs/flows.md"), "utf8");
    const collections = await readFile(repositoryPath("docs/collections.md"), "utf8");
    for (const member of await membersOf("flow")) expect(flows, member).to.match(new RegExp(`\`${member}[\`:]`));
    for (const member of await membersOf("collection"))
      expect(collections, member).to.match(new RegExp(`\`${member}[\`:]`));
    for (const keyword of ["x-key", "x-key-auto", "x-index", "x-quarantine", "x-pii", "x-secret"]) {
      expect(collections).to.include(`| \`${keyword}\` |`);
    }
  });
});

/** Every member that one of our schemas describes; what is in `parameters` is the author's own schema. */
async function membersOf(name: string): Promise<string[]> {
  const text = await readFile(repositoryPath(`schemas/${name}.schema.json`), "utf8");
  const schemas = subschemas(JSON.parse(text) as JsonObject).filter(({ path }) => path !== "/properties/parameters");
  return schemas.flatMap(({ schema }) => Object.keys((schema.properties ?? {}) as JsonObject));
}
