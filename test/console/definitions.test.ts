import { expect } from "chai";
import { writeBundle } from "../../src/collections/source/bundle.js";
import { testWeb } from "../collections/source/reading.js";
import { expectNoBarriers } from "./looks.js";
import { barriers, openTestConsole, type TestConsole } from "./parts.js";

const flowFile = "flows/tell.flow.yaml";
/** A collection that is there for its file of a flow. */
const shop = (version: string, title: string) => ({
  "collection.yaml": `name: shop\nversion: ${version}\ntitle: Shop\nsummary: For tests.\n`,
  "schemas/order.schema.yaml":
    "$id: shop/Order\ntitle: Order\ntype: object\nx-key: [id]\nrequired: [id]\nproperties: { id: { type: string } }\n",
  [flowFile]: `name: tell\ntitle: ${title}\non: { record: shop/Order }\nsteps:\n  - { id: tell, notify: An order }\n`,
});

describe("Collections, connections and translators, in a browser", function () {
  this.timeout(180_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp();
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  it("install a collection by a form and a plan, switch its flow on, and take it away again", async () => {
    const page = await test.open("/collections");
    await page.getByRole("link", { name: "Install Shopify" }).click();
    await page.getByRole("button", { name: "See what would happen" }).click();
    await page.getByRole("alert").getByText("/secret", { exact: true }).waitFor();
    await page.getByLabel("Signing secret", { exact: false }).first().fill("a-secret-of-a-shop");
    await page.getByRole("checkbox", { name: "shopify/order-created" }).check();
    await page.getByRole("button", { name: "See what would happen" }).click();
    await page.getByRole("heading", { name: "What will start to happen" }).waitFor();
    await page.getByText("begins", { exact: true }).waitFor();
    await page
      .getByText(/^shopify\/order-created /)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Install", exact: true }).click();
    await page.getByText("Shopify is installed.").waitFor();
    const flow = await test.app.request("GET", "/api/v1/flows/shopify/order-created");
    expect(flow.body.active).to.equal(true);
    await page.getByRole("link", { name: "Uninstall" }).click();
    await page.getByText("ends", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Uninstall", exact: true }).click();
    await page.getByText("Shopify is uninstalled.").waitFor();
    expect((await test.app.request("GET", "/api/v1/collections/shopify")).body.installed).to.equal(null);
  });

  it("go back to another version only once it is settled whose change of a file counts", async () => {
    const ask = async (method: string, path: string, body: unknown): Promise<void> => {
      expect((await test.app.request(method, path, body)).status, path).to.be.lessThan(300);
    };
    const install = "/api/v1/collections/install";
    await ask("POST", install, { files: shop("1.0.0", "Tell"), from: "a test", acceptUnsigned: true });
    await ask("POST", install, { files: shop("1.1.0", "Tell everybody"), from: "a test", acceptUnsigned: true });
    const text = shop("1.1.0", "Tell the office")[flowFile];
    await ask("PUT", `/api/v1/collections/shop/files?file=${flowFile}`, { text });

    const page = await test.open("/collections/shop");
    await page.getByRole("link", { name: "Go back to it" }).click();
    const file = page.getByRole("article", { name: `shop/${flowFile}` });
    await file.getByText("Tell everybody").waitFor();
    const goBack = page.getByRole("button", { name: "Go back", exact: true });
    expect(await goBack.isDisabled()).to.equal(true);
    expect(await barriers(page)).to.deep.equal([]);
    await file.getByText("Keep ours").click();
    await file.getByText("contradiction").waitFor({ state: "detached" });
    await goBack.click();
    await page.getByText("Shop is as it was.").waitFor();
    const { body } = await test.app.request("GET", "/api/v1/flows/shop/tell");
    expect(body.title).to.equal("Tell the office");
  });

  it("enter the webhooks at the vendor, and switch a connection off with a reason", async () => {
    const page = await test.open("/connections");
    await page.getByRole("link", { name: "twilio/twilio" }).click();
    await page.getByRole("button", { name: "Enter them at the vendor" }).click();
    await page.getByText("Everything is entered as it should be.").waitFor();
    await page.getByLabel("Why (for the record)").fill("The account is being moved");
    await page.getByRole("button", { name: "Switch off" }).click();
    await page.getByText("The account is being moved").waitFor();
    const { body } = await test.app.request("GET", "/api/v1/connections/twilio/twilio");
    expect(body.active).to.equal(false);
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByText("twilio/twilio is on").waitFor();
  });

  it("tell how a connection was found, and what was wrong before", async () => {
    const path = "/api/v1/connections/twilio/twilio";
    test.app.simulator.setAccount({ numbers: [{ number: "+15005550006", smsUrl: "https://other.example/sms" }] });
    const page = await test.open("/connections/twilio/twilio?period=week");
    await page.getByRole("button", { name: "Look at it now" }).click();
    const history = page.getByRole("region", { name: "As time went by" });
    const today = history.getByRole("row").last();
    await today.getByText(/^problems(?: at worst)?, in (?:one look|\d+ looks) of /).waitFor({ state: "attached" });
    await history.locator(".strip-cell[data-tone=problems]").last().waitFor();
    expect(await history.getByRole("rowheader").count()).to.equal(7);
    test.app.simulator.setAccount({ numbers: [{ number: "+15005550006" }] });
    const { body: plan } = await test.app.request("GET", `${path}/webhooks`);
    expect((await test.app.request("POST", `${path}/webhooks/apply`, { hash: plan.hash })).status).to.equal(200);
    await today.getByText(/^problems at worst, in \d+ looks of /).waitFor({ state: "attached" });
    const before = page.getByRole("region", { name: "When something was wrong before" });
    await before.getByRole("button", { name: /SmsUrl of \+15005550006/ }).click();
    await before.getByText("It was looked at because somebody asked").waitFor();
    await page.getByText("30 days").click();
    await page.waitForURL(/period=month/);
    expect(await barriers(page)).to.deep.equal([]);
  });

  it("translate a document that somebody writes", async () => {
    const page = await test.open("/translators?name=twilio/customer-to-welcome-sms");
    const document = { id: "C1", firstname: "Ada", shipping_address: { phone: "+15035550123" } };
    await page.getByRole("textbox", { name: "In: ecommerce/Customer" }).fill(JSON.stringify(document));
    await page.getByRole("button", { name: "Translate" }).click();
    await page.getByText("It fits communication/Sms.").waitFor();
    await page.getByText("Welcome Ada!").waitFor();
  });

  for (const path of ["/collections", "/collections/twilio", "/collections/twilio/settings"]) {
    it(`have no barriers at ${path}`, () => expectNoBarriers(test, path));
  }
  for (const path of ["/collections/twilio/uninstall", "/connections", "/connections/twilio/twilio", "/translators"]) {
    it(`have no barriers at ${path}`, () => expectNoBarriers(test, path));
  }
});

describe("A collection that was changed here is upgraded, in a browser", function () {
  this.timeout(120_000);
  const serve = async (version: string, title: string) =>
    writeBundle({ files: shop(version, title), signature: null }, "tgz");

  for (const { side, counts } of [
    { side: "Keep ours", counts: "Tell the office" },
    { side: "Take theirs", counts: "Tell everybody" },
  ]) {
    it(`only once it is settled whose change counts: ${side.toLowerCase()}`, async () => {
      const served = { "/shop.tgz": await serve("1.0.0", "Tell") };
      await using web = await testWeb(served);
      const test = await openTestConsole({ OUTBOUND_ALLOW: web.host });
      try {
        const ask = async (method: string, path: string, body: unknown): Promise<void> => {
          const { status, body: answer } = await test.app.request(method, path, body);
          expect(status, JSON.stringify(answer)).to.be.lessThan(300);
        };
        await ask("POST", "/api/v1/collections/install", { source: `${web.url}/shop.tgz`, acceptUnsigned: true });
        const text = shop("1.0.0", "Tell the office")[flowFile];
        await ask("PUT", `/api/v1/collections/shop/files?file=${flowFile}`, { text });
        served["/shop.tgz"] = await serve("2.0.0", "Tell everybody");

        const page = await test.open("/collections/shop");
        await page.getByRole("link", { name: "Upgrade" }).click();
        const file = page.getByRole("article", { name: `shop/${flowFile}` });
        for (const title of ["Tell the office", "Tell everybody"]) await file.getByText(title).first().waitFor();
        await page.getByRole("checkbox", { name: /signed/ }).check();
        const upgrade = page.getByRole("button", { name: "Upgrade", exact: true });
        expect(await upgrade.isDisabled()).to.equal(true);
        expect(await barriers(page)).to.deep.equal([]);
        await file.getByText(side).click();
        await file.getByText("contradiction").waitFor({ state: "detached" });
        await upgrade.click();
        await page.getByText(/^Shop is /).waitFor();
        const { body: flow } = await test.app.request("GET", "/api/v1/flows/shop/tell");
        const { body: collection } = await test.app.request("GET", "/api/v1/collections/shop");
        expect([flow.title, (collection.installed as { version: string }).version]).to.deep.equal([counts, "2.0.0"]);
      } finally {
        await test.close();
      }
    });
  }
});
