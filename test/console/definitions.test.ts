import { expect } from "chai";
import { expectNoBarriers } from "./looks.js";
import { barriers, openTestConsole, type TestConsole } from "./parts.js";

describe("Collections, connections and translators, in a browser", function () {
  this.timeout(180_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp();
  });
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
    const flowFile = "flows/tell.flow.yaml";
    const shop = (version: string, title: string) => ({
      "collection.yaml": `name: shop\nversion: ${version}\ntitle: Shop\nsummary: For tests.\n`,
      "schemas/order.schema.yaml":
        "$id: shop/Order\ntitle: Order\ntype: object\nx-key: [id]\nrequired: [id]\nproperties: { id: { type: string } }\n",
      [flowFile]: `name: tell\ntitle: ${title}\non: { record: shop/Order }\nsteps:\n  - { id: tell, notify: An order }\n`,
    });
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
