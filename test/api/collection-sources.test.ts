import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";
import { INTEGRITY, PUBLISHER } from "./parts.js";

describe("collections from elsewhere", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  const install = (body: object) => api.call("POST", "/api/v1/collections/install", { body });
  const source = "ecommerce";

  it("are found by words, page by page, with the indexes that could not be read", async () => {
    await install({ name: "ecommerce" });
    const answer = await api.call("GET", "/api/v1/collections/available?limit=1");
    expect(answer.json).to.have.nested.property("items[0].installedVersion", "1.0.0");
    expect(answer.json).to.have.property("next", "ecommerce");
    const rest = await api.call("GET", "/api/v1/collections/available?q=twilio");
    expect(rest.json).to.have.nested.property("items[0].name", "twilio");
    expect(rest.json).to.have.nested.property("items[0].installedVersion", null);
    expect(answer.json).to.have.nested.property("unreadable[0].message", "It does not answer");
    expect((await api.call("GET", "/api/v1/collections/available?q=")).status).to.equal(400);
  });

  it("are looked at without being installed", async () => {
    const answer = await api.call("POST", "/api/v1/collections/examine", { body: { source } });
    expect(answer.json).to.deep.include({ needsTrust: true, publisher: null, problems: [] });
    expect(answer.json).to.have.nested.property("origin.integrity", INTEGRITY);
    expect((await api.call("GET", "/api/v1/collections")).text).to.not.include("installedAt");
  });

  it("are installed when they are accepted as they are, and the answer says where they came from", async () => {
    const refused = await install({ source });
    expect(refused.status).to.equal(409);
    expect(refused.json).to.have.property("code", "COLLECTION_UNSIGNED");
    const done = await install({ source, acceptUnsigned: true, integrity: INTEGRITY });
    expect(done.status).to.equal(201);
    expect(done.json).to.have.nested.property("origin.publisher", PUBLISHER);
  });

  it("are installed when their publisher is trusted", async () => {
    const trust = await api.call("POST", "/api/v1/publishers", { body: { key: PUBLISHER, name: "Acme" } });
    expect(trust.json).to.include({ key: PUBLISHER, name: "Acme" });
    expect((await install({ source })).status).to.equal(201);
    expect((await api.call("GET", "/api/v1/publishers")).json).to.have.nested.property("items[0].name", "Acme");
    const path = `/api/v1/publishers/${encodeURIComponent(PUBLISHER)}/distrust`;
    expect((await api.call("POST", path)).status).to.equal(200);
    expect((await api.call("POST", path)).json).to.have.property("code", "PUBLISHER_UNKNOWN");
  });

  it("are named in exactly one way", async () => {
    for (const body of [{ source, name: "twilio" }, { source, files: {} }, { from: "shop.tgz" }]) {
      expect((await install(body)).json).to.include({ code: "REQUEST_INVALID" });
      const examined = await api.call("POST", "/api/v1/collections/examine", { body });
      expect(examined.json).to.include({ code: "REQUEST_INVALID" });
    }
  });

  it("have an integrity that is one", async () => {
    expect((await install({ source, integrity: "sha1-abc" })).json).to.include({ code: "REQUEST_INVALID" });
  });
});
