import { expect } from "chai";
import { openTestApi, type TestApi } from "./open-test-api.js";

const page = { headers: { accept: "text/html,application/xhtml+xml" } };

describe("The console's page", () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi({ apiKey: "a-key-of-some-length" });
  });
  after(() => api.close());

  it("is the same at every address of the console, with or without a key", async () => {
    for (const path of ["/", "/notifications?level=error", "/runs/run_1"]) {
      const { status, text, headers } = await api.call("GET", path, page);
      expect(status, path).to.equal(200);
      expect(headers["content-type"], path).to.equal("text/html;charset=utf-8");
      expect(text, path).to.contain('<div id="console">');
    }
  });

  it("is beside the schemas of collections' files, which anybody may read and keep", async () => {
    const { status, headers, json } = await api.call("GET", "/schemas/flow.schema.json");
    expect([status, headers["cache-control"]]).to.deep.equal([200, "public, max-age=3600"]);
    expect(json).to.have.property("$id").that.includes("/flow.schema.json");
    for (const name of ["nobody.schema.json", "..%2Fpackage.json", "flow.schema.json%00"]) {
      expect((await api.call("GET", `/schemas/${name}`)).status, name).to.equal(404);
    }
  });

  it("lets in scripts from this server's files only, and styles that carry the number of this answer", async () => {
    const [one, other] = await Promise.all([api.call("GET", "/", page), api.call("GET", "/", page)]);
    const nonce = /'nonce-([^']+)'/.exec(String(one.headers["content-security-policy"]))?.[1] ?? "";
    expect(nonce).to.have.lengthOf(24);
    expect(one.text).to.contain(`content="${nonce}"`);
    expect(String(other.headers["content-security-policy"])).not.to.contain(nonce);
    expect(String(one.headers["content-security-policy"]))
      .to.contain("script-src 'self';")
      .and.not.to.contain("unsafe");
  });

  it("leaves addresses of the API to the API, whatever a browser asks for", async () => {
    const key = { headers: { ...page.headers, authorization: "Bearer a-key-of-some-length" } };
    expect((await api.call("GET", "/api/v1/nothing", key)).json).to.include({ code: "ROUTE_UNKNOWN" });
    expect((await api.call("GET", "/api/v1/runs", page)).json).to.include({ code: "API_KEY_INVALID" });
    expect((await api.call("GET", "/nothing")).json).to.include({ code: "ROUTE_UNKNOWN" });
  });

  it("has no addresses for phones where nothing is simulated, and says so to the page", async () => {
    const key = { headers: { authorization: "Bearer a-key-of-some-length" } };
    expect((await api.call("GET", "/api/v1/simulator", key)).json).to.include({ code: "ROUTE_UNKNOWN" });
    expect((await api.call("GET", "/", page)).text).to.contain('<meta name="simulator" content="no">');
  });

  it("serves the files of the build for good, and no others", async () => {
    const file = await api.call("GET", "/assets/index-abc123.js");
    expect(file.headers["cache-control"]).to.contain("immutable");
    expect(file.headers["content-type"]).to.equal("text/javascript;charset=utf-8");
    expect((await api.call("GET", "/icon.svg")).status).to.equal(200);
    for (const name of ["index.html", "..%2findex.html", "%2e%2e%2findex.html", "none.js"]) {
      expect((await api.call("GET", `/assets/${name}`)).status, name).to.equal(404);
    }
  });
});
