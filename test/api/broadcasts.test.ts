import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";

describe("Broadcasts", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  const post = (path: string, body?: unknown) =>
    api.call("POST", `/api/v1/broadcasts${path}`, body === undefined ? {} : { body });
  const get = (path: string) => api.call("GET", `/api/v1/broadcasts${path}`);
  const order = { name: "Sale", flow: "twilio/campaign", audience: { dataType: "ecommerce/Customer" } };

  it("are drafts first, at ten a second, and for all records unless something else is said", async () => {
    const made = await post("", order);
    expect(made.status).to.equal(201);
    const audience = { dataType: "ecommerce/Customer", where: {}, when: null };
    expect(made.json).to.deep.include({ id: "bct_1", state: "draft", perSecond: 10, audience, startedAt: null });
    expect((await get("/bct_1")).json).to.have.keys("broadcast", "records", "outcomes", "estimated", "cost");
    expect((await get("?state=draft")).json)
      .to.have.property("items")
      .with.lengthOf(1);
    expect((await get("?state=running")).json)
      .to.have.property("items")
      .with.lengthOf(0);
  });

  it("start with what their preview gave, and are paused, resumed and stopped", async () => {
    await post("", order);
    const preview = await post("/bct_1/preview");
    expect(preview.json).to.include({ recipients: 1, confirm: "seen" });
    expect((await post("/bct_1/start", { confirm: "another" })).json).to.include({ code: "BROADCAST_CHANGED" });
    expect(await post("/bct_1/start", { confirm: "seen" })).to.include({ status: 202 });
    for (const [move, state] of Object.entries({ pause: "paused", resume: "running", stop: "stopped" })) {
      expect((await post(`/bct_1/${move}`)).json).to.include({ state });
    }
    expect((await get("/bct_1/recipients?outcome=sent")).json).to.deep.equal({ items: [], next: null });
  });

  const refused: [string, unknown, number, string][] = [
    ["", { ...order, perSecond: 0 }, 400, "REQUEST_INVALID"],
    ["", { ...order, audience: {} }, 400, "REQUEST_INVALID"],
    ["", { ...order, audience: { dataType: "a/B", where: { city: 7 } } }, 400, "REQUEST_INVALID"],
    ["/bct_1/start", {}, 400, "REQUEST_INVALID"],
    ["/bct_1/start", { confirm: "seen" }, 404, "BROADCAST_UNKNOWN"],
    ["/bct_1/preview", undefined, 404, "BROADCAST_UNKNOWN"],
    ["/bct_1/stop", undefined, 404, "BROADCAST_UNKNOWN"],
  ];
  for (const [path, body, status, code] of refused) {
    it(`refuse ${path === "" ? "an order" : path} with ${JSON.stringify(body)}: ${code}`, async () => {
      const answer = await post(path, body);
      expect(answer.status).to.equal(status);
      expect(answer.json).to.include({ code });
    });
  }

  it("that are not there have no recipients either", async () => {
    expect((await get("/bct_none/recipients")).json).to.include({ code: "BROADCAST_UNKNOWN" });
    expect((await get("/bct_none")).json).to.include({ code: "BROADCAST_UNKNOWN" });
    expect((await get("?state=sleeping")).json).to.include({ code: "REQUEST_INVALID" });
  });
});
