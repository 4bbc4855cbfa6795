import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { type ImportedCenit, importCenit } from "../../../src/collections/cenit/import-cenit.js";
import { cenitLimits } from "../../../src/collections/cenit/read-source.js";
import { readCollection } from "../../../src/collections/read-collection.js";
import { thrown } from "../../http/failed.js";
import { readingContext, repositoryPath } from "../parts.js";

const shipped = [
  {
    name: "ecommerce/Order",
    version: "1.0.0",
    schema: {
      type: "object",
      "x-key": ["id"],
      properties: { id: { type: "string" }, status: { type: "string" }, email: { type: "string" } },
    },
  },
  {
    name: "ecommerce/Customer",
    version: "1.0.0",
    schema: { type: "object", "x-key": ["id"], properties: { id: { type: "string" } } },
  },
];

async function readSeed(): Promise<Record<string, string>> {
  const root = repositoryPath("test/fixtures/cenit/seed");
  const paths = (await readdir(root, { recursive: true })).filter((path) => path.endsWith(".json"));
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), "utf8")])),
  );
}
const readDesk = async () => ({ "desk.json": await readFile(repositoryPath("test/fixtures/cenit/desk.json"), "utf8") });
const wish = { source: "seed", name: null, shipped };
const flowOf = ({ files }: ImportedCenit, name: string) => parse(files[`flows/${name}.flow.yaml`] ?? "");
const said = ({ notes }: ImportedCenit, kind: string): string =>
  notes.flatMap((note) => (note.kind === kind ? [`${note.place}: ${note.message}`] : [])).join("\n");
const bundle = (parts: object): Record<string, string> => ({ "x.json": JSON.stringify({ name: "x", ...parts }) });

describe("a seed-era folder as a collection", () => {
  let imported: ImportedCenit;

  before(async () => {
    imported = importCenit(await readSeed(), wish);
  });

  it("sends what the four flows sent, by Twilio itself", () => {
    expect(imported.name).to.equal("shop-texts");
    const { on, steps } = flowOf(imported, "new-order-to-send-sms");
    expect(on).to.deep.equal({ record: "ecommerce/Order", events: ["created"] });
    expect(steps[1]).to.deep.include({ call: "twilio/send-message", connection: "twilio-connection" });
    expect(steps[1].with.body).to.equal("=$steps.made.sms.message");
    expect(flowOf(imported, "convert-order-to-confirmation-sms").steps[1].save).to.equal("shop-texts/Sms");
    expect(imported.flows.flatMap(({ name, sound }) => (sound === null ? [] : [name]))).to.have.members([
      "new-order-to-send-sms",
      "convert-order-to-confirmation-sms",
      "convert-customer-to-welcome-sms",
      "send-sms-with-twilio",
    ]);
  });

  it("writes placeholders as paths", () => {
    expect(imported.files["translators/order-to-sms-request.jsonata"])
      .to.include('"phone": shipping_address.phone')
      .and.include('"Order " & id & " is " & $uppercase(status) & "."');
  });

  it("writes conditions as JSONata", () => {
    const { on } = flowOf(imported, "paid-order");
    expect(on.when).to.equal('status in ["paid", "complete"] and $exists(email) and email != null and email != ""');
  });

  it("quotes Ruby, guesses a mapping, and refuses records until a person was there", () => {
    const text = imported.files["translators/ruby-request.jsonata"] ?? "";
    expect(text).to.include("# / * sends * / the text").and.include("$fail(").and.include('"message": message');
    expect(said(imported, "person")).to.include("translators/ruby_request.json: was Ruby");
  });

  it("requires what ships with Patchbay, and asks for the account", () => {
    const { requires, parameters, version } = parse(imported.files["collection.yaml"] ?? "");
    expect([requires, version]).to.deep.equal([{ ecommerce: "^1.0.0" }, "1.2.0"]);
    expect(parameters.required).to.deep.equal(["accountSid", "authToken"]);
    expect(parameters.properties.authToken.writeOnly).to.equal(true);
  });
});

