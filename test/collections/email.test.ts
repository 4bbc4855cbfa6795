import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import {
  type GotMail,
  type MailServer,
  reply,
  startMailServer,
  startScriptedServer,
  usual,
} from "../connectors/email/mail-server.js";
import { type Running, run, sampleOf } from "./running.js";

describe("the collection email", () => {
  let server: MailServer;
  let running: Running;
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function open(flows: readonly string[], parameters: JsonObject = {}, options = {}): Promise<void> {
    server = await startMailServer(options);
    closing.push(() => server.close());
    await runWith(server.port, flows, parameters);
  }
  async function runWith(port: number, flows: readonly string[], parameters: JsonObject = {}): Promise<void> {
    const own = {
      host: "localhost",
      port,
      from: "Shop <orders@shop.example>",
      storeName: "Example Shop",
      timeoutSeconds: 1,
    };
    const others = { "shipping-updates": { storeName: "Example Shop" } };
    running = await run({ email: { ...own, ...parameters }, ...others }, { flows });
    closing.push(() => running.close());
  }
  const order = (changes: JsonObject = {}) =>
    sampleOf("ecommerce/samples/orders.json", { email: "Jane@Example.com", ...changes });
  function said({ to, text }: GotMail): string {
    const [, ...body] = text.replaceAll("=\r\n", "").replaceAll("\r\n", "\n").split("\n\n");
    return `${to.join()} ${/^Subject: (.*)$/m.exec(text)?.[1]?.trim()} ${body.join("|").trim()}`;
  }

  it("confirms a new order: the e-mail is a message of the order, and no text", async () => {
    await open(["email/order-confirmation"]);
    await running.push("ecommerce/Order", await order());
    expect(server.mails.map(said)[0]).to.match(
      /^Jane@example\.com Example Shop: your order R1001 Hello Joe,\|thank you! We have received your order R1001\./,
    );
    const [message] = await running.messages();
    expect(message).to.deep.include({ channel: "email", to: "jane@example.com", from: "orders@shop.example" });
    expect(message).to.deep.include({ status: "sent", dataType: "ecommerce/Order", key: "R1001", segments: 1 });
    expect(message?.vendorId).to.equal(`${message?.effectId}@shop.example`);
    expect(running.texts()).to.deep.equal([]);
  });

  it("is never asked about again: nobody reports what becomes of an e-mail", async () => {
    await open(["email/order-confirmation"]);
    await running.push("ecommerce/Order", await order());
    await running.pass(3 * 24 * 60);
    expect((await running.messages())[0]?.status).to.equal("sent");
    for (const level of ["notice", "warning", "error"] as const) {
      expect(await running.notifications(level)).to.deep.equal([]);
    }
  });

  it("writes to nobody who has opted out with that address, however it is written", async () => {
    await open(["email/order-confirmation", "twilio/send-sms-for-new-order"]);
    const said = { scope: "everything", state: "opted-out", reason: "wrote to us", by: "test", force: false } as const;
    await running.engine.recordConsent({ ...said, contact: "jane@example.com", channel: null });
    const { items } = await running.store.consent.entries({ contact: "jane@example.com" }, { limit: 5 });
    expect(items.map(({ channel }) => channel)).to.deep.equal(["email"]);
    await running.push("ecommerce/Order", await order());
    expect(server.mails).to.deep.equal([]);
    expect((await running.messages()).map(({ channel, status }) => `${channel} ${status}`)).to.have.members([
      "email suppressed",
      "sms queued",
    ]);
  });

  it("ends with a notice where there is no address, and fails where there is a wrong one", async () => {
    await open(["email/order-confirmation"]);
    await running.push("ecommerce/Order", await order({ id: "R1", email: " " }));
    await running.push("ecommerce/Order", await order({ id: "R2", email: "jane@example" }));
    const [wrong, none] = await running.runs("email/order-confirmation");
    expect(none?.stopReason).to.equal("Order R1 has no e-mail address, so no e-mail was sent");
    expect(wrong?.failure?.code).to.equal("TRANSLATOR_OUTPUT_INVALID");
    expect(wrong?.failure?.message).to.contain("/to");
  });

  it("sends pushed e-mail records", async () => {
    await open(["email/send-email"]);
    const sample = await sampleOf("email/samples/emails.json", { from: "news@shop.example", from_name: "News" });
    await running.push("communication/Email", sample);
    expect(server.mails[0]?.text).to.contain("From: News <news@shop.example>");
    expect(server.mails.map(said)[0]).to.contain("your parcel is with the Millers in number 4.");
  });

  it("tries again when the server puts the recipient off", async () => {
    let times = 0;
    const onRcptTo = (_address: unknown, _session: unknown, done: (error?: Error) => void): void => {
      times += 1;
      done(times < 3 ? reply(450, "4.2.0 Greylisted") : undefined);
    };
    await open(["email/order-confirmation"], {}, { onRcptTo });
    await running.push("ecommerce/Order", await order());
    expect(server.mails).to.deep.equal([]);
    await running.pass(10);
    await running.pass(10);
    expect(server.mails).to.have.lengthOf(1);
  });

  it("does not send again when the server hangs up after it was handed over, and tells the operator", async () => {
    const hanging = await startScriptedServer(
      "220 mail.test",
      usual((line) => (line === "." ? null : undefined)),
    );
    closing.push(hanging.close);
    await runWith(hanging.port, ["email/order-confirmation"]);
    await running.push("ecommerce/Order", await order());
    for (let hours = 0; hours < 5; hours++) await running.pass(60);
    expect(hanging.lines.filter((line) => line === "DATA")).to.have.lengthOf(1);
    const [error] = await running.notifications("error");
    expect(error?.code).to.equal("ENDPOINT_OUTCOME_UNKNOWN");
  });

  describe("where a text did not arrive", () => {
    const texting = ["twilio/send-sms-for-new-order", "email/undelivered-text"];
    const vendorIdOfText = async (): Promise<string> =>
      (await running.messages()).find(({ channel }) => channel === "sms")?.vendorId ?? "";

    it("writes what it said to the order's address, once", async () => {
      await open(texting);
      await running.push("ecommerce/Order", await order());
      await running.undelivered(await vendorIdOfText(), "30006");
      await running.undelivered(await vendorIdOfText(), "30006");
      await running.pass(5);
      expect(server.mails.map(said)).to.deep.equal([
        "Jane@example.com Example Shop: about your order R1001 Hello,|we could not reach you by text message, so here is what it said:|Order ID R1001 status complete!|Example Shop",
      ]);
    });

    it("finds the order of a staged text and of a shipping update", async () => {
      await open([
        ...["twilio/convert-order-to-sms", "twilio/send-sms-with-twilio", "email/undelivered-text"],
        ...["shipping-updates/note-update", "shipping-updates/tell-customer"],
      ]);
      await running.push("ecommerce/Order", await order());
      await running.undelivered(await vendorIdOfText(), "30003");
      await running.pass(1);
      expect(server.mails.map(said)[0]).to.contain("about your order R1001").and.contain("has been received!");
      await running.push("ecommerce/Order", await order({ status: "shipped" }));
      await running.undelivered(await vendorIdOfText(), "30003");
      await running.pass(1);
      expect(server.mails.map(said)[1]).to.contain("about your order R1001").and.contain("is on its way.");
    });

    it("finds the customer of a welcome text", async () => {
      await open(["twilio/convert-customer-to-sms", "twilio/send-sms-with-twilio", "email/undelivered-text"]);
      const changes = { email: "joe@example.com" };
      await running.push("ecommerce/Customer", await sampleOf("ecommerce/samples/customers.json", changes));
      await running.undelivered(await vendorIdOfText(), "30003");
      await running.pass(1);
      expect(server.mails.map(said)[0])
        .to.contain("joe@example.com Example Shop: a message for you")
        .and.contain("Welcome");
    });

    it("says that there is no address to write to", async () => {
      await open([...texting, "twilio/send-sms-with-twilio"]);
      await running.push("ecommerce/Order", await order({ email: "" }));
      await running.undelivered(await vendorIdOfText(), "30003");
      await running.push("communication/Sms", { id: "hello", phone: "+12135550142", message: "Hello" });
      await running.undelivered(await vendorIdOfText(), "30003");
      await running.pass(5);
      const runs = await running.runs("email/undelivered-text");
      expect(runs.map(({ stopReason }) => stopReason)).to.deep.equal([
        "The text to +12135550142 did not arrive, and there is no e-mail address to write to instead",
        "The text to +12135550142 did not arrive, and there is no e-mail address to write to instead",
      ]);
      expect(server.mails).to.deep.equal([]);
    });

    it("leaves it to the second sender first where the parameters say so", async () => {
      await open(texting, { secondSenderFirst: true });
      await running.push("ecommerce/Order", await order());
      await running.undelivered(await vendorIdOfText(), "30008");
      expect(await running.runs("email/undelivered-text")).to.deep.equal([]);
      await running.push("ecommerce/Order", await order({ id: "R2" }));
      await running.undelivered(await vendorIdOfText(), "30006");
      expect(await running.runs("email/undelivered-text")).to.have.lengthOf(1);
    });
  });

  describe("tells the operator", () => {
    const flows = ["email/alert-operator", "email/order-confirmation"];

    it("of an error, once for its issue", async () => {
      await open(flows, { operatorEmail: "ops@shop.example" });
      await running.push("ecommerce/Order", await order({ email: "jane@example" }));
      await running.push("ecommerce/Order", await order({ id: "R2", email: "jane@example" }));
      expect(server.mails).to.have.lengthOf(1);
      const [alert = ""] = server.mails.map(said);
      expect(alert).to.contain("ops@shop.example Patchbay: ").and.contain("What to do: ");
      expect(alert).to.contain("About ecommerce/Order R1001").and.contain("patchbay runs show run_");
    });

    it("of nothing that the alert itself meets: a mail server that refuses everything makes no circle", async () => {
      const refuse = (_address: unknown, _session: unknown, done: (error: Error) => void): void =>
        done(reply(550, "No"));
      await open(flows, { operatorEmail: "ops@shop.example" }, { onRcptTo: refuse });
      await running.push("ecommerce/Order", await order());
      await running.pass(60);
      expect(await running.runs("email/alert-operator")).to.have.lengthOf(1);
      expect(await running.runs("email/order-confirmation")).to.have.lengthOf(1);
    });
  });
});
