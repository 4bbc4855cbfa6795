import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../../src/config/package-root.js";
import { type AccountApi, createAccountApi } from "../../../src/connectors/twilio/account/account-api.js";
import { enterWebhooks } from "../../../src/connectors/twilio/account/enter-webhooks.js";
import { createAccountRequests } from "../../../src/connectors/twilio/account/request.js";
import { createTwilioClient, type TwilioClient } from "../../../src/connectors/twilio/client.js";
import { createTwilioConnector } from "../../../src/connectors/twilio/connector.js";
import { openMediaDesk } from "../../../src/connectors/twilio/media-desk.js";
import type { TwilioSettings } from "../../../src/connectors/twilio/settings.js";
import { isJsonObject, type JsonObject } from "../../../src/core/json.js";
import type { Http, HttpRequest } from "../../../src/http/http.js";
import { type Simulator, startSimulator } from "../../../src/simulator/start-simulator.js";
import { type DescribedOperation, type Fact, readDescription } from "../../simulator/twilio-facts.js";
import { openTestHttp } from "./account.js";

const { operations, beyond } = readDescription();
const own = "+15005550006";
const service = `MG${"a".repeat(32)}`;
const inbound = { inbound: "https://patchbay.example/in", fallback: "https://patchbay.example/fallback" };

/** Every call of an interface: a new one does not compile here before it is made. */
type Calls<Interface> = Readonly<Record<keyof Interface, () => Promise<unknown>>>;

