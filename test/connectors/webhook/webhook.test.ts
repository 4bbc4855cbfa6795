import { createHmac } from "node:crypto";
import { expect } from "chai";
import { createWebhookConnector } from "../../../src/connectors/webhook/connector.js";
import type { Reception } from "../../../src/core/connector.js";
import { PatchbayError } from "../../../src/core/errors.js";
import type { JsonObject } from "../../../src/core/json.js";
import type { WebhookDelivery } from "../../../src/core/webhook-delivery.js";

const now = Date.UTC(2026, 1, 3, 12, 0, 0);
const connector = createWebhookConnector({ now: () => now });
const secret = "a-secret-of-the-shop";
const order = '{"id": 1001, "kind": "order", "nested": {"name": "n-7"}}';

const hmac: JsonObject = {
  ...{ verification: "hmac", secret, header: "X-Signature", algorithm: "sha256", encoding: "base64" },
  ...{ topicHeader: "X-Topic", idHeader: "X-Id" },
};

interface Sending {
  readonly body?: string | Uint8Array;
  readonly headers?: Record<string, string>;
  /** Undone where a test leaves one out. */
  readonly without?: string;
}

function receive(settings: JsonObject, { body = order, headers = {}, without }: Sending = {}): Reception {
  const all = { "content-type": "application/json", "x-topic": "orders/create", "x-id": "d-1", ...headers };
  const left = Object.fromEntries(Object.entries(all).filter(([name]) => name !== without));
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const url = "https://patchbay.example/hooks/webhook/shop/shop/s/in";
  return connector.open(settings).receive("in", { method: "POST", url, headers: left, body: bytes });
}

function delivered(...given: Parameters<typeof receive>): WebhookDelivery {
  const { deliveries = [], reports, messages, answer } = receive(...given);
  expect([reports, messages]).to.deep.equal([[], []]);
  expect(answer).to.not.equal(null);
  expect(deliveries).to.have.lengthOf(1);
  return deliveries[0]!;
}

function refused(...given: Parameters<typeof receive>): string {
  try {
    receive(...given);
  } catch (error) {
    expect(error).to.be.instanceOf(PatchbayError);
    expect((error as PatchbayError).code).to.equal("SIGNATURE_INVALID");
    return (error as PatchbayError).message;
  }
  throw new Error("it was taken");
}

function sign(body: string | Uint8Array, { algorithm = "sha256", encoding = "base64", key = secret } = {}): string {
  return createHmac(algorithm, key)
    .update(body)
    .digest(encoding as "base64" | "hex");
}
const signed = (body = order, more: Record<string, string> = {}): Sending => ({
  body,
  headers: { "x-signature": sign(body), ...more },
});

