import { expect } from "chai";
import { sampleOrder } from "../app/parts.js";
import { expectNoBarriers } from "./looks.js";
import { openTestConsole, type TestConsole } from "./parts.js";

const customer = "+14155550132";

describe("Records, messages and conversations, in a browser", function () {
  this.timeout(180_000);
  let test: TestConsole;
  let conversation: string;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp("twilio/send-sms-for-new-order");
    const { body } = await test.app.request("GET", "/api/v1/collections/twilio");
    const { webhooks } = body.installed as unknown as { webhooks: { key: string; url: string }[] };
    test.app.simulator.listenAt({ url: webhooks.find(({ key }) => key === "inbound")?.url ?? "" });
    const order = await sampleOrder({ id: "R1" }, { phone: customer });
    await test.app.request("POST", "/api/v1/records/ecommerce/Order", order);
    await test.app.until(
      () => test.app.list("/api/v1/messages?status=delivered"),
      (items) => items.length === 1,
    );
    test.app.simulator.write({ from: customer, body: "When does it come?" });
    const [first] = await test.app.until(
      () => test.app.list("/api/v1/conversations"),
      (items) => items.length === 1,
    );
    conversation = `/conversations/${String(first?.id)}`;
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  it("find a record by a field, change it as JSON, and show what has changed", async () => {
    const page = await test.open("/records?type=ecommerce/Order&field=shipping_address.phone&value=%2B14155550132");
    await page.getByRole("link", { name: /^R1/ }).click();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByText("JSON", { exact: true }).click();
    const editor = page.getByRole("textbox", { name: "Document" });
    await editor.fill((await editor.inputValue()).replace('"complete"', '"canceled"'));
    await page.getByRole("button", { name: "Push as a new version" }).click();
    await page.getByText("ecommerce/Order R1 has changed").waitFor();
    await page.getByRole("button", { name: /version 2/ }).click();
    await page.getByText('+ /status: "canceled"').waitFor();
  });

  it("say by its path what does not fit of a document that is pasted", async () => {
    const page = await test.open("/records/push?type=ecommerce/Order");
    const editor = page.getByRole("textbox", { name: "Document" });
    await editor.fill('{ "id": "R9" }');
    await page.getByText(/things do not fit ecommerce\/Order:/).waitFor();
    await page.getByRole("button", { name: "Push", exact: true }).click();
    await page.getByText("/placed_on").first().waitFor();
    expect((await test.app.request("GET", "/api/v1/records/ecommerce/Order/R9")).status).to.equal(404);
  });

  it("change by a form of their data type, with what is in it and in its lists", async () => {
    const page = await test.open("/records/ecommerce/Order/R1");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByText("It fits ecommerce/Order.").waitFor();
    const address = page.getByRole("group", { name: "shipping_address" });
    await address.getByRole("textbox", { name: "city" }).fill("Ghent");
    const items = page.getByRole("group", { name: "line_items", exact: true });
    const first = items.getByRole("group", { name: "line_items 1" });
    await first.getByRole("textbox", { name: "quantity" }).fill("3");
    await page.getByRole("textbox", { name: "email" }).fill("");
    await page.getByRole("button", { name: "Push as a new version" }).click();
    await page.getByText("ecommerce/Order R1 has changed").waitFor();
    const { document } = (await test.app.request("GET", "/api/v1/records/ecommerce/Order/R1")).body as {
      document: { email?: string; shipping_address: { city: string }; line_items: { quantity: number }[] };
    };
    expect(document.shipping_address.city).to.equal("Ghent");
    expect(document.line_items[0]?.quantity).to.equal(3);
    expect(document).to.not.have.property("email");
  });

  it("show what was sent to a number, and what its owner has answered", async () => {
    const page = await test.open("/messages?status=delivered");
    await page.getByRole("link", { name: /Order ID R1 status complete!/ }).waitFor();
    await page.goto(`${test.app.url}${conversation}`);
    await page.getByText("When does it come?").waitFor();
    await page.getByText("Order ID R1 status complete!").waitFor();
    test.app.simulator.write({ from: customer, body: "Never mind, it is here" });
    await page.getByText("Never mind, it is here").waitFor();
    await page.getByRole("button", { name: "Close it" }).click();
    await page.getByRole("button", { name: "Reopen it" }).waitFor();
  });

  for (const path of ["/records", "/records/ecommerce/Order/R1", "/records/push", "/messages", "/conversations"]) {
    it(`have no barriers at ${path}`, () => expectNoBarriers(test, path));
  }
  it("have no barriers at a conversation", () => expectNoBarriers(test, conversation));
});
