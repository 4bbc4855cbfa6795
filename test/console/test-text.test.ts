import { expect } from "chai";
import type { Page } from "playwright-core";
import { barriers, openTestConsole, type TestConsole } from "./parts.js";

describe("A test text, in a browser", function () {
  this.timeout(180_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole();
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  const see = async (page: Page, phone: string, text?: string): Promise<void> => {
    await page.getByLabel("Phone number", { exact: true }).fill(phone);
    if (text !== undefined) await page.getByLabel("Text", { exact: true }).fill(text);
    await page.getByRole("button", { name: "See what is sent" }).click();
  };

  it("is the last step of installing Twilio: seen first, sent once, followed to delivery on the spot", async () => {
    const page = await test.open("/collections/twilio/install");
    const { accountSid, authToken, url } = test.app.simulator;
    await page.getByLabel("Twilio Account SID").fill(accountSid);
    await page.getByLabel("Twilio Auth Token").fill(authToken);
    await page.getByLabel("Sender", { exact: true }).fill("+15005550006");
    await page.getByLabel("API address").fill(url);
    await page.getByRole("button", { name: "See what would happen" }).click();
    await page.getByRole("button", { name: "Install", exact: true }).click();
    await page.getByRole("heading", { name: "Twilio is ready" }).waitFor();

    await see(page, "(415) 555-0132");
    const preview = page.getByRole("region", { name: "What is sent" });
    await preview.getByText("+14155550132").waitFor();
    await preview.getByText("+15005550006").waitFor();
    expect(await barriers(page)).to.deep.equal([]);
    expect(test.app.simulator.created).to.equal(0);
    await preview.getByRole("button", { name: "Send it now" }).click();
    await page.getByRole("region", { name: "What becomes of it" }).getByText("delivered", { exact: true }).waitFor();
    expect(await barriers(page)).to.deep.equal([]);
    expect(test.app.simulator.created).to.equal(1);
    await page.getByRole("link", { name: "To its run" }).click();
    await page.getByRole("link", { name: "patchbay/test-text" }).waitFor();
  });

  it("can be sent from its connection, and says why it did not arrive and what to do", async () => {
    const page = await test.open("/connections/twilio/twilio", { width: 390, colorScheme: "dark" });
    await see(page, "+1500555");
    await page.getByRole("alert").getByText("is not a phone number", { exact: false }).waitFor();
    await see(page, "+15005553005", "Hello");
    await page.getByRole("button", { name: "Send it now" }).click();
    const followed = page.getByRole("region", { name: "What becomes of it" });
    await followed.getByText("unknown or no longer in use", { exact: false }).first().waitFor();
    expect(await barriers(page)).to.deep.equal([]);
    await page.getByRole("button", { name: "Send another one" }).click();
    await page.getByRole("button", { name: "See what is sent" }).waitFor();
  });
});