describe("the webhook connector: what is signed", () => {
  it("hands over what is rightly signed, with its topic and its id", () => {
    expect(delivered(hmac, signed())).to.deep.equal({
      topic: "orders/create",
      id: "d-1",
      body: JSON.parse(order),
      unreadable: null,
    });
  });

  it("takes every algorithm and encoding that it says, and only the one that is set", () => {
    for (const algorithm of ["sha256", "sha1", "sha512"]) {
      for (const encoding of ["base64", "hex"]) {
        const header = { "x-signature": sign(order, { algorithm, encoding }) };
        const settings = { ...hmac, algorithm, encoding };
        expect(delivered(settings, { headers: header }).id).to.equal("d-1");
        const other = algorithm === "sha256" ? "sha1" : "sha256";
        refused({ ...settings, algorithm: other }, { headers: header });
        refused({ ...settings, encoding: encoding === "hex" ? "base64" : "hex" }, { headers: header });
      }
    }
  });

  it("takes hex in capitals, and what stands in front of the signature", () => {
    const settings = { ...hmac, encoding: "hex", prefix: "sha256=" };
    const hex = sign(order, { encoding: "hex" });
    delivered(settings, { headers: { "x-signature": `sha256=${hex.toUpperCase()}` } });
    expect(refused(settings, { headers: { "x-signature": hex } })).to.contain("no signature in X-Signature");
    refused(settings, { headers: { "x-signature": `sha1=${hex}` } });
    refused(settings, { headers: { "x-signature": "sha256=" } });
  });

  it("refuses what is forged: no signature, another secret, another body, a part of it, one bit more", () => {
    refused(hmac);
    refused(hmac, { headers: { "x-signature": "" } });
    refused(hmac, { headers: { "x-signature": sign(order, { key: "another-secret" }) } });
    const right = sign(order);
    refused(hmac, { body: order.replace("1001", "1002"), headers: { "x-signature": right } });
    refused(hmac, { body: order.slice(0, -1), headers: { "x-signature": right } });
    refused(hmac, { body: `${order}\n`, headers: { "x-signature": right } });
    refused(hmac, { body: "", headers: { "x-signature": right } });
    refused(hmac, { headers: { "x-signature": right.slice(0, -1) } });
    refused(hmac, { headers: { "x-signature": `${right}, ${right}` } });
    refused(hmac, { headers: { "x-signature": `${right}AAAA` } });
  });

  it("signs the bytes, not what they mean: another order of members is another body", () => {
    const other = JSON.stringify({ kind: "order", id: 1001, nested: { name: "n-7" } });
    refused(hmac, { body: other, headers: { "x-signature": sign(order) } });
  });

  it("takes either of two secrets while one is being replaced, and no third", () => {
    const settings = { ...hmac, otherSecret: "the-next-secret" };
    delivered(settings, signed());
    delivered(settings, { headers: { "x-signature": sign(order, { key: "the-next-secret" }) } });
    refused(settings, { headers: { "x-signature": sign(order, { key: "a-third-secret" }) } });
  });
});

describe("the webhook connector: what is signed with its time", () => {
  const settings = { ...hmac, timestampHeader: "X-Time", encoding: "hex", toleranceSeconds: 300 };
  const at = (time: string, more: Record<string, string> = {}): Sending => ({
    headers: { "x-time": time, "x-signature": sign(`${time}.${order}`, { encoding: "hex" }), ...more },
  });
  const seconds = now / 1_000;

  it("takes it within the tolerance, as seconds, milliseconds or an instant", () => {
    for (const time of [`${seconds - 300}`, `${seconds + 300}`, `${now - 299_000}`, new Date(now).toISOString()]) {
      expect(delivered(settings, at(time)).id, time).to.equal("d-1");
    }
  });

  it("refuses what is stale, comes from the future or has no time", () => {
    expect(refused(settings, at(`${seconds - 301}`))).to.contain("more than 300 seconds from now");
    refused(settings, at(`${seconds + 301}`));
    expect(refused(settings, at("soon"))).to.contain("no time in X-Time");
    refused(settings, { headers: { "x-signature": sign(`.${order}`, { encoding: "hex" }) } });
  });

  it("refuses an old request under a new time: the time is signed", () => {
    refused(settings, at(`${seconds - 9_999}`, { "x-time": `${seconds}` }));
  });

  it("can be told what is signed, such as version, time and id", () => {
    const template = { ...settings, signed: "v0:{id}:{timestamp}:{body}", prefix: "v0=" };
    const signature = `v0=${sign(`v0:d-1:${seconds}:${order}`, { encoding: "hex" })}`;
    const headers = { "x-time": `${seconds}`, "x-signature": signature };
    delivered(template, { headers });
    refused(template, { headers: { ...headers, "x-id": "d-2" } });
  });
});

