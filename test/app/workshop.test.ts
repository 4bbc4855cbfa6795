import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { CollectionFiles } from "../../src/collections/installer.js";
import { readBundle } from "../../src/collections/source/bundle.js";
import { createPublisherKey } from "../../src/collections/source/publisher-key.js";
import { isSignatureOf } from "../../src/collections/source/signature.js";
import type { JsonObject } from "../../src/core/json.js";
import { clinic } from "../golden/clinic.js";
import { openTestApp, type TestApp } from "./parts.js";

const passing = `title: A visit is reminded of
activate: [remind]
given:
  - { push: Visit, sample: visits }
expect:
  messages:
    - { to: "+12135550142", body: "Dear Ann, see you soon." }
`;
const failing = passing.replace("A visit is", "Nobody is").replace("Dear Ann", "Dear Bob");
const right: CollectionFiles = { ...clinic, "tests/right.test.yaml": passing };
const both = { ...right, "tests/wrong.test.yaml": failing };
const account = { sid: "AC0123456789abcdef0123456789abcdef", token: "fedcba9876543210", sender: "+15005550006" };

describe("the workshop, through a whole Patchbay", function () {
  // Each request starts a process, which comes after everything else on a busy machine.
  this.timeout(240_000);
  let test: TestApp;
  let folder: string;
  let key: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "patchbay-workshop-"));
    key = await createPublisherKey(join(folder, "publisher.key"));
    test = await openTestApp({ PUBLISHER_KEY: join(folder, "publisher.key") });
  });
  after(async () => {
    await test.close();
    await rm(folder, { recursive: true });
  });

  const post = (path: string, body: object = {}) => test.request("POST", `/api/v1/collections/${path}`, body);

  it("runs the golden tests of files that are sent, and shows line by line what differs", async () => {
    const { status, body } = await post("test", { files: both });
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body).to.include({ collection: "clinic", passed: 1, failed: 1, fuzz: null });
    const [first, second] = body.tests as JsonObject[];
    expect(first).to.include({ name: "right", passed: true });
    const [mismatch] = second?.mismatches as JsonObject[];
    expect(mismatch).to.include({ about: "messages", problem: "a message differs" });
    expect(mismatch?.diff).to.deep.include({ mark: "-", text: "body: Dear Bob, see you soon." });
    expect(mismatch?.diff).to.deep.include({ mark: "+", text: "body: Dear Ann, see you soon." });
    expect(await test.list("/api/v1/messages")).to.deep.equal([]);
  });

  it("gives the report to build servers as they read it", async () => {
    const answer = await fetch(`${test.url}/api/v1/collections/test?format=junit`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ files: both, only: "nobody" }),
    });
    expect(answer.headers.get("content-type")).to.match(/^application\/xml/);
    expect(await answer.text()).to.include('<testsuite name="clinic" tests="1" failures="1"');
  });

  it("fuzzes when it is asked to, and says what it cannot test", async () => {
    const { body } = await post("test", { files: right, fuzz: { runs: 3, seed: 7 } });
    expect(body.fuzz).to.have.nested.property("flows[0].flow", "clinic/remind");
    const unknown = await post("test", { files: right, only: "no such words" });
    expect(unknown.body).to.include({ status: 400, code: "REQUEST_INVALID" });
    const broken = await post("test", { files: { ...right, "flows/remind.flow.yaml": "name: 5" } });
    expect(broken.body).to.include({ status: 422, code: "COLLECTION_INVALID" });
    expect(broken.body.problems).to.have.nested.property("[0].file", "flows/remind.flow.yaml");
  });

  it("tests what runs of an installed collection, and how a change would do, changing nothing", async () => {
    expect((await post("install", { files: right, parameters: account })).status).to.equal(201);
    expect((await post("clinic/test")).body).to.include({ passed: 1, failed: 0 });
    const translator = "translators/visit-to-text.jsonata";
    const changes = { [translator]: right[translator]?.replace("see you soon", "welcome") ?? "" };
    expect((await post("clinic/test", { changes })).body).to.include({ passed: 0, failed: 1 });
    expect((await post("clinic/test", { changes: { "tests/right.test.yaml": null } })).body.tests).to.deep.equal([]);
    expect((await post("clinic/test")).body).to.include({ passed: 1, failed: 0 });
    expect((await post("nobody/test")).body).to.include({ code: "COLLECTION_UNKNOWN" });
  });

  it("makes a collection of samples that passes its own test and can be installed", async () => {
    const samples = [{ id: "B1", day: "2026-03-01", guest: { name: "Ann", phone: "+12135550142" } }];
    const made = await post("new", { name: "bookings", type: "Booking", samples });
    expect(made.status, JSON.stringify(made.body)).to.equal(200);
    expect((made.body.problems as JsonObject[]).filter(({ severity }) => severity === "error")).to.deep.equal([]);
    expect(JSON.stringify(made.body.notes)).to.include('"kind":"guessed"');
    expect((await post("test", { files: made.body.files })).body).to.include({ passed: 1, failed: 0 });
    const unknown = await post("new", { name: "bookings", type: "Booking", samples, to: "nobody/Knows" });
    expect(unknown.body).to.include({ code: "DATA_TYPE_UNKNOWN" });
    expect(unknown.body.remedy).to.include("communication/Sms");
  });

  it("makes collections of documents that others have written", async () => {
    const document = JSON.stringify({
      openapi: "3.0.0",
      info: { title: "Parcels", version: "1" },
      servers: [{ url: "https://api.example.com" }],
      paths: { "/parcels": { get: { operationId: "listParcels", responses: { 200: { description: "All" } } } } },
    });
    const made = await post("from-openapi", { document });
    expect(made.body, JSON.stringify(made.body)).to.include({ name: "parcels" });
    expect(made.body.files).to.have.property("connections/api.endpoints.yaml").that.includes("list-parcels");
    expect((await post("from-openapi", { document: "no" })).body).to.include({ code: "API_DOCUMENT_INVALID" });
    expect((await post("from-cenit", { files: { "a.json": "[" } })).body).to.include({ code: "CENIT_SOURCE_INVALID" });
  });

  it("publishes what passes its tests: a bundle, signed, and the index with it", async () => {
    const first = await post("publish", { files: right, sign: true, category: "clinics" });
    expect(first.status, JSON.stringify(first.body)).to.equal(200);
    const { name, version, integrity, index } = first.body as Record<string, string>;
    expect(first.body).to.include({ name: "clinic", version: "1.0.0", key, added: true });
    const bundle = first.body.bundle as JsonObject;
    expect(bundle.path).to.equal("bundles/clinic-1.0.0.tgz");
    const { files, signature } = await readBundle(Buffer.from(String(bundle.base64), "base64"));
    expect(files).to.deep.equal(right);
    if (signature === null || !name || !version || !integrity) throw new Error("it is signed");
    expect(isSignatureOf(signature, { name, version, integrity })).to.equal(true);
    expect(index).to.have.nested.property("collections.clinic.versions[0].integrity", integrity);

    const again = await post("publish", { files: right, index });
    expect(again.body).to.include({ added: false, key: null });
    expect(again.body.index).to.deep.equal(index);
    const other = await post("publish", { files: { ...right, "README.md": "New" }, index });
    expect(other.body).to.include({ code: "VERSION_PUBLISHED" });
    const next = right["collection.yaml"]?.replace("1.0.0", "1.1.0") ?? "";
    const newer = await post("publish", { files: { ...right, "collection.yaml": next }, index });
    expect(newer.body.index).to.have.nested.property("collections.clinic.versions[1].version", "1.0.0");
    expect(newer.body.index).to.have.nested.property("collections.clinic.category", "clinics");
  });

  it("publishes neither secrets nor what fails its tests, unless it is told to", async () => {
    const refused = await post("publish", { files: both });
    expect(refused.body).to.include({ status: 409, code: "COLLECTION_TESTS_FAILED" });
    expect(refused.body.problems).to.have.nested.property("[0].file", "tests/wrong.test.yaml");
    const insisted = await post("publish", { files: both, despiteTests: true });
    expect(insisted.body.report).to.include({ failed: 1 });
    const secret = await post("publish", { files: { ...right, "README.md": `sk_live_${"a1".repeat(12)}` } });
    expect(secret.body).to.include({ code: "COLLECTION_INVALID" });
  });
});
