import { expect } from "chai";
import type { Page } from "playwright-core";
import { sampleOrder } from "../app/parts.js";
import { expectNoBarriers } from "./looks.js";
import { barriers, openTestConsole, type TestConsole } from "./parts.js";

describe("The flow editor and the workbench, in a browser", function () {
  this.timeout(240_000);
  let test: TestConsole;
  before(async () => {
    test = await openTestConsole();
    await test.app.setUp();
  });
  afterEach(() => test.closeWindows());
  after(() => test.close());

  const textOf = (page: Page) =>
    page
      .getByRole("region", { name: "The flow as text" })
      .locator(".cm-line")
      .allTextContents()
      .then((lines) => lines.join("\n"));
  /** Writes in place of everything that is in an editor of texts. */
  const write = async (page: Page, name: string, text: string): Promise<void> => {
    const field = page.getByRole("textbox", { name, exact: true });
    await field.click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(text);
  };

  it("write a flow from scratch, see what it would do, save it and run it", async () => {
    const page = await test.open("/flows");
    await page.getByRole("link", { name: "New flow" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("welcome");
    await page.getByRole("button", { name: "Write it" }).click();
    const graph = page.getByRole("region", { name: "The flow as a graph" });
    await graph.getByRole("button", { name: /^send/ }).click();
    await write(page, "body", '="Hello " & $record.shipping_address.firstname & "!"');
    await page.getByText("This text would go to +12135550142", { exact: false }).first().waitFor();
    await page.getByText("“Hello Joe!”").first().waitFor();
    expect(await textOf(page)).to.include('body: ="Hello " & $record.shipping_address.firstname & "!"');
    await page.getByRole("button", { name: "Save …" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("local/welcome is saved.", { exact: false }).waitFor();
    await test.app.request("PATCH", "/api/v1/flows/local/welcome", { active: true });
    const order = await sampleOrder({ id: "E1" }, { phone: "+14155550132", firstname: "Ada" });
    await test.app.request("POST", "/api/v1/records/ecommerce/Order", order);
    await test.app.until(
      () => test.app.list("/api/v1/messages?status=delivered"),
      (messages) => messages.length === 1,
    );
    expect(test.app.simulator.messages().map(({ body }) => body)).to.deep.equal(["Hello Ada!"]);
  });

  it("take a flow away again that was made here, once that is confirmed", async () => {
    const text = "name: gone\ntitle: Gone\non: { manual: true }\nsteps:\n  - { id: tell, notify: It came }\n";
    const made = await test.app.request("PUT", "/api/v1/local-flows/gone", { text, basedOn: null });
    expect(made.status).to.equal(200);
    const page = await test.open("/flows/local/gone/edit");
    await page.getByRole("button", { name: "Delete …" }).click();
    await page.getByRole("button", { name: "Back" }).click();
    expect((await test.app.request("GET", "/api/v1/flows/local/gone")).status).to.equal(200);
    await page.getByRole("button", { name: "Delete …" }).click();
    await page.getByRole("button", { name: "Delete the flow" }).click();
    await page.getByText("local/gone is gone.").waitFor();
    expect(new URL(page.url()).pathname).to.equal("/flows");
    expect((await test.app.request("GET", "/api/v1/flows/local/gone")).status).to.equal(404);
  });

  it("give up what was changed here of a flow of the folder", async () => {
    const file = "/api/v1/flows/local/large-order/file";
    const { body } = await test.app.request("GET", file);
    const text = String(body.text).replace(/^title: .*$/m, "title: Changed here");
    await test.app.request("PUT", "/api/v1/local-flows/large-order", { text, basedOn: body.hash });
    const page = await test.open("/flows/local/large-order/edit");
    await page.getByRole("heading", { name: "Changed here", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Reset …" }).click();
    await page.getByRole("button", { name: "Give up what was changed here" }).click();
    await page.getByText("local/large-order is as the flows folder has it.").waitFor();
    await page.getByRole("heading", { name: "Changed here", level: 1 }).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Reset …" }).waitFor({ state: "hidden" });
    await page.getByText(/^Somebody else has saved/).waitFor({ state: "hidden" });
    expect((await test.app.request("GET", file)).body.text).to.equal(body.text);
  });

  it("offer the connections that a webhook may come by", async () => {
    const page = await test.open("/flows/local/incoming/edit?template=hand");
    await page
      .getByRole("textbox", { name: "Starts" })
      .or(page.getByRole("combobox", { name: "Starts" }))
      .first()
      .click();
    await page.getByRole("option", { name: "when another system calls" }).click();
    const connection = page.getByRole("textbox", { name: "Connection" });
    await connection
      .or(page.getByRole("combobox", { name: "Connection" }))
      .first()
      .click();
    await page.getByRole("option", { name: "twilio/twilio" }).click();
    expect(await textOf(page)).to.include("webhook: twilio/twilio");
  });

  it("edit a flow of a collection by keys, undo it, and save it as a local change", async () => {
    const page = await test.open("/flows/twilio/send-sms-for-new-order/edit");
    const graph = page.getByRole("region", { name: "The flow as a graph" });
    await graph.getByRole("button", { name: /^send/ }).click();
    const before = await textOf(page);
    const undo = page.getByRole("button", { name: "Undo" });
    const redo = page.getByRole("button", { name: "Redo" });
    expect([await undo.isDisabled(), await redo.isDisabled()]).to.deep.equal([true, true]);
    await page.keyboard.press("+");
    await page.getByRole("textbox", { name: "Find a step" }).fill("notify");
    await page.keyboard.press("Enter");
    await graph.getByRole("button", { name: /^notify/ }).waitFor();
    expect(await textOf(page)).to.include("- id: notify");
    expect([await undo.isDisabled(), await redo.isDisabled()]).to.deep.equal([false, true]);
    await undo.click();
    await graph.getByRole("button", { name: /^notify/ }).waitFor({ state: "hidden" });
    expect(await textOf(page)).to.equal(before);
    expect([await undo.isDisabled(), await redo.isDisabled()]).to.deep.equal([true, false]);
    await redo.click();
    await graph.getByRole("button", { name: /^notify/ }).click();
    await write(page, "Title", '="Sent for " & $record.id');
    await page.getByText("notice: Sent for R1001").first().waitFor();
    await page.getByRole("button", { name: "Save …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText('+    notify: ="Sent for " & $record.id').waitFor();
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("changed here").waitFor();
    const { body } = await test.app.request("GET", "/api/v1/collections/twilio/diff");
    expect(body.files).to.have.lengthOf(1);
  });

  it("go another way when the customer is supposed to answer, or the vendor to refuse", async () => {
    const page = await test.open("/flows/twilio/confirm-order-by-reply/edit");
    const dryRun = page.getByRole("region", { name: "Dry run" });
    await dryRun.getByText("The customer has not answered", { exact: false }).waitFor();
    await dryRun.getByLabel("Suppose (answer)").selectOption({ label: "the customer answers …" });
    await dryRun.getByLabel("What the customer writes").fill("Yes please");
    await dryRun.getByText("Thank you! Your order", { exact: false }).first().waitFor();
    await dryRun.getByLabel("What the customer writes").fill("No");
    await dryRun.getByText("does not confirm order", { exact: false }).first().waitFor();
    expect(await barriers(page)).to.deep.equal([]);
    await dryRun.getByLabel("Suppose (ask)").selectOption({ label: "nobody knows whether it was taken" });
    await dryRun.getByText("It would fail.", { exact: false }).waitFor();
    await dryRun.getByLabel("Suppose (ask)").selectOption({ label: "it is taken" });
    await dryRun.getByText("does not confirm order", { exact: false }).first().waitFor();
  });

  it("show a problem in the text, at the step and in the list while somebody writes", async () => {
    const page = await test.open("/flows/twilio/order-shipped/edit");
    const text = page.getByRole("region", { name: "The flow as text" });
    await text.getByText("twilio/send-message").click();
    await page.keyboard.press("End");
    await page.keyboard.type("s");
    const problems = page.getByRole("region", { name: "Problems" });
    await problems.getByText("twilio has no endpoint send-messages").first().waitFor();
    await text.locator(".cm-lint-marker-error").first().waitFor();
    await page.getByRole("region", { name: "The flow as a graph" }).getByText("1 problem").waitFor();
    expect(await page.getByRole("button", { name: "Save …" }).isDisabled()).to.equal(true);
    await page.keyboard.press("Backspace");
    await problems.waitFor({ state: "hidden" });
  });

  it("break a translator and see the problem at its line, map a field, and see what a part gives", async () => {
    const page = await test.open("/translators/twilio/order-to-sms");
    await page.getByText("It fits communication/Sms.").waitFor();
    expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).to.equal(true);
    const text = page.getByRole("region", { name: "The translator as text" });
    const line = text.locator(".cm-line", { hasText: '"message"' });
    await line.click();
    await page.keyboard.press("End");
    await page.keyboard.type(" & & 1");
    await page.getByRole("alert").getByText("line 7").waitFor();
    await text.locator(".cm-lint-marker-error").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("It fits communication/Sms.").waitFor();
    await page
      .getByRole("region", { name: "Fields of communication/Sms" })
      .getByRole("button", { name: /^id/ })
      .click();
    await page
      .getByRole("region", { name: "Fields of ecommerce/Order" })
      .getByRole("button", { name: /^email/ })
      .click();
    await page
      .getByRole("region", { name: "communication/Sms", exact: true })
      .getByText('"id": "joe.smith@example.com"')
      .waitFor();
    await line.getByText("status", { exact: true }).dblclick();
    await page.getByRole("region", { name: "What is selected gives" }).getByText("shipped").first().waitFor();
  });

  it("write a translator from scratch: what its target needs is there, it is saved, and taken away", async () => {
    const page = await test.open("/translators");
    await page.getByRole("link", { name: "New translator" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("order-to-card");
    for (const [label, type] of [
      ["From", "ecommerce/Order"],
      ["To", "communication/Sms"],
    ] as const) {
      const field = page.getByRole("combobox", { name: label }).or(page.getByRole("textbox", { name: label }));
      await field.first().click();
      await page.getByRole("option", { name: type, exact: true }).click();
    }
    await page.getByRole("button", { name: "Write it" }).click();
    const text = page.getByRole("region", { name: "The translator as text" });
    await text.getByText("shipping_address.phone", { exact: false }).first().waitFor();
    await page
      .getByRole("region", { name: "Fields of communication/Sms" })
      .getByRole("button", { name: /^message/ })
      .click();
    await page
      .getByRole("region", { name: "Fields of ecommerce/Order" })
      .getByRole("button", { name: /^id/ })
      .first()
      .click();
    await page.getByText("It fits communication/Sms.").waitFor();
    await page.getByRole("button", { name: "Save …" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("local/order-to-card is saved.").waitFor();
    expect((await test.app.list("/api/v1/translators")).map(({ name }) => name)).to.include("local/order-to-card");
    await page.getByRole("button", { name: "Delete …" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete the translator" }).click();
    await page.getByText("local/order-to-card is gone.").waitFor();
    expect((await test.app.list("/api/v1/translators")).map(({ name }) => name)).not.to.include("local/order-to-card");
  });

  it("are in nobody's way, wide or narrow, light or dark", async () => {
    for (const path of [
      "/flows/new",
      "/translators/new",
      "/flows/twilio/confirm-order-by-reply/edit",
      "/translators/twilio/order-to-sms",
    ])
      await expectNoBarriers(test, path);
  });
});
