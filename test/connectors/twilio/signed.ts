import { createHash } from "node:crypto";
import twilio from "twilio";
import type { WebhookRequest } from "../../../src/core/connector.js";
import { authToken } from "./account.js";

/** A form under a signature. */
export function formRequest(at: string, form: Record<string, string>, signature: string): WebhookRequest {
  return {
    method: "POST",
    url: at,
    headers: { "content-type": "application/x-www-form-urlencoded; charset=UTF-8", "x-twilio-signature": signature },
    body: Buffer.from(new URLSearchParams(form).toString()),
  };
}

/** A JSON body under a signature. */
export function jsonRequest(at: string, body: string, signature: string): WebhookRequest {
  return {
    method: "POST",
    url: at,
    headers: { "content-type": "application/json", "x-twilio-signature": signature },
    body: Buffer.from(body),
  };
}

/** A form as Twilio would sign it. */
export function signedAt(at: string, form: Record<string, string>, token = authToken): WebhookRequest {
  return formRequest(at, form, twilio.getExpectedTwilioSignature(token, at, form));
}

/** A JSON body as Twilio would sign it: its hash is part of the address. */
export function signedJsonAt(at: string, body: string, token = authToken): WebhookRequest {
  const hash = createHash("sha256").update(body).digest("hex");
  const url = `${at}${at.includes("?") ? "&" : "?"}bodySHA256=${hash}`;
  return jsonRequest(url, body, twilio.getExpectedTwilioSignature(token, url, {}));
}
