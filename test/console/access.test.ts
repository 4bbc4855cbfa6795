import { expect } from "chai";
import { generate } from "otplib";
import type { Page } from "playwright-core";
import { sampleOrder } from "../app/parts.js";
import { barriers, openTestConsole, type TestConsole } from "./parts.js";

const password = "correct horse battery";

describe("The console's doors", function () {
  this.timeout(180_000);
  let test: TestConsole;
  let failedRun: string;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp("twilio/convert-order-to-sms");
    await test.app.request("POST", "/api/v1/records/ecommerce/Order", await sampleOrder({}, { phone: "12" }));
    const failed = () => test.app.list("/api/v1/runs?status=failed");
    const [run] = await test.app.until(failed, ({ length }) => length === 1);
    failedRun = String(run?.id);
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  async function signIn(name: string, path = "/"): Promise<Page> {
    const page = await test.open(path);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByRole("textbox", { name: "Password" }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    return page;
  }

  it("lead from the setup token to the first owner, a key and an order", async () => {
    const token = (await test.app.offerSetup()) ?? "";
    const page = await test.open(`/setup#${token}`);
    await page.getByRole("heading", { name: "Set up Patchbay" }).waitFor();
    expect(await barriers(page)).to.deep.equal([]);
    await page.getByRole("textbox", { name: "Your name" }).fill("ann");
    await page.getByRole("textbox", { name: "Password" }).fill("short");
    await page.getByRole("button", { name: "Make me the owner" }).click();
    await page.getByText("fewer than 12 characters").waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(password);
    await page.getByRole("button", { name: "Make me the owner" }).click();
    await page.getByRole("heading", { name: "Push your first order" }).waitFor();
    expect(page.url()).not.to.contain(token);
    await page.getByRole("button", { name: "Make a key for my store" }).click();
    const command = await page.getByLabel("Push your first order", { exact: true }).innerText();
    const key = /Bearer (pb_\S+)"/.exec(command)?.[1] ?? "";
    expect(command).to.match(/^curl http.*records\/ecommerce\/Order/);
    const order = await fetch(`${test.app.url}/api/v1/records/ecommerce/Order`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: /-d '(.*)'/.exec(command)?.[1] ?? "",
    });
    expect([201, 422]).to.include(order.status);
    expect((await fetch(`${test.app.url}/api/v1/runs`)).status).to.equal(401);
    expect(await barriers(page)).to.deep.equal([]);
  });

  it("let an owner add users, and show each what the role allows", async () => {
    const owner = await signIn("ann", "/access");
    for (const [name, role] of [
      ["olga", "Operator"],
      ["adam", "Agent"],
      ["rita", "Read only"],
    ] as const) {
      const form = owner.getByRole("form", { name: "Add a user" });
      await form.getByRole("textbox", { name: "Name" }).fill(name);
      await form.getByRole("textbox", { name: "First password" }).fill(password);
      await form
        .getByRole("combobox", { name: "Role" })
        .or(form.getByRole("textbox", { name: "Role" }))
        .first()
        .click();
      await owner.getByRole("option", { name: new RegExp(`^${role}`) }).click();
      await form.getByRole("button", { name: "Add a user" }).click();
      await owner.getByRole("article", { name }).waitFor();
    }
    expect(await barriers(owner)).to.deep.equal([]);

    const operator = await signIn("olga", "/collections");
    const menu = operator.getByRole("navigation");
    await menu.getByRole("link", { name: "Collections" }).waitFor();
    expect(await menu.getByRole("link", { name: "Access" }).count()).to.equal(0);
    await operator.getByRole("heading", { name: "Collections" }).waitFor();
    expect(await operator.getByRole("link", { name: /^Install / }).count()).to.equal(0);
    for (const path of ["/collections/twilio/uninstall", "/access", "/first-steps"]) {
      await operator.goto(test.app.url + path);
      await operator.getByText("Your role does not include this").waitFor();
    }
    await operator.goto(`${test.app.url}/connections/twilio/twilio`);
    await operator.getByRole("heading", { level: 1 }).waitFor();
    expect(await operator.content()).not.to.contain("/hooks/");

    const agent = await signIn("adam");
    await agent.getByRole("heading", { name: "Conversations" }).waitFor();
    const ways = await agent.getByRole("navigation").getByRole("link").allInnerTexts();
    expect(ways).to.deep.equal(["Conversations", "API documentation"]);
    await agent.goto(`${test.app.url}/runs`);
    await agent.getByText("Your role does not include this").waitFor();
    await agent.getByText("You are here as agent.").waitFor();
  });

  it("offer what is written, tried and retried only to those who may do it", async () => {
    const owner = await signIn("ann", "/flows");
    await owner
      .getByRole("link", { name: /^Edit / })
      .first()
      .waitFor();
    await owner.getByRole("link", { name: "New flow" }).waitFor();

    const operator = await signIn("olga", "/flows");
    await operator.getByRole("link", { name: "Its runs" }).first().waitFor();
    expect(await operator.getByRole("link", { name: /^Edit |^New flow$/ }).count()).to.equal(0);
    for (const path of ["/flows/new", "/flows/twilio/order-texts/edit", "/translators/twilio/OrderToText"]) {
      await operator.goto(test.app.url + path);
      await operator.getByText("Your role does not include this").waitFor();
    }
    await operator.goto(`${test.app.url}/translators`);
    await operator.getByRole("region", { name: "Translator", exact: true }).waitFor();
    expect(await operator.getByRole("button", { name: "Translate" }).count()).to.equal(0);
    await operator.goto(`${test.app.url}/simulator`);
    await operator.getByRole("region", { name: "Push a record" }).waitFor();

    await operator.goto(`${test.app.url}/runs/${failedRun}`);
    await operator.getByRole("button", { name: "Retry" }).waitFor();
    const reader = await signIn("rita", `/runs/${failedRun}`);
    await reader.getByRole("link", { name: "See everything around it" }).waitFor();
    expect(await reader.getByRole("button", { name: /^Retry/ }).count()).to.equal(0);
    await reader.goto(`${test.app.url}/simulator`);
    await reader.getByText("nothing of this leaves the machine").waitFor();
    expect(await reader.getByRole("region", { name: "Push a record" }).count()).to.equal(0);
  });

  it("let an owner read who did what, and verify that nothing of it was changed", async () => {
    const page = await signIn("ann", "/audit");
    const list = page.getByRole("list", { name: "Audit" });
    await list.getByRole("button", { name: "Only add-user" }).first().waitFor();
    await list.getByRole("button", { name: "Only ann" }).first().waitFor();
    await page.getByRole("textbox", { name: "Only this act" }).fill("create-key");
    await page.keyboard.press("Enter");
    await list.getByRole("listitem").nth(1).waitFor({ state: "detached" });
    await list.getByRole("button", { name: "Only create-key" }).waitFor();
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText(/^The log is whole: all \d+ entries/).waitFor();
    const head = await page.getByLabel("Head of the log").innerText();
    expect(head).to.match(/^aud_\d{15}:[0-9a-f]{64}$/);
    expect(await barriers(page)).to.deep.equal([]);
    const earlier = page.getByRole("textbox", { name: "Head of an earlier look" });
    await earlier.fill(head.replace(/:.*/, `:${"0".repeat(64)}`));
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText(/^The log is not whole/).waitFor();
    await page.setViewportSize({ width: 390, height: 900 });
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await barriers(page)).to.deep.equal([]);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect(overflow).to.equal(0);

    const operator = await signIn("olga", "/audit");
    await operator.getByText("Your role does not include this").waitFor();
    expect(await operator.getByRole("link", { name: "Audit" }).count()).to.equal(0);
  });

  it("show a new key once, and take it back", async () => {
    const page = await signIn("ann", "/access");
    const form = page.getByRole("form", { name: "Make a key" });
    await form.getByRole("textbox", { name: "What uses it" }).fill("warehouse");
    await form.getByRole("button", { name: "Make a key" }).click();
    const key = await page.getByLabel("Key", { exact: true }).innerText();
    const call = () => fetch(`${test.app.url}/api/v1/account`, { headers: { authorization: `Bearer ${key}` } });
    expect((await call()).status).to.equal(200);
    const row = page.getByRole("article", { name: "warehouse" });
    await row.getByRole("button", { name: "Revoke" }).click();
    await row.getByText("Revoked").waitFor();
    expect((await call()).status).to.equal(401);
    await page.reload();
    await row.waitFor();
    expect(await page.content()).not.to.contain(key);
  });

  it("ask for a code once a second factor is set up, and let out again", async () => {
    const page = await signIn("olga", "/account");
    await page.getByRole("button", { name: "Set up a second factor" }).waitFor();
    const factor = page.getByRole("region", { name: "Second factor" });
    await factor.getByRole("textbox", { name: "Password" }).fill(password);
    await factor.getByRole("button", { name: "Set up a second factor" }).click();
    await page.getByRole("img", { name: "QR code with the secret" }).waitFor();
    const secret = await factor.locator("code").first().innerText();
    await factor.getByRole("textbox", { name: "Code" }).fill(await generate({ secret }));
    await factor.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Your recovery codes").waitFor();
    expect(await barriers(page)).to.deep.equal([]);
    await page.getByRole("button", { name: "Account of olga" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();

    const again = await signIn("olga");
    const code = again.getByRole("textbox", { name: "Code of your authenticator app" });
    await code.fill(await generate({ secret, epoch: Math.floor(Date.now() / 1_000) + 30 }));
    await again.getByRole("button", { name: "Sign in" }).click();
    await again.getByText("attention").first().waitFor();
  });
});
