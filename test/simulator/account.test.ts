import { expect } from "chai";
import type { JsonObject } from "../../src/core/json.js";
import { type Simulator, startSimulator } from "../../src/simulator/start-simulator.js";
import { openCatcher } from "./bench.js";

const own = "+15005550006";
const service = `MG${"a".repeat(32)}`;

describe("The simulator's account", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.stop());

  interface Asked {
    readonly form?: Record<string, string>;
    readonly json?: object;
    readonly token?: string;
  }
  async function ask(path: string, { form, json, token = simulator.authToken }: Asked = {}) {
    const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${token}`).toString("base64")}`;
    const sent =
      json !== undefined
        ? { headers: { authorization, "content-type": "application/json" }, body: JSON.stringify(json) }
        : { headers: { authorization }, ...(form && { body: new URLSearchParams(form) }) };
    const response = await fetch(simulator.url + path, { method: form || json ? "POST" : "GET", ...sent });
    return { status: response.status, body: (await response.json()) as JsonObject };
  }
  const numbersPath = (): string => `/2010-04-01/Accounts/${simulator.accountSid}/IncomingPhoneNumbers`;
  async function numberSid(): Promise<string> {
    const { body } = await ask(`${numbersPath()}.json`);
    return String((body.incoming_phone_numbers as JsonObject[])[0]?.sid);
  }
  const text = (to: string) =>
    ask(`/2010-04-01/Accounts/${simulator.accountSid}/Messages.json`, { form: { To: to, From: own, Body: "Hello" } });

  it("pages lists by path in the old API, and by address in the new one", async () => {
    simulator.setAccount({
      numbers: [1, 2, 3].map((n) => ({ number: `+1617555010${n}` })),
      services: ["a", "b", "c"].map((digit) => ({ sid: `MG${digit.repeat(32)}` })),
    });
    const { body: older } = await ask(`${numbersPath()}.json?PageSize=2`);
    expect(older.incoming_phone_numbers).to.have.lengthOf(2);
    const { body: rest } = await ask(String(older.next_page_uri));
    expect(rest.incoming_phone_numbers).to.have.lengthOf(1);
    expect(rest.next_page_uri).to.equal(null);
    const { body: newer } = await ask("/v1/Services?PageSize=2");
    const next = new URL(String((newer.meta as JsonObject).next_page_url));
    expect(next.origin).to.equal("https://messaging.twilio.com");
    expect((await ask(next.pathname + next.search)).body.services).to.have.lengthOf(1);
    expect((await ask("/v1/Services?PageSize=none")).body).to.include({ code: 20001, status: 400 });
  });

  it("refuses a wrong login, a resource that is not there, and a method that is not known", async () => {
    for (const path of [`${numbersPath()}.json`, "/v1/Services", "/v2/Channels/Senders?Channel=whatsapp"]) {
      expect((await ask(path, { token: "wrong" })).body, path).to.include({ code: 20003, status: 401 });
    }
    expect((await ask(`${numbersPath()}/PN${"0".repeat(32)}.json`)).body).to.include({ code: 20404 });
    expect((await ask(`/v1/Services/${service}/PhoneNumbers`)).body).to.include({ code: 20404 });
    expect((await ask("/v1/Services", { form: { FriendlyName: "New" } })).body).to.include({ code: 20004 });
  });

  it("keeps what is entered at a number, and refuses what is no address", async () => {
    const path = `${numbersPath()}/${await numberSid()}.json`;
    const entered = await ask(path, { form: { SmsUrl: "https://a.example/sms", SmsMethod: "GET" } });
    expect(entered.body).to.include({ sms_url: "https://a.example/sms", sms_method: "GET", sms_fallback_url: "" });
    expect((await ask(path)).body).to.deep.equal(entered.body);
    for (const form of [{ SmsUrl: "nonsense" }, { SmsMethod: "PUT" }] as Record<string, string>[]) {
      expect((await ask(path, { form })).body).to.include({ code: 20001 });
    }
  });

  it("takes a WhatsApp sender's addresses as JSON only, and answers that it is working on it", async () => {
    simulator.setAccount({ whatsApp: [{ number: own }] });
    const { body } = await ask("/v2/Channels/Senders?Channel=whatsapp");
    const path = `/v2/Channels/Senders/${(body.senders as JsonObject[])[0]?.sid}`;
    const json = { webhook: { callback_url: "https://a.example/in" } };
    const entered = await ask(path, { json });
    expect(entered.status).to.equal(202);
    expect(entered.body.webhook).to.include({ callback_url: "https://a.example/in", fallback_url: null });
    expect((await ask(path, { form: { callback_url: "https://a.example/in" } })).body).to.include({ code: 20001 });
    expect((await ask("/v2/Channels/Senders")).body).to.include({ code: 20001 });
  });

  it("on trial texts verified numbers only, and no country that is switched off", async () => {
    simulator.setAccount({ type: "Trial", verified: ["+16175551212"], countriesOff: ["DE"] });
    expect((await text("+16175551212")).status).to.equal(201);
    expect((await text("+16175551213")).body).to.include({ code: 21608, status: 400 });
    expect((await text("+493012345678")).body).to.include({ code: 21408 });
    const { body } = await ask(`/2010-04-01/Accounts/${simulator.accountSid}.json`);
    expect(body).to.include({ type: "Trial", status: "active" });
  });

  it("calls what is entered at the number before what is entered for all, and a service's before the number's", async () => {
    const urls = {
      all: "http://127.0.0.1:9/all",
      number: "http://127.0.0.1:9/number",
      service: "http://127.0.0.1:9/s",
    };
    simulator.listenAt({ url: urls.all });
    const called = async (): Promise<string | undefined> => {
      const { sid } = simulator.write({ from: "+16175551212", body: "Hello" });
      await simulator.settled();
      return simulator.written().find((written) => written.sid === sid)?.answers[0]?.url;
    };
    expect(await called()).to.equal(urls.all);
    simulator.setAccount({ numbers: [{ number: own, smsUrl: urls.number }] });
    expect(await called()).to.equal(urls.number);
    simulator.setAccount({ services: [{ sid: service, numbers: [own], inboundRequestUrl: urls.service }] });
    expect(await called()).to.equal(urls.service);
    simulator.setAccount({ services: [{ sid: service, numbers: [own], useInboundWebhookOnNumber: true }] });
    expect(await called()).to.equal(urls.number);
  });

  it("says so when texts are to be handed over in a way that it does not follow", async () => {
    const path = `${numbersPath()}/${await numberSid()}.json`;
    const written = () => simulator.write({ from: "+16175551212", body: "Hello" });
    await ask(path, { form: { SmsUrl: "http://127.0.0.1:9/in", SmsMethod: "GET" } });
    expect(written).to.throw("by POST only");
    await ask(path, { form: { SmsMethod: "POST", SmsApplicationSid: `AP${"1".repeat(32)}` } });
    expect(written).to.throw("An application is entered");
    await ask(path, { form: { SmsApplicationSid: "" } });
    expect(written).not.to.throw();
  });

  it("sends for a Messaging Service by the first number in its pool, and reports where the service says", async () => {
    await using catcher = await openCatcher();
    const pool = "+16175550198";
    simulator.setAccount({
      numbers: [{ number: own }, { number: pool }],
      services: [{ sid: service, numbers: [pool] }, { sid: `MG${"b".repeat(32)}` }],
    });
    const byService = (sid: string) =>
      ask(`/2010-04-01/Accounts/${simulator.accountSid}/Messages.json`, {
        form: { To: "+16175551212", MessagingServiceSid: sid, Body: "Hello" },
      });
    await ask(`/v1/Services/${service}`, { form: { StatusCallback: catcher.url } });
    expect((await byService(service)).status).to.equal(201);
    await simulator.settled();
    expect(simulator.messages()[0]?.from).to.equal(pool);
    expect(catcher.statuses()).to.deep.equal(["queued", "sent", "delivered"]);
    expect((await byService(`MG${"b".repeat(32)}`)).body).to.include({ code: 21704, status: 400 });
  });

  it("looks numbers up by a part and by any digit, and by name", async () => {
    simulator.setAccount({ numbers: [{ number: own, name: "Shop" }, { number: "+16175550198" }] });
    const found = async (query: string) =>
      ((await ask(`${numbersPath()}.json?${query}`)).body.incoming_phone_numbers as JsonObject[]).length;
    expect(await found("PhoneNumber=%2B15005550006")).to.equal(1);
    expect(await found("PhoneNumber=5550")).to.equal(2);
    expect(await found("PhoneNumber=617***0198")).to.equal(1);
    expect(await found("FriendlyName=Shop")).to.equal(1);
    expect(await found("Origin=hosted")).to.equal(0);
  });

  it("gives no number to another account, and says that it does not", async () => {
    const path = `${numbersPath()}/${await numberSid()}.json`;
    const { body } = await ask(path, { form: { AccountSid: `AC${"9".repeat(32)}` } });
    expect(body).to.include({ code: 20001, status: 400 });
    expect(body.message).to.include("the simulator gives no number to another account");
  });

  it("shows the permission of every country when none is named", async () => {
    simulator.setAccount({ countriesOff: ["DE"] });
    const { permissions } = (await ask("/v1/Messaging/GeoPermissions")).body as { permissions: JsonObject[] };
    expect(permissions.length).to.be.above(200);
    expect(permissions.find(({ country_code }) => country_code === "DE")).to.include({ enabled: false, prefix: "+49" });
  });

  it("calls nobody but this machine, whatever is entered", () => {
    simulator.setAccount({ numbers: [{ number: own, smsUrl: "https://elsewhere.example/sms" }] });
    expect(() => simulator.write({ from: "+16175551212", body: "Hello" })).to.throw("http://");
  });

  it("is changed by a control route, which names what it does not know", async () => {
    const put = (body: object) =>
      fetch(`${simulator.url}/simulator/account`, {
        ...{ method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
      });
    expect(await (await put({ type: "Trial" })).json()).to.include({ type: "Trial", name: "Patchbay simulator" });
    for (const [body, named] of [
      [{ kind: "Trial" }, "kind"],
      [{ type: "Free" }, "type"],
      [{ numbers: [{ number: "5" }] }, "numbers"],
      [{ services: [{ sid: service, other: 1 }] }, "services"],
    ] as const) {
      const answer = await put(body);
      expect(answer.status).to.equal(400);
      expect(((await answer.json()) as JsonObject).detail).to.include(named);
    }
  });
});
