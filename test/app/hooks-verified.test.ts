import { createHmac } from "node:crypto";
import { expect } from "chai";
import twilio from "twilio";
import type { JsonObject } from "../../src/core/json.js";
import { openTestApp, type TestApp } from "./parts.js";

const secret = "shop-secret-of-the-tests";
const json = "application/json";
const form = "application/x-www-form-urlencoded";

/** Bodies that a reader would stumble over, each with the type it claims to be. */
const traps: readonly (readonly [what: string, type: string, body: string])[] = [
  ["JSON that is none", json, '{"id": '],
  ["a thousand levels", json, `${"[".repeat(1_000)}${"]".repeat(1_000)}`],
  ["a member called __proto__", json, '{"__proto__":{"verified":true}}'],
  ["an order", json, '{"id":1}'],
  ["nothing", json, ""],
  ["a form with one name half a million times", form, "a=1&".repeat(500_000)],
  ["a form with a hundred thousand names", form, Array.from({ length: 100_000 }, (_, n) => `n${n}=1`).join("&")],
  ["a broken form", form, "%E0%A4%A=%&=&&&"],
  ["a text", "text/plain", "hello"],
];

/** Proofs that are none: absent, empty, of another length, of another body, in another place. */
const forgeries: readonly Readonly<Record<string, string>>[] = [
  {},
  { "x-twilio-signature": "", "x-shopify-hmac-sha256": "", "x-wc-webhook-signature": "" },
  { "x-twilio-signature": "AAAA", "x-shopify-hmac-sha256": "AAAA", "x-wc-webhook-signature": "AAAA" },
  {
    "x-twilio-signature": hmac("another body"),
    "x-shopify-hmac-sha256": hmac("another body"),
    "x-wc-webhook-signature": hmac("another body"),
  },
];

function hmac(body: string): string {
  return createHmac("sha256", secret).update(body).digest("base64");
}

describe("Every webhook", () => {
  let test: TestApp;
  let hooks: { name: string; url: string }[];
  before(async () => {
    test = await openTestApp();
    await test.setUp();
    for (const name of ["shopify", "woocommerce"]) {
      const parameters = { secret };
      const { status } = await test.request("POST", "/api/v1/collections/install", { name, parameters });
      expect(status).to.equal(201);
    }
    const connections = await test.list("/api/v1/connections");
    const details = await Promise.all(
      connections.map(async ({ name }) => (await test.request("GET", `/api/v1/connections/${name}`)).body),
    );
    hooks = details.flatMap(({ name, webhooks }) =>
      (webhooks as JsonObject[]).map(({ key, url }) => ({ name: `${name} ${key}`, url: String(url) })),
    );
    // Not entered anywhere: each message names it.
    const inbound = hooks.find(({ name }) => name === "twilio/twilio inbound")?.url ?? "";
    hooks.push({ name: "twilio/twilio status", url: inbound.replace(/inbound$/, "status") });
  });
  after(() => test.close());

  async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<[number, string]> {
    const answer = await fetch(url, { method: "POST", body, headers });
    const text = await answer.text();
    return [answer.status, text];
  }

  it("is among those that are tried here", () => {
    const names = hooks.map(({ name }) => name).sort();
    expect(names).to.deep.equal([
      ...["shopify/shop in", "twilio/twilio fallback", "twilio/twilio inbound", "twilio/twilio status"],
      "woocommerce/shop in",
    ]);
  });

  for (const [what, type, body] of traps) {
    it(`refuses ${what} without a right proof, whatever else is wrong with it`, async () => {
      for (const { name, url } of hooks) {
        for (const forgery of forgeries) {
          const [status, text] = await post(url, body, { ...forgery, "content-type": type });
          expect(status, `${name} ${JSON.stringify(forgery)} ${text}`).to.equal(403);
          expect(JSON.parse(text)).to.include({ code: "SIGNATURE_INVALID" });
        }
      }
      expect(await test.list("/api/v1/events")).to.deep.equal([]);
    });
  }

  it("is read once its proof is right: what a shop sends is kept, what Twilio sends is understood or refused", async () => {
    const url = (hook: string): string => hooks.find(({ name }) => name === hook)?.url ?? "";
    const broken = '{"id": ';
    const shop = { "content-type": json, "x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": hmac(broken) };
    const [shopStatus] = await post(url("shopify/shop in"), broken, shop);
    const status = url("twilio/twilio inbound");
    const fields = { AccountSid: test.simulator.accountSid };
    const signature = twilio.getExpectedTwilioSignature(test.simulator.authToken, status, fields);
    const body = new URLSearchParams(fields).toString();
    const [twilioStatus] = await post(status, body, { "content-type": form, "x-twilio-signature": signature });
    expect([shopStatus, twilioStatus]).to.deep.equal([200, 400]);
    const [kept] = await test.list("/api/v1/events");
    expect(JSON.stringify(kept)).to.contain("webhook");
  });
});
