import { expect } from "chai";
import type { Page } from "playwright-core";
import type { JsonObject } from "../../src/core/json.js";
import { sampleOrder } from "../app/parts.js";
import { openTestConsole, type TestConsole } from "./parts.js";

const MANY = 10_000;

describe("Long lists and what waits in quarantine, in a browser", function () {
  this.timeout(240_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp();
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  /** Pushes as shops do that have been there for long: many lines at once. */
  async function pushMany(): Promise<void> {
    const lines = Array.from({ length: MANY }, (_, index) =>
      JSON.stringify({ id: `C${index + 1}`, firstname: "Ada", lastname: "Many" }),
    );
    const answer = await fetch(`${test.app.url}/api/v1/records/ecommerce/Customer`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.join("\n"),
    });
    expect(answer.status, await answer.text()).to.equal(201);
  }

  const rowsOf = (page: Page) => page.getByRole("list", { name: "ecommerce/Customer" }).getByRole("listitem");

  it("have few rows on the page at a time, however many there are, and come to their end", async () => {
    await pushMany();
    const page = await test.open("/records?type=ecommerce%2FCustomer");
    await rowsOf(page).first().waitFor();
    const most: number[] = [];
    for (let time = 0; time < 400; time++) {
      most.push(await rowsOf(page).count());
      if ((await page.getByRole("link", { name: "C1 · version 1", exact: false }).count()) > 0) break;
      await page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)");
      await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    }
    await page.getByRole("link", { name: /^C1 / }).waitFor();
    expect(Math.max(...most)).to.be.below(80);
    const height = Number(await page.evaluate("document.documentElement.scrollHeight"));
    expect(height).to.be.greaterThan(MANY * 40);
    await page.evaluate("window.scrollTo(0, 0)");
    await page.getByRole("link", { name: new RegExp(`^C${MANY} `) }).waitFor();
  });

  it("keep what is chosen by keyboard in sight, and filter by time", async () => {
    const order = async (id: string) => sampleOrder({ id }, { phone: "555-01" });
    const orders = await Promise.all(Array.from({ length: 40 }, (_, index) => order(`K${index}`)));
    await test.app.request("PATCH", "/api/v1/flows/twilio/send-sms-for-new-order", { active: true });
    expect((await test.app.request("POST", "/api/v1/records/ecommerce/Order", orders)).status).to.equal(201);
    const page = await test.open("/notifications?level=error");
    const chosen = page.locator("[data-chosen=true]");
    await page.getByRole("list", { name: "Notifications" }).getByRole("listitem").first().waitFor();
    for (let press = 0; press < 40; press++) await page.keyboard.press("j");
    await expectInSight(page);
    const last = await chosen.getAttribute("data-id");
    for (let press = 0; press < 30; press++) await page.keyboard.press("k");
    await expectInSight(page);
    expect(await chosen.getAttribute("data-id")).not.to.equal(last);
    await page.getByLabel("From").fill("2999-01-01T00:00");
    await page.waitForURL(/from=2999/);
    await page
      .getByRole("list", { name: "Notifications" })
      .getByRole("listitem")
      .first()
      .waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByText("No notification fits").waitFor();
  });

  async function expectInSight(page: Page): Promise<void> {
    await page.waitForFunction(`(() => {
      const box = document.querySelector("[data-chosen=true]")?.getBoundingClientRect();
      return box !== undefined && box.top >= 56 && box.bottom <= window.innerHeight;
    })()`);
  }

  it("go on by themselves after a page without items, and say how far was looked back", async () => {
    const customer = { id: "C0", firstname: "Ada", lastname: "First" };
    const pushed = await test.app.request("POST", "/api/v1/records/ecommerce/Customer", customer);
    expect(pushed.status).to.equal(201);
    const page = await test.open("/");
    let release = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const place = "evt_01kdyak3se3jf6wthwvk7sbw1p";
    await page.route("**/api/v1/records/ecommerce/Customer?*", async (route) => {
      const url = new URL(route.request().url());
      if (!url.searchParams.has("cursor")) return route.fulfill({ json: { items: [], next: place } });
      await asked;
      url.searchParams.delete("cursor");
      return route.continue({ url: url.href });
    });
    await page.goto(`${test.app.url}/records?type=ecommerce%2FCustomer`);
    await page.getByText(/^Nothing since .* Looking further back…$/).waitFor();
    release();
    await rowsOf(page).first().waitFor();
    expect(await page.getByText("Looking further back").count()).to.equal(0);
  });

  it("lets an operator put a held record right, and release it", async () => {
    const file = "schemas/order.schema.yaml";
    const path = `/api/v1/collections/ecommerce/files?file=${encodeURIComponent(file)}`;
    const { text } = (await test.app.request("GET", path)).body as JsonObject & { text: string };
    const changed = await test.app.request("PUT", path, { text: text.replace("x-key:", "x-quarantine: true\nx-key:") });
    expect(changed.status, JSON.stringify(changed.body)).to.equal(200);
    const order: JsonObject = { ...(await sampleOrder({ id: "R1" })), status: 7 };
    const held = await test.app.request("POST", "/api/v1/records/ecommerce/Order", order);
    expect(held.status).to.equal(202);
    const page = await test.open("/notifications");
    await page.getByText("A ecommerce/Order is in quarantine: R1").click();
    const editor = page.getByRole("textbox", { name: "Put it right" });
    await page.getByRole("button", { name: "Release it" }).click();
    await page.getByRole("alert").getByText("/status", { exact: true }).waitFor();
    await editor.fill((await editor.inputValue()).replace('"status": 7', '"status": "complete"'));
    await page.getByRole("button", { name: "Release it" }).click();
    await page.getByText(/It was released\.|ecommerce\/Order R1 is new/).waitFor();
    expect((await test.app.request("GET", "/api/v1/records/ecommerce/Order/R1")).status).to.equal(200);
  });
});
