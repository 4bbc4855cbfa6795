import { createHmac } from "node:crypto";

/** One form field; a name may come more than once. */
export type Field = readonly [name: string, value: string];

/**
 * Gives `X-Twilio-Signature` for a form POST: HMAC-SHA1 over the URL and then every name and value, names in UTF-16
 * order, the values of a repeated name without duplicates and in order.
 *
 * @param url As it is requested: with query, without fragment.
 * Source: https://www.twilio.com/docs/usage/security#validating-requests
 */
export function signForm(authToken: string, url: string, fields: readonly Field[]): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of fields) {
    const known = values.get(name);
    if (known) known.add(value);
    else values.set(name, new Set([value]));
  }
  let data = url;
  for (const name of [...values.keys()].sort()) {
    for (const value of [...(values.get(name) ?? [])].sort()) data += name + value;
  }
  return createHmac("sha1", authToken).update(data, "utf8").digest("base64");
}
