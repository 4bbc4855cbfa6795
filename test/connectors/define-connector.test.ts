import { expect } from "chai";
import { defineConnector, defineEndpoint } from "../../src/connectors/define-connector.js";
import { createConnectors } from "../../src/connectors/registry.js";
import type { JsonObject } from "../../src/core/json.js";
import { openHttp } from "../../src/http/open-http.js";
import { failed, thrown } from "../http/failed.js";

interface Ring {
  readonly times: number;
  readonly tone?: string;
}

const ring = defineEndpoint<string[], { readonly volume: number }, Ring>({
  key: "ring",
  title: "Ring the bell",
  onRepeat: "duplicate",
  payload: {
    type: "object",
    additionalProperties: false,
    required: ["times"],
    properties: { times: { type: "integer", minimum: 1 }, tone: { enum: ["high", "low"] } },
  },
  prepare: ({ times, tone }, { volume }) => ({
    request: { times, tone: tone ?? "high", volume },
    recipient: null,
    message: null,
    validForMs: null,
  }),
  send: async (rung, request) => {
    rung.push(JSON.stringify(request));
    return { summary: "rung", vendorId: null, response: {}, messageStatus: null };
  },
});

const chime = defineEndpoint<string[], { readonly volume: number }, Ring>({
  ...{ key: "chime", title: "Ring the chime", onRepeat: "duplicate", payload: { type: "object" } },
  prepare: () => ({ request: {}, recipient: null, message: null, validForMs: 1_000 }),
  send: async () => ({ summary: "rung", vendorId: null, response: {}, messageStatus: null }),
  find: async (rung, request, { isTaken }) => {
    const heard = JSON.stringify(request);
    return rung.includes(heard) && !(await isTaken(heard)) ? "unclear" : "absent";
  },
});

const rung: string[] = [];
const bell = defineConnector<{ readonly volume: number }, string[]>({
  key: "bell",
  title: "Bell",
  settings: {
    type: "object",
    additionalProperties: false,
    required: ["tower"],
    properties: { tower: { type: "string" }, volume: { type: "integer", default: 5 } },
  },
  endpoints: [ring, chime],
  webhooks: [],
  connect: () => rung,
});
const connection = bell.open({ tower: "north" });

describe("defineEndpoint", () => {
  it("prepares a payload that fits the schema, with the settings' defaults", () => {
    expect(connection.prepare("ring", { times: 2 }).request).to.deep.equal({ times: 2, tone: "high", volume: 5 });
  });

  it("counts null as absent", () => {
    expect(connection.prepare("ring", { times: 2, tone: null }).request).to.include({ tone: "high" });
    expect(thrown(() => connection.prepare("ring", { times: null }), "PAYLOAD_INVALID").message).to.include("/times");
  });

  it("lists every problem of a payload with its path", () => {
    const error = thrown(() => connection.prepare("ring", { tone: "flat", times: 0, loud: true }), "PAYLOAD_INVALID");
    expect(error.details.problems).to.deep.equal([
      { path: "/loud", message: "is not known here" },
      { path: "/times", message: "must be >= 1" },
      { path: "/tone", message: "must be one of high, low" },
    ]);
    expect(error.message).to.equal(
      "Ring the bell: /loud is not known here; /times must be >= 1; /tone must be one of high, low",
    );
  });

  it("names what is missing by its path", () => {
    const error = thrown(() => connection.prepare("ring", {}), "PAYLOAD_INVALID");
    expect(error.details.problems).to.deep.equal([{ path: "/times", message: "is required" }]);
  });

  it("leaves the given payload as it was", () => {
    const payload: JsonObject = { times: 1, tone: null };
    connection.prepare("ring", payload);
    expect(payload).to.deep.equal({ times: 1, tone: null });
  });
});

describe("defineConnector", () => {
  it("describes its endpoints as data only", () => {
    expect(bell.endpoints).to.have.lengthOf(2);
    for (const described of bell.endpoints) {
      expect(described).to.have.all.keys("key", "title", "onRepeat", "findable", "payload");
    }
  });

  it("sends a prepared request unchanged", async () => {
    const request = { times: 7, tone: "odd", volume: 11 };
    await connection.send("ring", request, { effectId: "eff_1", callbackUrl: null });
    expect(rung.pop()).to.equal(JSON.stringify(request));
  });

  it("names the endpoints there are when asked for another", async () => {
    const error = thrown(() => connection.prepare("toll", {}), "ENDPOINT_UNKNOWN");
    expect(error.message).to.equal('bell has no endpoint "toll"; it has: ring, chime');
    await failed(connection.send("toll", {}, { effectId: "eff_1", callbackUrl: null }), "ENDPOINT_UNKNOWN");
  });

  it("can find what became of a call exactly where the endpoint knows how", () => {
    expect(bell.endpoints.map(({ key, findable }) => [key, findable])).to.deep.equal([
      ["ring", false],
      ["chime", true],
    ]);
  });

  it("asks the endpoint with the request as it was sent and with what is known to be taken", async () => {
    const search = { since: new Date(0), isTaken: async (vendorId: string) => vendorId === '{"times":2}' };
    rung.push('{"times":1}', '{"times":2}');
    expect(await connection.find("chime", { times: 1 }, search)).to.equal("unclear");
    expect(await connection.find("chime", { times: 2 }, search)).to.equal("absent");
  });

  it("says so when it is asked about an endpoint that cannot tell, or that it does not have", async () => {
    const search = { since: new Date(0), isTaken: async () => false };
    const error = await failed(connection.find("ring", {}, search), "ENDPOINT_UNKNOWN");
    expect(error.message).to.equal("bell/ring cannot tell what became of a call");
    await failed(connection.find("toll", {}, search), "ENDPOINT_UNKNOWN");
  });

  it("names the webhooks there are when asked for another", () => {
    const request = { method: "POST", url: "https://a/", headers: {}, body: new Uint8Array() };
    const error = thrown(() => connection.receive("status", request), "WEBHOOK_UNKNOWN");
    expect(error.message).to.equal('bell has no webhook "status"; it has: none');
  });

  it("refuses settings that do not fit", () => {
    const error = thrown(() => bell.open({ volume: "loud" }), "ENDPOINT_MISCONFIGURED");
    expect(error.message).to.equal("Bell settings: /tower is required; /volume must be integer");
  });
});

describe("createConnectors", () => {
  it("ships e-mail and Twilio, with its endpoints and its secret marked", async () => {
    const http = openHttp({ timeoutMs: 1_000, maxResponseBytes: 1_000, allow: [], userAgent: "test" });
    const connectors = createConnectors({ http });
    expect([...connectors.keys()]).to.deep.equal(["twilio", "email", "http", "webhook"]);
    const twilio = connectors.get("twilio")!;
    const endpoints = twilio.endpoints.map(({ key, onRepeat, findable }) => [key, onRepeat, findable]);
    expect(endpoints).to.deep.equal([
      ["send-message", "duplicate", true],
      ["cancel-message", "none", false],
      ["fetch-message", "none", false],
    ]);
    expect(twilio.settings).to.have.nested.property("properties.authToken.writeOnly", true);
    await http.close();
  });
});
