import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { readCollection } from "../../src/collections/read-collection.js";
import { createSchemaCompiler } from "../../src/collections/schema-compiler.js";
import { packagePath } from "../../src/config/package-root.js";
import type { JsonObject } from "../../src/core/json.js";
import { readingContext } from "../collections/parts.js";
import { clinic } from "./clinic.js";

/** Reads the clinic with one test of this text; gives what is wrong with it, as `path: message`. */
async function problemsOf(test: string): Promise<string[]> {
  const { problems } = readCollection({ ...clinic, "tests/one.test.yaml": test }, await readingContext());
  return problems
    .filter(({ file }) => file === "tests/one.test.yaml")
    .map(({ path, message }) => `${path}: ${message}`);
}

describe("reading a golden test", () => {
  it("takes one without problems, with names of the collection's own and the clock's usual beginning", async () => {
    const files = { ...clinic, "tests/one.test.yaml": "title: T\nactivate: [remind]\nexpect: { messages: [] }\n" };
    const { tests, problems } = readCollection(files, await readingContext());
    expect(problems).to.deep.equal([]);
    expect(tests.map(({ name, activate, now }) => [name, activate, now.toISOString()])).to.deep.equal([
      ["one", ["clinic/remind"], "2026-01-05T18:00:00.000Z"],
    ]);
  });

  it("refuses one that could not fail", async () => {
    const message = "/expect: asserts nothing, so it could not fail";
    expect(await problemsOf("title: T\nexpect: { messages: any }\n")).to.deep.equal([message]);
    expect(await problemsOf("title: T\nexpect: { runs: [] }\n")).to.deep.equal([message]);
  });

  it("reports every mistake at once, each where it is", async () => {
    const found = await problemsOf(`title: T
activate: [remind, nobody]
parametersOf: { ecommerce: {} }
given:
  - { push: Visit }
  - { push: Visit, sample: none }
  - { push: Visit, sample: visits, number: 9 }
  - { push: Visit, after: 1h }
  - { after: soon }
  - { vendor: explodes }
expect:
  messages: [{ body: { matches: "(?=a)" } }]
  records: [{ dataType: Nothing }]
  runs: [{ flow: nobody, colour: red }]
`);
    expect(found).to.include.members([
      "/given/3: must have exactly one of push, webhook, remove, start, vendor, report, reply, after, until, retry, cancel, consent, template",
      "/given/4/after: must be a duration such as 90s, 30m, 2h or 3d",
      "/expect/runs/0/colour: is not a known member",
    ]);
    expect(found.join("\n")).to.include("/given/5/vendor").and.to.include("/expect/messages/0/body/matches");
  });

  it("reports what a test refers to and is not there", async () => {
    const found = await problemsOf(`title: T
activate: [nobody]
parametersOf: { ecommerce: {} }
given:
  - { vendor: busy, connection: none }
expect:
  records: [{ dataType: Nothing }]
  runs: [{ flow: nobody }]
`);
    expect(found).to.deep.equal([
      "/activate/0: there is no flow clinic/nobody",
      "/given/0/connection: there is no connection clinic/none",
      "/expect/runs/0/flow: there is no flow clinic/nobody",
      "/expect/records/0/dataType: there is no data type clinic/Nothing",
      "/parametersOf/ecommerce: ecommerce is not required by this collection",
    ]);
  });

  it("wants one source of records, and samples that are there", async () => {
    const found = await problemsOf(`title: T
given:
  - { push: Visit }
  - { push: Visit, sample: none }
  - { push: Visit, sample: visits, number: 9 }
expect: { messages: [] }
`);
    expect(found).to.deep.equal([
      "/given/0: must have exactly one of record, records, sample",
      "/given/1/sample: there is no sample none of clinic/Visit",
      "/given/2/number: is 9, but the sample has 1",
    ]);
  });

  it("has a grammar that editors can use as it is", async () => {
    const schema = JSON.parse(await readFile(packagePath("schemas", "test.schema.json"), "utf8")) as JsonObject;
    const validate = createSchemaCompiler().compile(schema);
    for (const name of ["twilio", "twilio-whatsapp"]) {
      for (const file of await readdir(packagePath("collections", name, "tests"))) {
        const test: JsonObject = parse(await readFile(join(packagePath("collections", name, "tests"), file), "utf8"));
        expect(validate(test), `${file} ${JSON.stringify(validate.errors)}`).to.equal(true);
        expect(validate({ ...test, given: [{ push: "Order", after: "1h" }] }), file).to.equal(false);
      }
    }
  });
});
