import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { PLAN_HASH } from "./scripted-plans.js";

describe("local changes of a collection", () => {
  let api: TestApi;
  const files = "/api/v1/collections/ecommerce/files";
  const added = `${files}?file=flows/a.flow.yaml`;

  beforeEach(async () => {
    api = await openTestApi();
    await api.call("POST", "/api/v1/collections/install", { body: { name: "ecommerce" } });
  });
  afterEach(() => api.close());

  it("are made, seen and taken back file by file", async () => {
    const made = await api.call("PUT", added, { body: { text: "title: A\n" } });
    expect(made.status).to.equal(200);
    expect(made.json).to.include({ file: "flows/a.flow.yaml", text: "title: A\n", published: null });
    const diff = await api.call("GET", "/api/v1/collections/ecommerce/diff");
    expect(diff.json).to.have.nested.property("files[0].added", true);
    expect(diff.json).to.have.nested.property(
      "files[0].diff",
      "--- /dev/null\n+++ here/flows/a.flow.yaml\n@@ -0,0 +1,1 @@\n+title: A\n",
    );
    const view = await api.call("GET", "/api/v1/collections/ecommerce");
    expect(view.json).to.have.deep.nested.property("installed.changedFiles", ["flows/a.flow.yaml"]);
    expect((await api.call("DELETE", added)).json).to.include({ text: null, changedAt: null });
    expect((await api.call("GET", added)).json).to.have.property("code", "COLLECTION_FILE_UNKNOWN");
  });

  it("give what was published beside what runs", async () => {
    const { json } = await api.call("GET", `${files}?file=collection.yaml`);
    expect(json).to.deep.equal({
      ...{ file: "collection.yaml", text: "name: ecommerce", published: "name: ecommerce", changedAt: null },
    });
  });

  it("are planned, and made as they were planned", async () => {
    const body = { file: "flows/a.flow.yaml", text: null };
    const plan = await api.call("POST", "/api/v1/collections/ecommerce/edit/plan", { body });
    expect(plan.json).to.have.property("hash", PLAN_HASH);
    const stale = { ...body, planHash: "b".repeat(64) };
    const refused = await api.call("POST", "/api/v1/collections/ecommerce/edit", { body: stale });
    expect(refused.json).to.have.property("code", "PLAN_CHANGED");
  });

  it("go into a bundle of what runs, which nobody has signed", async () => {
    await api.call("PUT", added, { body: { text: "title: A\n" } });
    const { json } = await api.call("GET", "/api/v1/collections/ecommerce/bundle?changed=yes");
    expect(json).to.have.deep.property("files", [
      { path: "collection.yaml", text: "name: ecommerce" },
      { path: "flows/a.flow.yaml", text: "title: A\n" },
    ]);
    const both = await api.call("GET", "/api/v1/collections/ecommerce/bundle?changed=yes&integrity=x");
    expect(both.json).to.have.property("code", "REQUEST_INVALID");
  });

  it("need a file and a text, and settlements a side", async () => {
    expect((await api.call("PUT", files, { body: { text: "" } })).status).to.equal(400);
    expect((await api.call("PUT", added, { body: {} })).status).to.equal(400);
    const body = { settlements: { "flows/a.flow.yaml": "yours" } };
    expect((await api.call("POST", "/api/v1/collections/ecommerce/upgrade/plan", { body })).status).to.equal(400);
  });
});
