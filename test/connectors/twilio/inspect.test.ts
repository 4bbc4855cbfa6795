import { expect } from "chai";
import { createTwilioConnector } from "../../../src/connectors/twilio/connector.js";
import type { Connection } from "../../../src/core/connector.js";
import type { InspectedSender, Inspection } from "../../../src/core/inspection.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { Http } from "../../../src/http/http.js";
import { type Simulator, startSimulator } from "../../../src/simulator/start-simulator.js";
import { failed } from "../../http/failed.js";
import { openTestHttp } from "./account.js";

const own = "+16175550100";
const service = `MG${"a".repeat(32)}`;
const application = `AP${"c".repeat(32)}`;
const elsewhere = "https://other.example/sms";

describe("twilio inspect", () => {
  let simulator: Simulator;
  let http: Http;
  beforeEach(async () => {
    simulator = await startSimulator({ ownedNumbers: [own] });
    http = openTestHttp();
  });
  afterEach(async () => {
    await http.close();
    await simulator.stop();
  });

  function open(settings: JsonObject = { from: own }): Connection {
    const { accountSid, authToken, url } = simulator;
    return createTwilioConnector({ http }).open({ accountSid, authToken, apiUrl: url, ...settings });
  }
  async function inspect(settings?: JsonObject): Promise<Inspection> {
    const { inspect: look } = open(settings);
    if (look === undefined) throw new Error("Twilio can be looked at");
    return look();
  }
  const codes = ({ concerns }: Inspection): string[] => concerns.map(({ code, level }) => `${level} ${code}`);
  const senderAt = ({ senders }: Inspection, address: string): InspectedSender | undefined =>
    senders.find((sender) => sender.address === address);

  it("shows the account, its balance and its numbers with what is entered there", async () => {
    const found = await inspect();
    expect(found.account).to.include({ id: simulator.accountSid, status: "active", trial: false });
    expect(found.account?.balance).to.deep.equal({ amount: "100.00", currency: "USD" });
    const number = senderAt(found, own);
    expect(number).to.deep.include({ kind: "number", used: true, capabilities: ["voice", "sms", "mms"] });
    const entered = number?.webhooks.map(({ field, url }) => [field, url]);
    expect(entered).to.deep.equal([
      ["SmsUrl", null],
      ["SmsFallbackUrl", null],
    ]);
  });

  it("reads every page of a list", async () => {
    const numbers = Array.from({ length: 401 }, (_, index) => ({ number: `+1617556${1_000 + index}` }));
    simulator.setAccount({ numbers });
    expect((await inspect()).senders.map(({ address }) => address)).to.deep.equal(numbers.map(({ number }) => number));
  });

  it("says that the login is refused, in place of everything else", async () => {
    const found = await inspect({ from: own, authToken: "wrong" });
    expect(found).to.deep.include({ account: null, senders: [] });
    expect(codes(found)).to.deep.equal(["problem login-refused"]);
    expect(JSON.stringify(found)).not.to.include("wrong");
  });

  it("fails when nobody answers, because then nobody knows", async () => {
    const { url } = simulator;
    await simulator.stop();
    await failed(inspect({ from: own, apiUrl: url }), "ENDPOINT_UNREACHABLE");
  });

  it("says whom a trial account may text, and that it is suspended, and that nothing is left", async () => {
    simulator.setAccount({ type: "Trial", status: "suspended", balance: "-1.50", verified: ["+16175551212"] });
    const found = await inspect();
    expect(codes(found)).to.include.members([
      "problem account-suspended",
      "warning trial-account",
      "problem balance-spent",
    ]);
    expect(found.concerns.find(({ code }) => code === "trial-account")?.message).to.include("+16175551212");
  });

  it("notes what the account may not see, and looks at the rest", async () => {
    simulator.setAccount({ hidden: ["Balance", "GeoPermissions"] });
    const found = await inspect();
    expect(found.account?.balance).to.equal(null);
    expect(found.senders).to.have.lengthOf(1);
    expect(codes(found).filter((code) => code === "note not-shown")).to.have.lengthOf(2);
  });

  it("says that the connection's sender is none of the account, or cannot text", async () => {
    expect(codes(await inspect({ from: "+16175550199" }))).to.include("problem sender-unknown");
    expect(codes(await inspect({ from: "MYSHOP" }))).not.to.include("problem sender-unknown");
    simulator.setAccount({ numbers: [{ number: own, capabilities: ["voice"] }] });
    const found = await inspect();
    expect(codes(found)).to.include("problem sender-cannot-text");
    expect(senderAt(found, own)?.webhooks).to.deep.equal([]);
  });

  it("says that a US number without a registered campaign is blocked, and lets it be when its service has one", async () => {
    expect(codes(await inspect())).to.include("problem a2p-missing");
    simulator.setAccount({ services: [{ sid: service, numbers: [own], a2pRegistered: false }] });
    expect(codes(await inspect())).to.include("problem a2p-missing");
    simulator.setAccount({ services: [{ sid: service, numbers: [own] }] });
    expect(codes(await inspect())).not.to.include("problem a2p-missing");
    simulator.setAccount({ numbers: [{ number: "+493012345678" }, { number: "+18335550100" }] });
    expect(codes(await inspect({ from: "+493012345678" }))).not.to.include("problem a2p-missing");
    expect(codes(await inspect({ from: "+18335550100" }))).not.to.include("problem a2p-missing");
  });

  it("asks about the countries that matter only, and names those that are off", async () => {
    simulator.setAccount({ countriesOff: ["DE", "FR"], numbers: [{ number: own }, { number: "+493012345678" }] });
    const found = await inspect({ from: own, defaultCountry: "us" });
    const off = found.concerns.filter(({ code }) => code === "country-off");
    expect(off.map(({ about }) => about)).to.deep.equal(["DE"]);
  });

  it("puts a number's addresses at its service, unless the service leaves them to the number", async () => {
    simulator.setAccount({ services: [{ sid: service, numbers: [own], inboundRequestUrl: elsewhere }] });
    const handled = await inspect({ messagingServiceSid: service });
    expect(senderAt(handled, own)).to.deep.include({ memberOf: service, used: true, webhooks: [] });
    expect(senderAt(handled, service)?.webhooks[0]).to.include({ field: "InboundRequestUrl", url: elsewhere });
    simulator.setAccount({ services: [{ sid: service, numbers: [own], useInboundWebhookOnNumber: true }] });
    const left = await inspect({ messagingServiceSid: service });
    expect(senderAt(left, own)?.webhooks).to.have.lengthOf(2);
    expect(senderAt(left, service)?.webhooks).to.deep.equal([]);
  });

  it("says that a service is not there, or empty, or without the connection's number", async () => {
    expect(codes(await inspect({ messagingServiceSid: service }))).to.include("problem service-unknown");
    simulator.setAccount({ services: [{ sid: service }] });
    expect(codes(await inspect({ messagingServiceSid: service }))).to.include("problem service-empty");
    const both = await inspect({ from: own, messagingServiceSid: service });
    expect(codes(both)).to.include("problem sender-outside-service");
  });

  it("warns of an address at a number whose service has the word", async () => {
    simulator.setAccount({
      numbers: [{ number: own, smsUrl: elsewhere }],
      services: [{ sid: service, numbers: [own], inboundRequestUrl: elsewhere }],
    });
    expect(codes(await inspect())).to.include("note service-has-the-word");
  });

  it("shows WhatsApp senders, and says which is offline", async () => {
    simulator.setAccount({ whatsApp: [{ number: own, status: "OFFLINE" }, { number: "+16175550101" }] });
    const found = await inspect({ from: `whatsapp:${own}` });
    expect(senderAt(found, `whatsapp:${own}`)).to.deep.include({ kind: "whatsapp", status: "OFFLINE", used: true });
    expect(codes(found)).to.include("problem sender-offline").and.not.to.include("problem sender-unknown");
  });

  it("tells Twilio's own example from an address, names an application, and hides a password", async () => {
    simulator.setAccount({
      numbers: [
        { number: own, smsUrl: "https://demo.twilio.com/welcome/sms/reply" },
        { number: "+16175550101", smsUrl: "https://user:pass@other.example/", smsApplicationSid: application },
      ],
    });
    const found = await inspect();
    expect(senderAt(found, own)?.webhooks[0]).to.include({ placeholder: true });
    const other = senderAt(found, "+16175550101")?.webhooks[0];
    expect(other).to.include({ insteadOf: `the application ${application}`, url: "https://user:…@other.example/" });
  });

  for (const [kind, address] of [
    ["number", own],
    ["service", service],
    ["whatsapp", `whatsapp:${own}`],
  ] as const) {
    it(`enters addresses at a ${kind}, and again without harm`, async () => {
      simulator.setAccount({
        numbers: [{ number: own, smsApplicationSid: kind === "number" ? application : "" }],
        services: kind === "service" ? [{ sid: service, numbers: [own] }] : [],
        whatsApp: [{ number: own }],
      });
      const urls = { inbound: "https://patchbay.example/inbound", fallback: "https://patchbay.example/fallback" };
      const sender = senderAt(await inspect(), address)!;
      for (const _time of [1, 2]) await open().enterWebhooks?.(sender, urls);
      const { webhooks } = senderAt(await inspect(), address)!;
      expect(webhooks.map(({ webhook, url }) => [webhook, url])).to.deep.equal(Object.entries(urls));
      for (const webhook of webhooks) expect(webhook).to.include({ method: "POST", insteadOf: null });
    });
  }

  it("leaves the other address as it is when only one is given", async () => {
    simulator.setAccount({ numbers: [{ number: own, smsUrl: elsewhere }] });
    const sender = senderAt(await inspect(), own)!;
    await open().enterWebhooks?.(sender, { fallback: "https://patchbay.example/fallback" });
    const urls = senderAt(await inspect(), own)?.webhooks.map(({ url }) => url);
    expect(urls).to.deep.equal([elsewhere, "https://patchbay.example/fallback"]);
  });

  it("says that a change was refused, in Twilio's words", async () => {
    const entering = open().enterWebhooks?.({ id: `PN${"0".repeat(32)}`, kind: "number" }, { inbound: elsewhere });
    const error = await failed(entering ?? Promise.resolve(), "ENDPOINT_REFUSED");
    expect(error.message).to.include("Twilio refused the change");
  });
});