describe("an exported JSON as a collection", () => {
  let imported: ImportedCenit;

  before(async () => {
    imported = importCenit(await readDesk(), { ...wish, source: "desk.json" });
  });

  it("is one without problems", async () => {
    const { problems } = readCollection(imported.files, await readingContext());
    expect(problems).to.deep.equal([]);
  });

  it("takes no secret over", () => {
    expect(Object.values(imported.files).join("\n")).not.to.include("must-not-be-taken-over");
    const { connections, parameters } = parse(imported.files["collection.yaml"] ?? "");
    expect(connections[0].settings).to.include({ auth: "bearer", token: "=$params.apiToken" });
    expect(connections[0].settings.baseUrl).to.equal('="https://" & $params.region & ".desk.example/api"');
    expect(parameters.properties.apiToken.writeOnly).to.equal(true);
  });

  it("declares endpoints with parameters for what stood in their paths", () => {
    const { endpoints } = parse(imported.files["connections/desk-api.endpoints.yaml"] ?? "");
    expect(endpoints["create-ticket"]).to.deep.include({ method: "POST", path: "/accounts/{account}/tickets" });
    expect(flowOf(imported, "report-ticket").steps[1].with).to.deep.equal({
      account: "=$params.account",
      lang: "en",
      body: "=$steps.made",
    });
  });

  it("refuses in place what it cannot translate, and never starts on a condition it does not know", () => {
    expect(imported.files["translators/ticket-as-json.jsonata"]).to.include("/* {{ subject | date: '%Y' }} */ $fail(");
    expect(flowOf(imported, "report-ticket").on.when).to.equal("false and priority >= 1 and priority <= 2");
    expect(said(imported, "person"))
      .to.include("last_week")
      .and.include("the filter date has no equivalent")
      .and.include("algorithms");
  });

  it("reads schemas of older drafts", () => {
    const schema = JSON.parse(imported.files["schemas/ticket.schema.json"] ?? "");
    expect(schema).to.deep.include({ $id: "desk/Ticket", "x-key": ["number"] });
    expect(schema.properties.priority).to.deep.equal({ type: "integer", minimum: 0, exclusiveMinimum: 0 });
    expect(schema.properties.contact).to.deep.equal({ $ref: "desk/Contact" });
  });
});

describe("a Cenit collection that means harm", () => {
  const refusal = (files: Record<string, string>): string =>
    thrown(() => importCenit(files, wish), "CENIT_SOURCE_INVALID").message;

  it("is refused with what is wrong and where", () => {
    expect(refusal({ "flows/a.json": "{ no" })).to.include("flows/a.json cannot be imported: it is not JSON");
    expect(refusal({ "flows/a.json": "[".repeat(5_000) })).to.include("nested more than 64 levels");
    expect(refusal({ "flows/a.json": '{"__proto__":{}}' })).to.include("forbidden name __proto__");
    expect(refusal({ "flows/a.json": " ".repeat(cenitLimits.fileBytes + 1) })).to.include("can be read");
    expect(refusal({ "a.json": "{}" })).to.include("nothing of a Cenit collection");
    expect(refusal(bundle({ translators: [{ name: "t", transformation: '{"constructor":"{{a}}"}' }] }))).to.include(
      "forbidden name",
    );
  });

  it("names no file outside of the collection", () => {
    const name = "../../etc/passwd";
    const { files } = importCenit(
      bundle({ name, flows: [{ name }], translators: [{ name }], data_types: [{ name, schema: {} }] }),
      wish,
    );
    expect(Object.keys(files).filter((path) => path.includes(".."))).to.deep.equal([]);
    expect(Object.keys(files)).to.include("flows/etc-passwd.flow.yaml");
  });

  it("does not follow schemas in circles", () => {
    const one = (name: string, extended: string) => ({ name, schema: { type: "object", extends: extended } });
    const imported = importCenit(bundle({ data_types: [one("A", "B"), one("B", "A")] }), wish);
    expect(said(imported, "person")).to.include("is made of itself");
    expect(JSON.parse(imported.files["schemas/a.schema.json"] ?? "")).not.to.have.property("allOf");
  });

  it("does not end a comment of ours", () => {
    const text = '{"a":"{{ x */ $evil() /* }}"}';
    const { files } = importCenit(
      bundle({ translators: [{ name: "t", style: "liquid", transformation: text }] }),
      wish,
    );
    expect(files["translators/t.jsonata"]).to.include("/* {{ x * / $evil() / * }} */ $fail(");
  });

  it("sends no placeholder out as text that it could not read", () => {
    const text = JSON.stringify({ a: `${"{{".repeat(100_000)} }}`, b: "{% if x % 2 %}yes{% endif %}" });
    const { files } = importCenit(
      bundle({ translators: [{ name: "t", style: "liquid", transformation: text }] }),
      wish,
    );
    expect(files["translators/t.jsonata"]?.match(/\$fail\(/g)).to.have.lengthOf.at.least(2);
  });

  it("has its flows stop where something is missing", () => {
    const { files } = importCenit(bundle({ flows: [{ name: "f", translator: { name: "gone" } }] }), wish);
    expect(parse(files["flows/f.flow.yaml"] ?? "").steps[0].stop).to.include("its translator gone is not there");
  });
});
