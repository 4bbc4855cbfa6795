import { expect } from "chai";
import type { InspectedSender, SenderWebhook } from "../../src/core/inspection.js";
import { concernsOfAddresses, leftAlone, planWebhooks, type WantedHooks } from "../../src/core/webhook-plan.js";

const ours = "https://shop.example/hooks/twilio/twilio/twilio/s3cret/inbound";
const wanted: WantedHooks = {
  urls: { inbound: ours },
  path: "/hooks/twilio/twilio/twilio/",
  connector: "twilio",
  connection: "twilio/twilio",
  siblings: [{ connection: "shop/texts", path: "/hooks/twilio/shop/texts/0wn/" }],
};

function senderWith(slot: Partial<SenderWebhook>): InspectedSender {
  const webhook: SenderWebhook = {
    ...{ webhook: "inbound", field: "SmsUrl", url: null, method: "POST", placeholder: false, insteadOf: null },
    ...slot,
  };
  return {
    ...{ id: "PN1", kind: "number", address: "+15005550006", name: null, capabilities: ["sms"], status: null },
    ...{ memberOf: null, used: true, webhooks: [webhook] },
  };
}

function actionOn(slot: Partial<SenderWebhook>, chosen: readonly string[] | null = null): string | undefined {
  return planWebhooks([senderWith(slot)], chosen, wanted)[0]?.items[0]?.action;
}

describe("planWebhooks", () => {
  for (const [what, slot, action] of [
    ["nothing", {}, "create"],
    ["the vendor's own example", { url: "https://demo.example/", placeholder: true }, "create"],
    ["the address", { url: ours }, "unchanged"],
    ["the address, with how often to try behind it", { url: `${ours}#rc=3` }, "unchanged"],
    ["the address, but called by GET", { url: ours, method: "GET" }, "update"],
    [
      "the address under an earlier host",
      { url: "https://old.example/hooks/twilio/twilio/twilio/s3cret/inbound" },
      "update",
    ],
    [
      "an address with an earlier secret",
      { url: "https://shop.example/hooks/twilio/twilio/twilio/0ld/inbound" },
      "update",
    ],
    ["another Patchbay's address", { url: "https://old.example/hooks/twilio/twilio/twilio/0ther/inbound" }, "conflict"],
    [
      "another connection's address",
      { url: "https://shop.example/hooks/twilio/other/twilio/0ther/inbound" },
      "conflict",
    ],
    ["another system's address", { url: "https://other.example/sms" }, "conflict"],
    ["what is no address", { url: "nonsense" }, "conflict"],
    ["the address behind an application", { url: ours, insteadOf: "the application AP1" }, "conflict"],
  ] as const) {
    it(`gives ${action} where ${what} is entered`, () => {
      expect(actionOn(slot)).to.equal(action);
      expect(actionOn(slot, ["+15005550006"])).to.equal(action === "conflict" ? "replace" : action);
    });
  }

  it("leaves out senders that were not named, by address or id", () => {
    expect(actionOn({}, ["PN1"])).to.equal("create");
    expect(actionOn({}, ["+15005550007"])).to.equal(undefined);
  });

  it("looks only at senders that the connection uses, or has entered its address at, while nobody names one", () => {
    const unused = { ...senderWith({}), used: false };
    const earlier = { ...senderWith({ url: ours.replace("s3cret", "0ld") }), id: "PN2", address: "+1", used: false };
    const all = [senderWith({}), { ...unused, id: "PN3", address: "+15005550007" }, earlier];
    expect(planWebhooks(all, null, wanted).map(({ id }) => id)).to.deep.equal(["PN1", "PN2"]);
    expect(leftAlone(all, wanted)).to.deep.equal(["+15005550007"]);
    expect(planWebhooks(all, ["+15005550007"], wanted).map(({ id }) => id)).to.deep.equal(["PN3"]);
  });

  it("knows another connection of this server by its secret, under an earlier host too", () => {
    for (const url of [
      "https://shop.example/hooks/twilio/shop/texts/0wn/inbound",
      "https://old.example/hooks/twilio/shop/texts/0wn/inbound",
    ]) {
      const [item] = planWebhooks([senderWith({ url })], null, wanted)[0]?.items ?? [];
      expect(item).to.include({ action: "conflict", sibling: "shop/texts" });
    }
    const [foreign] = planWebhooks([senderWith({ url: "https://x.example/a" })], null, wanted)[0]?.items ?? [];
    expect(foreign?.sibling).to.equal(null);
  });

  it("says whose address is there when it is another connection's of this server, without its secret", () => {
    const said = (url: string) => {
      const senders = [senderWith({ url })];
      return concernsOfAddresses(senders, wanted)[0];
    };
    const own = said("https://shop.example/hooks/twilio/other/whatsapp/0ther/inbound");
    expect(own?.message).to.equal(
      "SmsUrl of +15005550006 is not this connection's: it is https://shop.example (the connection other/whatsapp of this server is entered)",
    );
    expect(own?.remedy).to.include("patchbay twilio connect twilio/twilio --sender +15005550006");
    for (const url of ["https://old.example/hooks/twilio/other/whatsapp/0ther/inbound", "https://shop.example/sms"]) {
      expect(said(url)?.message, url).to.include("(another system's address is entered)");
    }
  });
});
