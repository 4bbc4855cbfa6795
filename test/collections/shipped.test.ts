import { expect } from "chai";
import { compileDataTypes } from "../../src/collections/data-types.js";
import type { Installer } from "../../src/collections/installer.js";
import { readCollection } from "../../src/collections/read-collection.js";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import type { Collection } from "../../src/core/collection.js";
import type { JsonObject } from "../../src/core/json.js";
import {
  installShipped,
  readingContext,
  repositoryPath,
  shippedConnectors,
  twilioParameters,
  withInstaller,
} from "./parts.js";

async function installAll(installer: Installer): Promise<void> {
  await installShipped(installer);
  const parameters = { ...twilioParameters, from: "whatsapp:+14155550100" };
  await installer.install({ name: "twilio-whatsapp", parameters });
}

const shippedNames = [
  ...["ecommerce", "communication", "twilio", "twilio-whatsapp", "email", "shopify", "woocommerce", "slack-alerts"],
  ...["shipping-updates", "abandoned-cart", "review-request"],
];

let read: Promise<readonly Collection[]> | null = null;

/** Once for all tests: nothing changes them. */
function shipped(): Promise<readonly Collection[]> {
  read ??= readAll();
  return read;
}

async function readAll(): Promise<readonly Collection[]> {
  const ready: Collection[] = [];
  for (const name of shippedNames) {
    const files = await readCollectionFolder(repositoryPath(`collections/${name}`));
    const context = { ...(await readingContext(ready)), connectors: shippedConnectors() };
    const { collection, problems } = readCollection(files, context);
    expect(problems, name).to.deep.equal([]);
    if (collection) ready.push(collection);
  }
  return ready;
}

describe("the shipped collections", () => {
  it("have no problems, not even warnings", async () => {
    const names = (await shipped()).map(({ name }) => name);
    expect(names).to.deep.equal(shippedNames);
  });

  it("have samples that fit their data types", async () => {
    const collections = await shipped();
    const { dataTypes } = compileDataTypes(collections.flatMap((collection) => collection.dataTypes));
    const samples = collections.flatMap((collection) => collection.samples);
    expect(samples.length).to.be.at.least(6);
    for (const { dataType, documents } of samples) {
      for (const document of documents) expect(dataTypes.get(dataType)?.validate(document)).to.deep.equal([]);
    }
  });

  it("require of an order exactly what the e-commerce library requires", async () => {
    const [ecommerce] = await shipped();
    const required = Object.fromEntries(
      (ecommerce?.dataTypes ?? []).map(({ name, schema }) => [name, schema.required]),
    );
    expect(required["ecommerce/Order"]).to.deep.equal(["id", "status", "channel", "currency", "placed_on"]);
    expect(required["ecommerce/Customer"]).to.deep.equal(["id", "firstname", "lastname"]);
    const address = ["firstname", "lastname", "address1", "zipcode", "city", "state", "country"];
    expect(required["ecommerce/Address"]).to.deep.equal(address);
  });

  it("come with every flow switched off", async () => {
    await withInstaller({ connectors: shippedConnectors() }, async (installer) => {
      await installAll(installer);
      for (const name of ["shopify", "woocommerce"]) {
        await installer.install({ name, parameters: { secret: "of-the-shop" } });
      }
      const flows = installer.catalog().flows();
      expect(flows.map(({ version }) => version.flow.name)).to.deep.equal([
        "local/large-order",
        "local/no-orders",
        "local/text-the-operator",
        ...["shopify/customer-created", "shopify/fulfillment-shipped", "shopify/order-cancelled"],
        ...["shopify/order-created", "shopify/order-updated"],
        "twilio-whatsapp/answer-reply",
        "twilio-whatsapp/confirm-order",
        "twilio/campaign",
        "twilio/confirm-order-by-reply",
        "twilio/convert-customer-to-sms",
        "twilio/convert-order-to-sms",
        "twilio/customer-informed",
        "twilio/order-cancelled",
        "twilio/order-shipped",
        "twilio/second-sender",
        "twilio/send-sms-for-new-order",
        "twilio/send-sms-with-twilio",
        ...["woocommerce/customer-created", "woocommerce/order-created", "woocommerce/order-updated"],
        "woocommerce/shipment-tracked",
      ]);
      expect(flows.filter(({ active }) => active)).to.deep.equal([]);
      expect(installer.localProblems()).to.deep.equal([]);
    });
  });

  it("write the texts of the original flows", async () => {
    const sms = await texts();
    expect(sms["twilio/order-to-sms"]).to.deep.equal({
      phone: "+12135550142",
      from: "+14155550100",
      message: "Order ID R1001 status complete!",
    });
    expect(sms["twilio/order-to-confirmation-sms"]).to.deep.equal({
      id: "order-R1001-confirmation",
      phone: "+12135550142",
      from: "+14155550100",
      message: "Hey Smith! Your order R1001 has been received!",
    });
    expect(sms["twilio/customer-to-welcome-sms"]).to.include({ id: "customer-C2001-welcome", message: "Welcome Joe!" });
    expect(sms["twilio-whatsapp/order-to-whatsapp"]).to.deep.equal({
      to: "whatsapp:+12135550142",
      body: "Hey Joe! Your order R1001 has been received. Is anything unclear? Just answer here.",
    });
    expect(sms["twilio/order-to-shipped-sms"]).to.include({ message: "Hey Joe! Your order R1001 has shipped." });
    expect(sms["twilio/order-to-cancelled-sms"]).to.include({
      message: "Hey Joe! Your order R1001 has been canceled.",
    });
  });

  it("stop with a reason when there is no phone number, and only then", async () => {
    await withInstaller({}, async (installer, { translation }) => {
      await installAll(installer);
      const stops = installer
        .catalog()
        .flows()
        .filter(({ version }) => version.flow.on.kind === "record")
        .flatMap(({ version }) => version.flow.steps.filter((step) => step.kind === "stop"));
      expect(stops).to.have.lengthOf(7);
      for (const { when, reason, level } of stops) {
        expect(level).to.equal("notice");
        const phones: [JsonObject, boolean][] = [
          [{ id: "R1" }, true],
          [{ id: "R1", shipping_address: {} }, true],
          [{ id: "R1", shipping_address: { phone: " " } }, true],
          [{ id: "R1", shipping_address: { phone: "12" } }, false],
        ];
        for (const [record, stopped] of phones) {
          const scope = { input: record, bindings: { record } };
          expect((await translation.evaluate(`=$boolean(${when})`, scope)) === true, JSON.stringify(record)).to.equal(
            stopped,
          );
          expect(await translation.evaluate(reason, scope)).to.match(
            /^(Order|Customer) R1 has no phone number in shipping_address, so no text was sent$/,
          );
        }
      }
    });
  });
});

/** What each translator makes of the first sample of its data type. */
async function texts(): Promise<Record<string, unknown>> {
  return withInstaller({}, async (installer) => {
    await installAll(installer);
    const samples = (await installer.installed()).flatMap(({ collection }) => collection.samples);
    const made: Record<string, unknown> = {};
    for (const { name, from } of installer.catalog().translators()) {
      const sample = samples.find(
        (candidate) => candidate.dataType === from && ["orders", "customers"].includes(candidate.name),
      );
      const { output, problems } = await installer.tryTranslator(name, sample?.documents[0] ?? {});
      expect(problems).to.deep.equal([]);
      made[name] = output;
    }
    return made;
  });
}
