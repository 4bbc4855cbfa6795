import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { INTEGRITY } from "./parts.js";
import { PLAN_HASH } from "./scripted-plans.js";

describe("plans of collections", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  const post = (path: string, body?: object) =>
    api.call("POST", `/api/v1/collections/${path}`, body === undefined ? {} : { body });

  it("are made from everything that the request says", async () => {
    const body = {
      ...{ name: "twilio", parameters: { from: "+1" }, parametersOf: { ecommerce: {} }, activate: ["twilio/thank"] },
      others: [{ name: "ecommerce" }],
    };
    const answer = await post("plan", body);
    expect(answer.status).to.equal(200);
    expect(answer.json).to.deep.include({ hash: PLAN_HASH, compatibility: [] });
    expect(api.parts.undertaken).to.have.lengthOf(1);
    expect(api.parts.undertaken[0]).to.deep.include({
      ...{ kind: "install", parameters: { from: "+1" }, parametersOf: { ecommerce: {} }, activate: ["twilio/thank"] },
    });
    expect(api.parts.undertaken[0]).to.have.nested.property("contents[1].name", "ecommerce");
  });

  it("are installed by their hash, and by no other", async () => {
    const body = { name: "ecommerce", planHash: PLAN_HASH };
    const done = await post("install", body);
    expect(done.status).to.equal(201);
    expect(done.json).to.deep.include({ name: "ecommerce", alongside: [] });
    const refused = await post("install", { ...body, planHash: "b".repeat(64) });
    expect(refused.status).to.equal(409);
    expect(refused.json).to.have.property("code", "PLAN_CHANGED");
    expect((await post("install", { ...body, planHash: "none" })).json).to.have.property("code", "REQUEST_INVALID");
  });

  it("are what flows are switched on by: without one nothing is", async () => {
    const answer = await post("install", { name: "ecommerce", activate: ["ecommerce/x"] });
    expect(answer.json).to.have.property("code", "REQUEST_INVALID");
    expect(answer.json).to.have.property("detail").that.includes("planHash");
  });

  it("upgrade, go back and uninstall, each with a plan of its own", async () => {
    await post("install", { name: "ecommerce" });
    for (const verb of ["upgrade", "rollback", "uninstall"]) {
      expect((await post(`ecommerce/${verb}/plan`)).json, verb).to.have.property("hash", PLAN_HASH);
      expect((await post(`ecommerce/${verb}`, {})).json, verb).to.have.property("code", "REQUEST_INVALID");
      expect((await post(`ecommerce/${verb}`, { planHash: PLAN_HASH })).status, verb).to.equal(200);
    }
    expect(api.parts.undertaken.map(({ kind }) => kind)).to.deep.equal([
      ...["upgrade", "upgrade", "rollback", "rollback", "uninstall", "uninstall"],
    ]);
    const back = await post("ecommerce/rollback/plan", { version: "1.0.0" });
    expect(back.status).to.equal(200);
    expect(api.parts.undertaken.at(-1)).to.include({ kind: "rollback", name: "ecommerce", version: "1.0.0" });
    await post("ecommerce/upgrade/plan", { source: "ecommerce@^2.0.0" });
    expect(api.parts.undertaken.at(-1)).to.have.nested.property("content.source", "ecommerce@^2.0.0");
  });

  it("leave versions behind, which are listed and given as bundles", async () => {
    await post("install", { name: "ecommerce" });
    const shown = await api.call("GET", "/api/v1/collections/ecommerce");
    expect(shown.json).to.have.nested.property("origin.integrity", INTEGRITY);
    const versions = await api.call("GET", "/api/v1/collections/ecommerce/versions");
    expect(versions.json).to.have.nested.property("items[0].current", true);
    expect(versions.json).to.include({ next: null });
    const bundle = await api.call("GET", "/api/v1/collections/ecommerce/bundle");
    expect(bundle.json).to.deep.include({ format: "patchbay-bundle-1" });
    expect((await api.call("GET", "/api/v1/collections/none")).json).to.have.property("code", "COLLECTION_UNKNOWN");
    expect((await api.call("GET", "/api/v1/collections/none/bundle")).status).to.equal(404);
  });

  it("are not mistaken for a collection called so", async () => {
    expect((await api.call("GET", "/api/v1/collections/plan")).status).to.equal(405);
  });
});

describe("records of a collection that is gone", () => {
  it("are listed as long as there are any", async () => {
    const api = await openTestApi();
    try {
      const stored = { version: 1, eventId: "evt_1", updatedAt: new Date(0), indexed: {} };
      api.parts.memory.records.set("gone/Order R1", {
        ...stored,
        dataType: "gone/Order",
        key: "R1",
        document: { id: "R1" },
      });
      const found = await api.call("GET", "/api/v1/records/gone/Order");
      expect(found.json).to.have.nested.property("items[0].key", "R1");
      expect((await api.call("GET", "/api/v1/records/gone/Order?where.id=R1")).status).to.equal(400);
      expect((await api.call("GET", "/api/v1/records/gone/Customer")).json).to.have.property(
        "code",
        "DATA_TYPE_UNKNOWN",
      );
    } finally {
      await api.close();
    }
  });
});
