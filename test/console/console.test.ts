import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { sampleOrder } from "../app/parts.js";
import { expectNoBarriers } from "./looks.js";
import { openTestConsole, type TestConsole } from "./parts.js";

const flow = "twilio/send-sms-for-new-order";
const customer = "+14155550132";

describe("The console, in a browser", function () {
  this.timeout(120_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp(flow);
    await push({ id: "R1" });
    await push({ id: "R2" }, { phone: "555-01" });
    await test.app.until(
      () => test.app.list(`/api/v1/notifications`),
      (items) => items.length >= 2,
    );
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  async function push(order: JsonObject, address: JsonObject = { phone: customer }): Promise<void> {
    const { status } = await test.app.request(
      "POST",
      "/api/v1/records/ecommerce/Order",
      await sampleOrder(order, address),
    );
    expect(status).to.equal(201);
  }

  it("says on its first page what needs attention, and leads to it", async () => {
    const page = await test.open("/");
    await page.getByText("1 thing needs attention").waitFor();
    await page
      .getByRole("link", { name: /phone number is not valid/ })
      .first()
      .click();
    await page.getByRole("heading", { name: /phone number is not valid/ }).waitFor();
    expect(new URL(page.url()).pathname).to.equal("/notifications");
    await page.getByText('"555-01" is not a phone number').waitFor();
  });

  it("shows a new order's notification without being asked", async () => {
    const page = await test.open("/notifications");
    await page.getByText("Live", { exact: true }).waitFor();
    await push({ id: "R3" });
    await page.getByText("Order R3").first().waitFor();
  });

  it("counts on its first page what happens again, without being asked", async () => {
    const page = await test.open("/");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("1×", { exact: true }).waitFor();
    await push({ id: "R4" }, { phone: "555-01" });
    await page.getByText("2×", { exact: true }).waitFor();
  });

  it("fills the timeline of an order while somebody looks at it", async () => {
    const page = await test.open("/timeline?order=R5");
    await page.getByText("Nothing is known of it").waitFor();
    await push({ id: "R5" });
    await page.getByText("Order ID R5 status complete!").first().waitFor();
    await page
      .getByText(/delivered/)
      .first()
      .waitFor();
  });

  it("goes through the list by keyboard, and acknowledges", async () => {
    const page = await test.open("/notifications?level=error");
    await page.getByRole("list", { name: "Notifications" }).getByRole("button").first().waitFor();
    await page.keyboard.press("j");
    await page.getByRole("heading", { name: /phone number is not valid/ }).waitFor();
    await page.keyboard.press("a");
    await page.getByText("You look after it.").waitFor();
    const [item] = await test.app.list("/api/v1/notifications?level=error");
    expect(item?.state).to.equal("acknowledged");
  });

  it("leads from an order's number to the text that the customer reads", async () => {
    const page = await test.open("/");
    await page.getByRole("banner").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("R1");
    await page.keyboard.press("Enter");
    await page.getByText("Order ID R1 status complete!").first().waitFor();
    await page.getByRole("link", { name: /"Send SMS for new Order" began/ }).click();
    await page.getByRole("heading", { name: /^Run run_/ }).waitFor();
    await page.getByRole("region", { name: "Messages" }).getByRole("link", { name: customer }).waitFor();
  });

  it("retries a failed run once the order is put right", async () => {
    const [run] = await test.app.list("/api/v1/runs?status=failed");
    const page = await test.open(`/runs/${run?.id}`);
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByText(/It goes on with the step sms/).waitFor();
    await page.getByRole("button", { name: "Take it up again" }).click();
    await page.getByText("Taken up again.").waitFor();
    const earlier = (await test.app.request("GET", `/api/v1/runs/${run?.id}`)).body.earlier as unknown[];
    expect(earlier).to.have.lengthOf(1);
  });

  it("draws the flow of a run with its way, and shows a step's request and answer by keyboard", async () => {
    const [run] = await test.app.list("/api/v1/runs?status=succeeded");
    const page = await test.open(`/runs/${run?.id}`);
    const step = page.getByRole("button", { name: /^send/ });
    await step.focus();
    await page.keyboard.press("Enter");
    const detail = page.getByRole("region", { name: /^Step send/ });
    await detail.getByRole("region", { name: "Request" }).getByText(customer).waitFor();
    await detail.getByRole("region", { name: "Response" }).waitFor();
    await page.getByRole("button", { name: /^noPhone Stop · skipped/ }).waitFor();
    await page.getByText("List", { exact: true }).click();
    await page.getByRole("button", { name: /^skipped noPhone/ }).waitFor();
    await page
      .getByRole("region", { name: "Messages" })
      .getByText(/was delivered/)
      .waitFor();
  });

  it("has no barriers at a run", async () => {
    const [run] = await test.app.list("/api/v1/runs?status=failed");
    const [other] = await test.app.list("/api/v1/runs?status=succeeded");
    await expectNoBarriers(test, `/runs/${(run ?? other)?.id}`);
  });

  it("groups what is equal, counts it, and is done with all of it at once", async () => {
    const page = await test.open("/notifications");
    await page.getByText("Grouped", { exact: true }).click();
    const issue = page.getByRole("list", { name: "Grouped" }).getByRole("listitem");
    await issue.getByText(/^\d×$/).waitFor();
    await issue.getByRole("button", { name: "Resolve" }).click();
    await page.getByText("Done with.").waitFor();
    const open = await test.app.list("/api/v1/notifications?level=error&state=new");
    expect(open).to.deep.equal([]);
    await expectNoBarriers(test, "/notifications?view=grouped");
  });

  it("says of each flow how it went lately", async () => {
    const page = await test.open("/flows");
    await page
      .getByText(/\d runs in 24 hours/)
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Last run" }).first().click();
    await page.getByRole("heading", { name: /^Run run_/ }).waitFor();
  });

  it("shows notifications of one flow, up to an instant", async () => {
    const long = encodeURIComponent("2020-01-01T00:00:00Z");
    const page = await test.open(`/notifications?flow=${encodeURIComponent(flow)}&until=${long}`);
    await page.getByText("No notification fits").waitFor();
    await page.getByLabel("Up to").fill("");
    await page.getByText("Order R1").first().waitFor();
  });

  it("switches a flow off and on", async () => {
    const page = await test.open("/flows");
    const toggle = page.getByRole("switch", { name: /Order cancelled/ });
    await toggle.press("Space");
    await page.getByText("Order cancelled is on").waitFor();
    // While it is under way, and until the list is asked for anew, there is nothing to press.
    await page.locator('[role=switch][aria-label*="Order cancelled"]:enabled:checked').waitFor();
    expect((await test.app.request("GET", "/api/v1/flows/twilio/order-cancelled")).body.active).to.equal(true);
    await toggle.press("Space");
    await page.getByText("Order cancelled is off").waitFor();
  });

  it("says what to do where there is nothing, and where there is no page", async () => {
    const page = await test.open("/timeline?order=none");
    await page.getByText("Nothing is known of it").waitFor();
    await page.goto(`${test.app.url}/nothing/here`);
    await page.getByText("There is no page here").waitFor();
  });

  for (const path of ["/", "/notifications", "/runs", "/timeline?order=R1", "/flows"]) {
    it(`has no barriers at ${path}`, () => expectNoBarriers(test, path));
  }
});

describe("The console of a server with a key", function () {
  this.timeout(60_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole({ PATCHBAY_API_KEY: "a-key-of-some-length" });
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  it("asks for it, says when it is wrong, and opens", async () => {
    const page = await test.open("/runs");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByRole("button", { name: "Use an API key instead" }).click();
    const enter = async (key: string) => {
      await page.getByRole("textbox", { name: "API key" }).fill(key);
      await page.getByRole("button", { name: "Open the console" }).click();
    };
    await enter("not-the-key-at-all");
    await page.getByText("The server does not know this key.").waitFor();
    await enter("a-key-of-some-length");
    await page.getByRole("heading", { name: "Runs" }).waitFor();
  });
});