describe("what the Twilio connector asks of Twilio", () => {
  let simulator: Simulator;
  let http: Http;
  let settings: TwilioSettings;
  let sent: { readonly request: HttpRequest; readonly status: number }[];

  beforeEach(async () => {
    simulator = await startSimulator({ deliveryDelaysMs: { queued: 0, sent: 0, delivered: 0 } });
    simulator.setAccount({
      services: [{ sid: service, numbers: [own] }],
      whatsApp: [{ number: own }],
      verified: [own],
    });
    const { accountSid, authToken } = simulator;
    sent = [];
    http = recording(openTestHttp());
    const connection = { accountSid, authToken, deleteMediaAfterFetch: true, checkMedia: false };
    settings = { ...standardSettings, ...connection, apiUrl: "https://api.twilio.com" } as unknown as TwilioSettings;
  });
  afterEach(async () => {
    await http.close();
    await simulator.stop();
  });

  const standardSettings = { mmsMegabytes: 5, whatsappMegabytes: 25 };

  /** Asks the simulator in place of Twilio, and remembers what Twilio would have been asked. */
  function recording(inner: Http): Http {
    const redirected = (request: HttpRequest): HttpRequest => {
      const { pathname, search } = new URL(request.url);
      return { ...request, url: `${simulator.url}${pathname}${search}` };
    };
    const note = <Answer extends { readonly status: number }>(request: HttpRequest, answer: Answer): Answer => {
      sent.push({ request, status: answer.status });
      return answer;
    };
    return {
      request: async (request) => note(request, await inner.request(redirected(request))),
      download: async (request) => note(request, await inner.download(redirected(request))),
      connect: () => Promise.reject(new Error("Twilio is asked by HTTP")),
      close: () => inner.close(),
    };
  }

  function operationOf({ method, url }: HttpRequest): DescribedOperation | undefined {
    const { host, pathname } = new URL(url);
    const all = [...operations, ...beyond.map((one) => ({ ...one, host: "api.twilio.com", parameters: [] }))];
    return (all as readonly DescribedOperation[]).find((one) => {
      const pattern = new RegExp(`^${one.path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/.]+")}$`);
      return one.host === host && one.method === method && pattern.test(pathname);
    });
  }

  function requireDescribed({ request, status }: (typeof sent)[number]): string {
    const { host, pathname, searchParams } = new URL(request.url);
    if (pathname.startsWith("/storage/")) return "storage";
    const operation = operationOf(request);
    if (operation === undefined) throw new Error(`${request.method} ${host}${pathname} is not described`);
    expect(status, `${request.method} ${pathname}: ${request.body}`).to.be.below(400);
    const named = (place: string) => operation.parameters.filter((one) => one.in === place).map(({ name }) => name);
    expect(named("query"), pathname).to.include.members([...searchParams.keys()]);
    const isJson = request.headers["content-type"] === "application/json";
    if (isJson) return requireMembers(operation, JSON.parse(request.body ?? "{}") as JsonObject);
    expect(named("form"), pathname).to.include.members([...new URLSearchParams(request.body).keys()]);
    return operation.operation;
  }

  function requireMembers({ operation, parameters }: DescribedOperation, body: JsonObject): string {
    const facts: Readonly<Record<string, Fact>> = Object.fromEntries(parameters.map((one) => [one.name, one]));
    for (const [name, value] of Object.entries(body)) {
      expect(facts[name], name).not.to.equal(undefined);
      if (isJsonObject(value)) expect(Object.keys(facts[name]?.members ?? {})).to.include.members(Object.keys(value));
    }
    return operation;
  }

  const described = (): readonly string[] => [...new Set(sent.map(requireDescribed))];

  it("about the account is described, in every call", async () => {
    const api = createAccountApi(settings.accountSid, createAccountRequests(settings, http));
    const [number] = await api.numbers();
    const [sender] = await api.whatsAppSenders();
    const senders = [
      { kind: "number", id: number?.sid ?? "" },
      { kind: "service", id: service },
      { kind: "whatsapp", id: sender?.sid ?? "" },
    ] as const;
    const [atNumber, atService, atSender] = senders.map(
      (one) => () => enterWebhooks(api, one as Parameters<typeof enterWebhooks>[1], inbound),
    );
    const calls: Calls<AccountApi> = {
      account: () => api.account(),
      balance: () => api.balance(),
      numbers: () => api.numbers(),
      services: () => api.services(),
      otherSenders: () => api.otherSenders(service),
      whatsAppSenders: () => api.whatsAppSenders(),
      geoPermissions: () => api.geoPermissions(["US", "DE"]),
      verifiedNumbers: () => api.verifiedNumbers(),
      updateNumber: atNumber ?? fails,
      updateService: atService ?? fails,
      updateWhatsAppSender: atSender ?? fails,
    };
    for (const call of Object.values(calls)) await call();
    expect(described()).to.have.members([
      ...["FetchAccount", "FetchBalance", "ListOutgoingCallerId", "FetchMessagingGeopermissions"],
      ...["ListIncomingPhoneNumber", "UpdateIncomingPhoneNumber", "ListService", "UpdateService"],
      ...["ListPhoneNumber", "ListChannelSender", "ListShortCode", "ListAlphaSender"],
      ...["ListChannelsSender", "UpdateChannelsSender"],
    ]);
  });

  it("about messages and templates is described, in every call", async () => {
    const client = createTwilioClient(settings, http);
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const message = { to: "+16175551212", body: "Hello" };
    const { sid } = await client.createMessage({
      ...{ ...message, messagingServiceSid: service, scheduleType: "fixed", sendAt: at, smartEncoded: true },
      ...{ statusCallback: "http://127.0.0.1:1/status", mediaUrl: ["https://a.example/1.png"], validityPeriod: 600 },
    });
    await client.createMessage({ ...message, from: own, maxPrice: "0.05", provideFeedback: false, attempt: 1 });
    const calls: Calls<TwilioClient> = {
      createMessage: () => client.createMessage({ ...message, from: own, riskCheck: "disable" }),
      fetchMessage: () => client.fetchMessage(sid),
      cancelMessage: () => client.cancelMessage(sid),
      listMessages: async () => {
        for await (const page of client.listMessages("+16175551212", 1)) expect(page).not.to.deep.equal([]);
      },
      fetchTemplates: () => client.fetchTemplates(),
    };
    for (const call of Object.values(calls)) await call();
    const names = ["CreateMessage", "FetchMessage", "UpdateMessage", "ListMessage", "ListContentAndApprovals"];
    expect(described()).to.have.members(names);
  });

  it("by each endpoint is described, with what is added to follow the delivery", async () => {
    const connection = createTwilioConnector({ http }).open({ ...settings } as unknown as JsonObject);
    const { request } = connection.prepare("send-message", { to: "+16175551212", from: own, body: "Hello" });
    await connection.send("send-message", request, { effectId: "eff_1", callbackUrl: "http://127.0.0.1:1/status" });
    await connection.close();
    expect(described()).to.deep.equal(["CreateMessage"]);
    expect(sent[0]?.request.body).to.contain("StatusCallback=");
  });

  it("about files is described", async () => {
    const desk = openMediaDesk(settings, http);
    const client = createTwilioClient(settings, http);
    const { sid } = await client.createMessage({
      to: "+16175551212",
      from: own,
      mediaUrl: ["https://a.example/1.png"],
    });
    const list = `${settings.apiUrl}/2010-04-01/Accounts/${settings.accountSid}/Messages/${sid}/Media`;
    const authorization = `Basic ${Buffer.from(`${settings.accountSid}:${settings.authToken}`).toString("base64")}`;
    const { text } = await http.request({ method: "GET", url: `${list}.json`, headers: { authorization } });
    const [file] = (JSON.parse(text) as { media_list: { sid: string }[] }).media_list;
    await desk.fetch({ url: `${list}/${file?.sid}`, channel: "sms" } as Parameters<typeof desk.fetch>[0]);
    await desk.remove?.(`${list}/${file?.sid}`);
    expect(described()).to.have.members(["CreateMessage", "ListMedia", "FetchMediaFile", "storage", "DeleteMedia"]);
  });

  it("goes out in the places that these tests know, and in no other", () => {
    const folder = packagePath("src", "connectors", "twilio");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    const callers = files.filter((name) =>
      /\bhttp\s*\.(request|download)\(/.test(readFileSync(join(folder, name), "utf8")),
    );
    const own = ["client.ts", "account/request.ts", "whatsapp/content-api.ts", "media-desk.ts"];
    expect(callers).to.have.members([...own, "media-check.ts"]); // which asks the hosts of files, not Twilio
  });
});

async function fails(): Promise<never> {
  throw new Error("there is no such sender");
}
