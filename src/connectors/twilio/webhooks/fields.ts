import type { WebhookRequest } from "../../../core/connector.js";
import { PatchbayError } from "../../../core/errors.js";
import type { TwilioSettings } from "../settings.js";
import { type Fields, requireSigned } from "./signature.js";

/**
 * Reads the parameters of a request that Twilio signed and that is about this connection's account.
 *
 * @throws SIGNATURE_INVALID
 */
export function requireOwn(
  request: WebhookRequest,
  { accountSid, authToken, secondaryAuthToken }: TwilioSettings,
): Fields {
  const others = secondaryAuthToken === undefined ? [] : [secondaryAuthToken];
  const fields = requireSigned(request, authToken, ...others);
  if (text(fields, "AccountSid") === accountSid) return fields;
  throw new PatchbayError("SIGNATURE_INVALID", "The request is about another Twilio account");
}

/** The parameter's value, the first when it came several times, or an empty text. */
export function text(fields: Fields, name: string): string {
  const value = fields[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
