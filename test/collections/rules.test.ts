import { expect } from "chai";
import type { CollectionFiles } from "../../src/collections/installer.js";
import { readCollection } from "../../src/collections/read-collection.js";
import { readingContext } from "./parts.js";

const manifest = "name: shop\nversion: 1.0.0\ntitle: Shop\nsummary: A shop.\n";
const thing =
  "$id: shop/Thing\ntype: object\nx-key: [id]\nx-key-auto: true\nproperties:\n  id: { type: string }\n  n: { type: integer }\n";

async function problemsOf(files: CollectionFiles): Promise<string[]> {
  const all = { "collection.yaml": manifest, "schemas/thing.schema.yaml": thing, ...files };
  const { problems } = readCollection(all, await readingContext());
  return problems.map(({ severity, file, path, message }) => `${severity} ${file}#${path} ${message}`);
}

function flow(name: string, rest: string): CollectionFiles {
  return { [`flows/${name}.flow.yaml`]: `name: ${name}\ntitle: Test\n${rest}` };
}

describe("reading a collection", () => {
  it("finds nothing wrong with a small good one", async () => {
    expect(await problemsOf({})).to.deep.equal([]);
  });

  it("reads the same definitions from JSON as from YAML", async () => {
    const yaml = readCollection(
      { "collection.yaml": manifest, "schemas/thing.schema.yaml": thing },
      await readingContext(),
    );
    const schema = { ...yaml.collection?.dataTypes[0]?.schema };
    const files = { "collection.yaml": manifest, "schemas/thing.schema.json": JSON.stringify(schema) };
    expect(readCollection(files, await readingContext()).collection).to.deep.equal(yaml.collection);
  });

  it("names the line of a syntax error", async () => {
    expect(await problemsOf(flow("bad", "on: {\n"))).to.satisfy((problems: string[]) =>
      problems.every((problem) => /flows\/bad\.flow\.yaml#.* at line \d+, column \d+$/.test(problem)),
    );
  });

  it("refuses a member name that is there twice", async () => {
    const problems = await problemsOf({
      "samples/a.json": '{ "dataType": "Thing", "dataType": "Thing", "documents": [{}] }',
    });
    expect(problems).to.deep.equal(["error samples/a.json# The name dataType is there twice at line 1, column 24"]);
  });

  it("refuses aliases that multiply", async () => {
    const bomb = [
      "a: &a [1,1,1,1,1,1,1,1,1]",
      ...[..."bcdefgh"].map((name, index) => {
        const before = "abcdefgh"[index];
        return `${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`;
      }),
    ];
    const problems = await problemsOf({ "samples/bomb.yaml": bomb.join("\n") });
    expect(problems).to.deep.equal([
      "error samples/bomb.yaml# Excessive alias count indicates a resource exhaustion attack",
    ]);
  });

  it("refuses what JSON does not have", async () => {
    const sample = "dataType: Thing\ndocuments: [{ id: a, n: .nan }, { id: b, __proto__: { n: 1 } }]";
    expect(await problemsOf({ "samples/a.yaml": sample })).to.deep.equal([
      "error samples/a.yaml#/documents/0/n NaN is not a number of JSON",
      "error samples/a.yaml#/documents/1/__proto__ is a forbidden name",
    ]);
  });

  it("refuses tags", async () => {
    const problems = await problemsOf({ "samples/a.yaml": "dataType: Thing\ndocuments: [{ id: !!js/function x }]" });
    expect(problems).to.have.lengthOf(1);
    expect(problems[0]).to.match(/^error samples\/a\.yaml# Unresolved tag/);
  });

  it("refuses documents that are nested without end", async () => {
    for (const text of ["[", "- ", "? ", "{a: ", '{"a":[']) {
      const problems = await problemsOf({ "samples/deep.json": text.repeat(40_000) });
      expect(problems, text).to.deep.equal(["error samples/deep.json# is nested more than 64 levels deep"]);
    }
    const indented = Array.from({ length: 300 }, (_, level) => `${" ".repeat(level)}a:`).join("\n");
    const problems = await problemsOf({ "samples/deep.yaml": indented });
    expect(problems).to.deep.equal(["error samples/deep.yaml# is nested more than 64 levels deep"]);
  });

  it("refuses paths outside of the collection", async () => {
    for (const path of ["../x.json", "/etc/passwd", "a//b", "C:\\x", "a/./b", "1/2/3/4/5/6"]) {
      expect(await problemsOf({ [path]: "{}" }), path).to.deep.equal([
        `error ${path}# is not a path inside the collection`,
      ]);
    }
  });

  it("refuses files that are too large", async () => {
    expect(await problemsOf({ "README.md": "x".repeat(262_145) })).to.deep.equal(["error README.md# has 262145 bytes"]);
  });

  it("needs a collection.yaml", async () => {
    const { problems } = readCollection({}, await readingContext());
    expect(problems.map(({ file, message }) => `${file} ${message}`)).to.deep.equal(["collection.yaml is missing"]);
  });

  it("keeps the name local for flows without a collection", async () => {
    const problems = await problemsOf({ "collection.yaml": manifest.replace("shop", "local") });
    expect(problems).to.include("error collection.yaml#/name local is the namespace of flows without a collection");
  });

  it("refuses a reference to a place that is not in the file", async () => {
    const schema = "$id: shop/Thing\ntype: object\nproperties: { n: { $ref: '#/$defs/nothing' } }\n";
    const problems = await problemsOf({ "schemas/thing.schema.yaml": schema });
    expect(problems).to.have.lengthOf(1);
    expect(problems[0]).to.match(/^error schemas\/thing\.schema\.yaml# cannot be compiled: can't resolve reference/);
  });

  it("does not blame a data type for one it refers to", async () => {
    const problems = await problemsOf({
      "schemas/thing.schema.yaml": "$id: shop/Thing\ntype: object\nproperties: { n: { $ref: shop/Other } }\n",
      "schemas/other.schema.yaml": "$id: shop/Other\ntype: object\nproperties: { n: { format: x } }\n",
    });
    expect(problems).to.deep.equal(['error schemas/other.schema.yaml#/properties/n/format "x" is not a known format']);
  });

  it("refuses parameters that refer to data types or to nothing, and a collection that requires itself", async () => {
    const parameters = (schema: string) => ({
      "collection.yaml": `${manifest}parameters: { type: object, properties: { a: ${schema} } }\n`,
    });
    expect(await problemsOf(parameters("{ $ref: shop/Thing }"))).to.deep.equal([
      "error collection.yaml#/parameters/properties/a/$ref parameters cannot refer to data types",
    ]);
    expect((await problemsOf(parameters("{ $ref: '#/nothing' }")))[0]).to.match(
      /^error collection\.yaml#\/parameters cannot be compiled/,
    );
    expect(await problemsOf(parameters("{ type: integer, default: many }"))).to.deep.equal([
      "error collection.yaml#/parameters/properties/a/default must be a whole number",
    ]);
    const own = { "collection.yaml": `${manifest}requires: { shop: ^1.0.0 }\n` };
    expect(await problemsOf(own)).to.include("error collection.yaml#/requires/shop a collection cannot require itself");
  });

  it("names the settings that a connector requires", async () => {
    const connections = "connections: [{ name: a, connector: twilio, settings: { authToken: =$params.t } }]\n";
    const parameters = "parameters: { type: object, properties: { t: { type: string, writeOnly: true } } }\n";
    expect(await problemsOf({ "collection.yaml": manifest + parameters + connections })).to.deep.equal([
      "error collection.yaml#/connections/0/settings/accountSid is required by the connector",
    ]);
  });

  it("reads triggers and steps with their defaults", async () => {
    const files = flow(
      "f",
      "on: { record: Thing }\nsteps:\n  - { id: a, save: Thing, with: '=$record', when: n > 1 }\n  - { id: b, stop: done }\n",
    );
    const { collection } = readCollection(
      { "collection.yaml": manifest, "schemas/thing.schema.yaml": thing, ...files },
      await readingContext(),
    );
    expect(collection?.flows[0]).to.deep.equal({
      name: "shop/f",
      title: "Test",
      summary: null,
      on: { kind: "record", dataType: "shop/Thing", events: ["created"], changed: [], when: null, mode: "while-true" },
      steps: [
        {
          id: "a",
          when: "n > 1",
          onError: "fail",
          kind: "save",
          dataType: "shop/Thing",
          with: "=$record",
          emitEvents: true,
        },
        { id: "b", when: null, onError: "fail", kind: "stop", reason: "done", level: "notice" },
      ],
    });
  });

  it("takes becomes-true for a trigger with a condition", async () => {
    const files = flow("f", "on: { record: Thing, events: [updated], when: n > 1 }\nsteps: [{ id: b, stop: done }]\n");
    const { collection } = readCollection(
      { "collection.yaml": manifest, "schemas/thing.schema.yaml": thing, ...files },
      await readingContext(),
    );
    expect(collection?.flows[0]?.on).to.include({ mode: "becomes-true" });
  });

  it("refuses a mode without a condition", async () => {
    const files = flow("f", "on: { record: Thing, mode: while-true }\nsteps: [{ id: b, stop: done }]\n");
    expect(await problemsOf(files)).to.deep.equal(["error flows/f.flow.yaml#/on/when is required when mode is given"]);
  });

  it("does not see $params and $steps in comments and texts", async () => {
    const source = '/* title: T */ /* $params.x */ { "a": "$params.y", "b": \'$steps.z\' }';
    expect(await problemsOf({ "translators/t.jsonata": source })).to.deep.equal([]);
  });

  it("reports a reference into a collection that is missing only once, as the missing collection", async () => {
    const files = {
      "collection.yaml": `${manifest}requires: { other: ^1.0.0 }\n`,
      ...flow("f", "on: { record: other/Thing }\nsteps: [{ id: b, translate: other/x }]\n"),
    };
    const read = readCollection({ ...files }, await readingContext());
    expect(read.problems.map(({ message }) => message)).to.deep.equal([
      "other ^1.0.0 is required, but it is not installed",
    ]);
    expect(read.missing).to.deep.equal([{ name: "other", range: "^1.0.0", installed: null }]);
  });

  it("warns of flows that start each other, and names the circle", async () => {
    const problems = await problemsOf({
      "schemas/other.schema.yaml": thing.replace("Thing", "Other"),
      ...flow("a", "on: { record: Thing }\nsteps: [{ id: s, save: Other, with: { id: '=$record.id' } }]\n"),
      ...flow("b", "on: { record: Other, events: [updated] }\nsteps: [{ id: s, save: Thing, with: { n: 1 } }]\n"),
    });
    expect(problems).to.deep.equal([
      "warning flows/a.flow.yaml#/on flows can start each other in a circle: shop/a → shop/b → shop/a",
    ]);
  });

  it("refuses a circle that nothing can end", async () => {
    const step = "steps: [{ id: s, save: Thing, with: { n: 1 } }]\n";
    expect(await problemsOf(flow("a", `on: { record: Thing }\n${step}`))).to.deep.equal([
      "error flows/a.flow.yaml#/on starts itself without end: shop/a → shop/a",
    ]);
  });

  it("does not call a circle endless that a condition, a stop or a key of its own can end", async () => {
    const variants = [
      "on: { record: Thing, when: n = 1 }\nsteps: [{ id: s, save: Thing, with: { n: 1 } }]\n",
      "on: { record: Thing }\nsteps: [{ id: s, when: n = 1, save: Thing, with: { n: 1 } }]\n",
      "on: { record: Thing }\nsteps: [{ id: x, when: n = 1, stop: done }, { id: s, save: Thing, with: { n: 1 } }]\n",
      "on: { record: Thing }\nsteps: [{ id: s, save: Thing, with: { id: x, n: 1 } }]\n",
      "on: { record: Thing }\nsteps: [{ id: s, save: Thing, with: '=$record' }]\n",
    ];
    for (const variant of variants) {
      expect((await problemsOf(flow("a", variant)))[0], variant).to.match(/^warning .* in a circle/);
    }
  });

  it("finds no circle where no event leaves", async () => {
    const variants = [
      "on: { record: Thing }\nsteps: [{ id: s, save: Thing, with: { n: 1 }, emitEvents: false }]\n",
      "on: { record: Thing, events: [deleted] }\nsteps: [{ id: s, save: Thing, with: { n: 1 } }]\n",
      "on: { record: Thing }\nsteps: [{ id: x, stop: done }, { id: s, save: Thing, with: { n: 1 } }]\n",
    ];
    for (const variant of variants) expect(await problemsOf(flow("a", variant)), variant).to.deep.equal([]);
  });

  it("refuses a quarantine without a key, and one that is no switch", async () => {
    const schema = "$id: shop/Other\ntype: object\nx-quarantine: ";
    expect(await problemsOf({ "schemas/other.schema.yaml": `${schema}true\n` })).to.deep.equal([
      "error schemas/other.schema.yaml#/x-quarantine needs an x-key: there are no records of it",
    ]);
    expect(await problemsOf({ "schemas/other.schema.yaml": `${schema}yes\n` })).to.deep.equal([
      "error schemas/other.schema.yaml#/x-quarantine must be true or false",
    ]);
  });

  it("blames no flow for starting one whose file has problems", async () => {
    const problems = await problemsOf({
      ...flow("a", "on: { record: Thing }\nsteps: [{ id: s, start: b, with: {} }]\n"),
      ...flow("b", "on: { record: Thing }\nsteps: []\n"),
    });
    expect(problems).to.deep.equal(["error flows/b.flow.yaml#/steps must not be empty"]);
  });
});

describe("flows that start each other by start steps", () => {
  const start = (id: string, target: string, rest = "") => `{ id: ${id}, start: ${target}, with: {}${rest} }`;
  const manual = (name: string, ...steps: string[]) =>
    flow(name, `on: { manual: true }\nsteps: [${steps.join(", ")}]\n`);

  async function remediesOf(files: CollectionFiles): Promise<[string, string][]> {
    const all = { "collection.yaml": manifest, "schemas/thing.schema.yaml": thing, ...files };
    const { problems } = readCollection(all, await readingContext());
    return problems.map(({ severity, file, path, message, remedy }) => [
      `${severity} ${file}#${path} ${message}`,
      remedy,
    ]);
  }

  it("are refused when nothing can end it", async () => {
    const endless = "Give one of the `start` steps a `when`, or remove it.";
    expect(await remediesOf(manual("a", start("s", "a")))).to.deep.equal([
      ["error flows/a.flow.yaml#/on starts itself without end: shop/a → shop/a", endless],
    ]);
    const pause = "{ id: p, wait: { for: 1h } }";
    const around = { ...manual("a", pause, start("s", "b")), ...manual("b", start("s", "a")) };
    expect(await remediesOf(around)).to.deep.equal([
      ["error flows/a.flow.yaml#/on starts itself without end: shop/a → shop/b → shop/a", endless],
    ]);
  });

  it("are refused together with saves that always make a new record", async () => {
    const files = {
      ...flow("a", `on: { record: Thing }\nsteps: [${start("s", "b")}]\n`),
      ...manual("b", "{ id: s, save: Thing, with: { n: 1 } }"),
    };
    expect(await remediesOf(files)).to.deep.equal([
      [
        "error flows/a.flow.yaml#/on starts itself without end: shop/a → shop/b → shop/a",
        "Give one of the flows a `when`, save under a key of its own, or save with emitEvents: false.",
      ],
    ]);
  });

  it("are warned of when a condition, a choice, an item or an end before it decides", async () => {
    const variants = [
      [start("s", "a", ", when: n = 1")],
      [`{ id: c, choose: [{ when: n = 1, steps: [${start("s", "a")}] }], else: [] }`],
      [`{ id: c, choose: [{ when: n = 1, steps: [] }], else: [${start("s", "a")}] }`],
      [`{ id: e, each: "=x", steps: [${start("s", "a")}] }`],
      ["{ id: c, choose: [{ when: n = 1, steps: [] }] }", start("s", "a")],
      ["{ id: c, choose: [{ when: n = 1, steps: [{ id: x, stop: done }] }], else: [] }", start("s", "a")],
    ];
    for (const steps of variants) {
      expect(await remediesOf(manual("a", ...steps)), steps.join()).to.deep.equal([
        [
          "warning flows/a.flow.yaml#/on flows can start each other in a circle: shop/a → shop/a",
          "Make sure it comes to rest: at some time a `start` step must no longer be reached.",
        ],
      ]);
    }
    const cancelled = `on: { record: Thing }\nsteps: [{ id: p, wait: { for: 1h }, cancelIf: n = 1 }, ${start("s", "a")}]\n`;
    expect((await remediesOf(flow("a", cancelled)))[0]?.[0]).to.match(/^warning .* in a circle/);
  });

  it("are refused when only an item can stop, or a choice that always goes on", async () => {
    const variants = [
      ['{ id: e, each: "=x", steps: [{ id: x, stop: done }] }', start("s", "a")],
      ["{ id: c, choose: [{ when: n = 1, steps: [{ id: x, notify: Hello }] }], else: [] }", start("s", "a")],
    ];
    for (const steps of variants) {
      expect((await remediesOf(manual("a", ...steps)))[0]?.[0], steps.join()).to.match(/^error .* without end/);
    }
  });

  it("are found through saves inside other steps", async () => {
    const save = "{ id: s, save: Thing, with: { n: 1 } }";
    const nested = [
      `{ id: e, each: "=x", steps: [${save}] }`,
      `{ id: c, choose: [{ when: n = 1, steps: [${save}] }] }`,
    ];
    for (const step of nested) {
      expect(await problemsOf(flow("a", `on: { record: Thing }\nsteps: [${step}]\n`)), step).to.deep.equal([
        "warning flows/a.flow.yaml#/on flows can start each other in a circle: shop/a → shop/a",
      ]);
    }
  });
});
