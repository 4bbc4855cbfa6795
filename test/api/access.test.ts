import { expect } from "chai";
import { type OpenApiDocument, openTestApi, type TestApi } from "./open-test-api.js";

const orders = "/api/v1/records/ecommerce/Order";
const apiKey = "a-key-of-sixteen-or-more";

describe("Access with an API key", () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi({ apiKey });
  });
  after(() => api.close());

  it("is refused on every address under /api without the key", async () => {
    const document = (await api.call("GET", "/openapi.json")).json as OpenApiDocument;
    const paths = Object.entries(document.paths).filter(([path]) => path.startsWith("/api/"));
    expect(paths.length).to.be.greaterThan(15);
    for (const [path, operations] of paths) {
      for (const [method, operation] of Object.entries(operations)) {
        if ((operation as { "x-may"?: string })["x-may"] === "anyone") continue;
        const answer = await api.call(method.toUpperCase(), path.replaceAll(/[{}]/g, ""));
        expect(answer.status, `${method} ${path}`).to.equal(401);
        expect(answer.headers).to.have.property("www-authenticate");
      }
    }
    expect((await api.call("GET", "/api/v1/nothing")).status).to.equal(401);
  });

  it("is given with a bearer token or with the tenant headers", async () => {
    const ways = [
      { authorization: `Bearer ${apiKey}` },
      { "x-tenant-access-key": "shop", "x-tenant-access-token": apiKey },
    ];
    for (const headers of ways) {
      expect((await api.call("GET", orders, { headers: headers as Record<string, string> })).status).to.equal(200);
    }
  });

  it("is refused with another key, another scheme or half of the tenant headers", async () => {
    const ways = [
      { authorization: `Bearer ${apiKey}x` },
      { authorization: `Basic ${apiKey}` },
      { "x-tenant-access-token": apiKey },
      { "x-tenant-access-key": apiKey },
    ];
    for (const headers of ways) {
      const answer = await api.call("GET", orders, { headers: headers as unknown as Record<string, string> });
      expect(answer.json).to.include({ code: "API_KEY_INVALID" });
    }
  });

  it("is refused before a large body is read", async () => {
    const answer = await api.call("POST", orders, { body: { id: "x".repeat(10_000) } });
    expect(answer.status).to.equal(401);
    expect(answer.headers).to.have.property("connection", "close");
  });

  it("is open for health checks and documentation, which then shows no data types", async () => {
    for (const path of ["/healthz", "/readyz", "/docs", "/docs/errors"]) {
      expect((await api.call("GET", path)).status, path).to.equal(200);
    }
    const open = await api.call("GET", "/openapi.json");
    const known = await api.call("GET", "/openapi.json", { headers: { authorization: `Bearer ${apiKey}` } });
    expect(open.text).not.to.contain("ecommerce.Order");
    expect(known.text).to.contain("ecommerce.Order");
  });
});

describe("Access without an API key", () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(() => api.close());

  const withHost = (host: string) => api.call("GET", orders, { headers: { host } });

  it("is given to this machine", async () => {
    for (const host of ["127.0.0.1:4000", "localhost", "LOCALHOST:1", "[::1]:4000"]) {
      expect((await withHost(host)).status, host).to.equal(200);
    }
  });

  it("is refused to other names, which stops DNS rebinding", async () => {
    for (const host of ["evil.example.com", "127.0.0.1.evil.example.com", "localhost.evil", "10.0.0.1"]) {
      const answer = await withHost(host);
      expect(answer.status, host).to.equal(403);
      expect(answer.json).to.include({ code: "HOST_NOT_ALLOWED" });
    }
    expect((await api.call("GET", "/openapi.json", { headers: { host: "evil.example.com" } })).status).to.equal(403);
  });

  it("is refused to whoever comes by the public URL, or through a proxy on this machine", async () => {
    const forwarded = await api.call("GET", orders, { headers: { "x-forwarded-for": "203.0.113.7" } });
    expect(forwarded.json).to.include({ code: "SETUP_NEEDED" });
    expect((await withHost("patchbay.example.com")).json).to.include({ code: "HOST_NOT_ALLOWED" });
  });

  it("is refused to other sites' pages", async () => {
    const origins = ["https://evil.example.com", "null"];
    for (const origin of origins) {
      const answer = await api.call("POST", "/api/v1/notifications/ntf_1/resolve", { headers: { origin } });
      expect(answer.json).to.include({ code: "ORIGIN_NOT_ALLOWED" });
    }
    const own = await api.call("GET", orders, { headers: { origin: `http://localhost:${api.port}` } });
    expect(own.status).to.equal(200);
  });

  it("leaves health checks alone, whatever name they use", async () => {
    expect((await api.call("GET", "/healthz", { headers: { host: "10.0.0.1" } })).status).to.equal(200);
  });
});

describe("Every answer", () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(() => api.close());

  it("has security headers, and says nothing of the software", async () => {
    for (const path of [orders, "/nothing", "/docs"]) {
      const { headers } = await api.call("GET", path);
      expect(headers).to.include({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      expect(headers).to.have.property("content-security-policy").that.contains("default-src 'none'");
      expect(headers).not.to.have.any.keys("x-powered-by", "etag", "access-control-allow-origin");
    }
  });

  it("carries the caller's request id when it is harmless, else one of its own", async () => {
    const sane = await api.call("GET", orders, { headers: { "x-request-id": "shop-17" } });
    const odd = await api.call("GET", orders, { headers: { "x-request-id": "a b<c>" } });
    expect(sane.headers).to.have.property("x-request-id", "shop-17");
    expect(odd.headers).to.have.property("x-request-id").that.matches(/^req_/);
  });

  it("leaves one log line with the request id and the route, without body, key or query", async () => {
    const before = api.logged.length;
    await api.call("POST", orders, {
      headers: { "x-request-id": "log-1" },
      body: { id: "SECRET-KEY", status: "SECRET" },
    });
    await api.call("GET", "/api/v1/messages?to=%2B15005550010", { headers: { "x-request-id": "log-2" } });
    const lines = api.logged.slice(before).map((line) => JSON.parse(line));
    expect(lines.map(({ requestId }) => requestId)).to.deep.equal(["log-1", "log-2"]);
    expect(lines[0]).to.include({ route: "POST /api/v1/records/{ns}/{Type}", status: 201, level: 20 });
    expect(JSON.stringify(lines)).not.to.match(/SECRET|15005550010/);
  });

  it("has no body for HEAD", async () => {
    const answer = await api.call("HEAD", orders);
    expect(answer.status).to.equal(200);
    expect(answer.text).to.equal("");
  });
});
