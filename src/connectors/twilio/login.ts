import type { TwilioSettings } from "./settings.js";

/** What an account's requests prove who they are with. */
export interface Login {
  /** Of every request to Twilio itself; nobody else may see it. */
  readonly authorization: string;
  /** Takes what is secret, and the account, out of a text that is shown. */
  hide(text: string): string;
}

/**
 * Gives an account's login: its API key where there is one, which can be revoked by itself, else the account SID and the auth token.
 * The auth token is needed all the same: Twilio signs webhooks with nothing else.
 *
 * Source: https://www.twilio.com/docs/iam/api-keys
 */
export function loginOf({ accountSid, authToken, apiKey, apiKeySecret }: TwilioSettings): Login {
  const [user, password] = apiKey === undefined ? [accountSid, authToken] : [apiKey, apiKeySecret ?? ""];
  const credentials = Buffer.from(`${user}:${password}`).toString("base64");
  const secrets = [credentials, authToken, accountSid, user, password].filter((secret) => secret !== "");
  return {
    authorization: `Basic ${credentials}`,
    hide: (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "[hidden]"), text),
  };
}
