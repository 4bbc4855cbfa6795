import { expect } from "chai";
import { startChromium } from "../../testing/chromium.js";
import { openTestApi, type TestApi } from "./open-test-api.js";

const orders = "/api/v1/records/ecommerce/Order";

describe("The headers of answers", () => {
  let api: TestApi;
  before(async () => {
    api = await openTestApi();
  });
  after(() => api.close());

  const page = { headers: { accept: "text/html" } };
  const every = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
  };

  it("keep other sites out of every answer, whatever became of the request", async () => {
    const answers = await Promise.all([
      api.call("GET", orders),
      api.call("POST", orders, { body: { id: "A1", status: "new" } }),
      api.call("POST", orders, { headers: { "content-type": "application/json" }, body: "{" }),
      ...[api.call("DELETE", orders), api.call("GET", "/nothing"), api.call("GET", "/%E0%A4%A")],
      ...[api.call("GET", "/docs"), api.call("GET", "/docs/start.js"), api.call("GET", "/docs/swagger-ui.css")],
      ...[api.call("GET", "/", page), api.call("GET", "/icon.svg"), api.call("GET", "/nothing", page)],
      ...[api.call("GET", "/healthz"), api.call("POST", "/hooks/a/b/c/d/e"), api.call("OPTIONS", orders)],
    ]);
    for (const { headers, status } of answers) {
      expect(headers, String(status)).to.include(every);
      expect(headers["content-security-policy"]).to.contain("default-src 'none'").and.contain("frame-ancestors 'none'");
      expect(headers).to.have.property("x-request-id");
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).to.deep.equal([]);
    }
  });

  it("let no page run or show what does not come from here, and nothing that is written into it", async () => {
    for (const path of ["/", "/docs", "/docs/errors"]) {
      const { headers } = await api.call("GET", path, page);
      const policy = String(headers["content-security-policy"]);
      expect(policy, path).not.to.match(/unsafe-(inline|eval)|\*|https?:/);
      expect(headers, path).to.include({ "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin" });
      expect(headers, path).to.have.property("permissions-policy").that.contains("camera=()");
      expect(headers["strict-transport-security"], path).to.equal("max-age=31536000");
    }
  });

  it("ask for TLS only where there is TLS", async () => {
    const plain = await openTestApi({ publicUrl: "http://patchbay.internal" });
    try {
      expect((await plain.call("GET", "/docs")).headers).not.to.have.property("strict-transport-security");
    } finally {
      await plain.close();
    }
  });

  it("let Swagger UI show and call the API all the same", async () => {
    const local = await openTestApi({ publicUrl: null });
    const browser = await startChromium();
    try {
      const tab = await browser.newPage();
      const complaints: string[] = [];
      tab.on("console", (message) => void complaints.push(message.text()));
      tab.on("pageerror", (error) => void complaints.push(error.message));
      await tab.goto(`${local.url}/docs`);
      const first = tab.locator(".opblock-get").first();
      await first.locator(".opblock-summary").click();
      await first.getByRole("button", { name: "Try it out" }).click();
      await first.getByRole("button", { name: "Execute" }).waitFor();
      expect(await tab.evaluate(() => fetch("/healthz").then(({ status }) => status))).to.equal(200);
      expect(complaints).to.deep.equal([]);
    } finally {
      await browser.close();
      await local.close();
    }
  });
});