describe("the webhook connector: a secret, a login, or nothing", () => {
  it("takes the secret in a header, after its prefix, and no other", () => {
    const settings = { verification: "header", secret, header: "Authorization", prefix: "Bearer ", topic: "orders" };
    expect(delivered(settings, { headers: { authorization: `Bearer ${secret}` } }).topic).to.equal("orders");
    for (const wrong of [`Bearer ${secret}x`, `Bearer ${secret.slice(1)}`, secret, "Bearer ", ""]) {
      refused(settings, { headers: { authorization: wrong } });
    }
    refused(settings);
  });

  it("takes a user name with its password, and no other", () => {
    const settings = {
      verification: "basic",
      username: "shop",
      secret,
      otherSecret: "pass:with:colons",
      topic: "orders",
    };
    const basic = (login: string) => ({ headers: { authorization: `Basic ${Buffer.from(login).toString("base64")}` } });
    delivered(settings, basic(`shop:${secret}`));
    delivered(settings, basic("shop:pass:with:colons"));
    for (const wrong of [`other:${secret}`, "shop:wrong", "shop", ""]) refused(settings, basic(wrong));
    refused(settings, { headers: { authorization: "Basic %%%" } });
    refused(settings, { headers: { authorization: `Bearer ${secret}` } });
    refused(settings);
  });

  it("takes anything where nothing is verified, and says so loudly whenever somebody looks", async () => {
    const connection = connector.open({ verification: "none" });
    expect(delivered({ verification: "none" }).topic).to.equal("received");
    const { concerns } = (await connection.inspect?.())!;
    expect(concerns.map(({ code, level }) => `${code} ${level}`)).to.deep.equal(["webhook-unverified problem"]);
  });

  it("has nothing to say about a connection that is verified, but notes a second secret", async () => {
    expect((await connector.open(hmac).inspect?.())!.concerns).to.deep.equal([]);
    const { concerns } = (await connector.open({ ...hmac, otherSecret: "the-next-secret" }).inspect?.())!;
    expect(concerns.map(({ code, level }) => `${code} ${level}`)).to.deep.equal(["secret-being-replaced note"]);
  });
});

describe("the webhook connector: topic, id and body", () => {
  const paths = { ...hmac, topicPath: "/kind", idPath: "/nested/name" } as JsonObject;
  const { topicHeader: _topic, idHeader: _id, ...byPath } = paths;

  it("finds topic and id in the body", () => {
    expect(delivered(byPath, signed())).to.include({ topic: "order", id: "n-7" });
    expect(delivered({ ...byPath, idPath: "/id" }, signed()).id).to.equal("1001");
  });

  it("names a delivery without an id by what it hands over: the same again is the same delivery", () => {
    const { idPath: _path, ...without } = byPath as JsonObject;
    const id = delivered(without, signed()).id;
    expect(id).to.match(/^sha256:[0-9a-f]{64}$/);
    expect(delivered(without, signed()).id).to.equal(id);
    expect(delivered(without, signed(order.replace("7", "8"))).id).to.not.equal(id);
    const unnamed = delivered(hmac, { ...signed(), without: "x-id" }).id;
    expect(unnamed)
      .to.match(/^sha256:[0-9a-f]{64}$/)
      .and.not.equal(id, "the topic is another");
    expect(delivered(hmac, { ...signed(), without: "x-id" }).id).to.equal(unnamed);
  });

  it("hands over what is rightly signed and cannot be read as text, with the reason: it would only come again", () => {
    for (const [body, why] of [
      ['{"id": 1,', "not JSON"],
      ["", "empty"],
      [`${"[".repeat(70)}${"]".repeat(70)}`, "nested more than 64 deep"],
      ['{"__proto__": {"a": 1}}', "__proto__"],
    ] as const) {
      const delivery = delivered(hmac, signed(body));
      expect(delivery.unreadable, body).to.contain(why);
      expect(delivery.body).to.equal(body);
      expect(delivery.topic).to.equal("orders/create");
    }
    const bytes = Uint8Array.of(0xff, 0xfe, 0x00);
    const delivery = delivered(hmac, { body: bytes, headers: { "x-signature": sign(bytes) } });
    expect(delivery).to.include({ unreadable: "it is not UTF-8", body: "//4A" });
  });

  it("does not repeat the document in the reason", () => {
    expect(delivered(hmac, signed("Ann Smith, 5 Elm Street")).unreadable).to.not.contain("Ann");
  });

  it("hands over what has no topic, or one that is none, as not readable", () => {
    const none = delivered(hmac, { ...signed(), without: "x-topic" });
    expect(none).to.include({ topic: "received", unreadable: "there is no topic in X-Topic" });
    for (const topic of ["", "orders create", "x".repeat(101), "<script>", "ä"]) {
      expect(delivered(hmac, signed(order, { "x-topic": topic })).unreadable, topic).to.contain("no topic");
    }
    expect(delivered({ ...byPath, topicPath: "/toString" }, signed()).unreadable).to.contain("/toString of the body");
  });

  it("reads forms, and lists", () => {
    const type = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const form = delivered(hmac, signed("a=1&b=2&b=3&__proto__=x", type));
    expect(form.body).to.deep.equal({ a: "1", b: ["2", "3"] });
    expect(delivered(hmac, signed("[1, 2]")).body).to.deep.equal([1, 2]);
  });

  it("answers the sender's unsigned trial of the address, and believes nothing of it", () => {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const settings = { ...hmac, ping: "webhook_id" };
    const { deliveries, answer } = receive(settings, { body: "webhook_id=7", headers: type });
    expect(deliveries).to.equal(undefined);
    expect(answer).to.not.equal(null);
    refused(settings, { body: "webhook_id=7&id=1001", headers: type });
    refused(settings, { body: "webhook_id=7" });
    refused(settings, { body: `webhook_id=${"7".repeat(2_000)}`, headers: type });
    refused(hmac, { body: "webhook_id=7", headers: type });
  });
});

