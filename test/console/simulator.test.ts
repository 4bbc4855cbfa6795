import { expect } from "chai";
import { expectNoBarriers } from "./looks.js";
import { openTestConsole, type TestConsole } from "./parts.js";

const customer = "+12135550142";

describe("The simulator's page, in a browser", function () {
  this.timeout(120_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp("twilio/send-sms-for-new-order");
    const { body } = await test.app.request("GET", "/api/v1/collections/twilio");
    const { webhooks } = body.installed as unknown as { webhooks: { key: string; url: string }[] };
    test.app.simulator.listenAt({ url: webhooks.find(({ key }) => key === "inbound")?.url ?? "" });
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  it("shows on a phone what a pushed order sends, and takes the customer's answer", async () => {
    const page = await test.open("/simulator");
    await page.getByText("No phone has got a text yet").waitFor();
    await page.getByRole("button", { name: "Push", exact: true }).click();
    await page.getByText("It started 1 flow:").waitFor();
    const phone = page.getByRole("listitem", { name: customer });
    await phone.getByText(/Order ID R1001-\w+ status complete!/).waitFor();
    await phone.getByRole("textbox", { name: `Answer as ${customer}` }).fill("When does it come?");
    await phone.getByRole("button", { name: "Send" }).click();
    await phone.getByText("When does it come?").waitFor();
    const conversations = await test.app.until(
      () => test.app.list("/api/v1/conversations"),
      (items) => items.length === 1,
    );
    expect(conversations[0]?.contact).to.equal(customer);
  });

  it("keeps texts from a phone that is off, and from one that said STOP", async () => {
    const page = await test.open("/simulator");
    const phone = page.getByRole("listitem", { name: customer });
    await phone.getByRole("switch").press("Space");
    await phone.getByText("off", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Push", exact: true }).click();
    await phone.getByText(/undelivered/).waitFor();
    await phone.getByRole("button", { name: "STOP" }).click();
    await phone.getByText(/successfully been unsubscribed/).waitFor();
  });

  it("has no barriers", () => expectNoBarriers(test, "/simulator"));
});