describe("the webhook connector: settings", () => {
  function problem(settings: JsonObject): string {
    try {
      connector.open(settings);
    } catch (error) {
      expect((error as PatchbayError).code).to.equal("ENDPOINT_MISCONFIGURED");
      return (error as PatchbayError).message;
    }
    throw new Error("the settings were taken");
  }

  it("must say how senders are told apart, and with what", () => {
    expect(problem({})).to.contain("/verification is required");
    expect(problem({ verification: "hmac", header: "X-S" })).to.contain("/secret is required");
    expect(problem({ verification: "hmac", secret })).to.contain("/header is required");
    expect(problem({ verification: "header", secret })).to.contain("/header is required");
    expect(problem({ verification: "basic", secret })).to.contain("/username is required");
    expect(problem({ ...hmac, secret: "short" })).to.contain("/secret");
    expect(problem({ ...hmac, secret: "" })).to.contain("/secret");
  });

  it("must go together: nothing is set that would mean nothing", () => {
    expect(problem({ verification: "none", secret })).to.contain("/secret must be left out");
    expect(problem({ verification: "header", secret, header: "X", timestampHeader: "X-T" })).to.contain(
      "timestampHeader",
    );
    expect(problem({ ...hmac, username: "shop" })).to.contain("/username must be left out");
    expect(problem({ ...hmac, topic: "x" })).to.contain("/topicHeader must be left out");
    expect(problem({ ...hmac, idPath: "/id" })).to.contain("/idPath must be left out");
    expect(problem({ ...hmac, timestampHeader: "X-T", signed: "{body}" })).to.contain("must have {timestamp}");
    expect(problem({ ...hmac, signed: "{timestamp}.{body}" })).to.contain("/timestampHeader is required");
    expect(problem({ ...hmac, signed: "{timestamp}" })).to.contain("/signed");
    expect(problem({ ...hmac, topicPath: "kind" })).to.contain("/topicPath");
    expect(problem({ ...hmac, colour: "red" })).to.contain("/colour");
  });
});
