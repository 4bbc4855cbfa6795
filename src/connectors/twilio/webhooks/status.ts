import type { WebhookRequest } from "../../../core/connector.js";
import { PatchbayError } from "../../../core/errors.js";
import type { MessageReport } from "../../../core/message.js";
import type { Webhook } from "../../define-connector.js";
import { toMessageReport } from "../message-report.js";
import type { TwilioSettings } from "../settings.js";
import { type Fields, requireSigned } from "./signature.js";

/**
 * Reads Twilio's reports about what became of a message. Parameters that we do not know are kept in `raw`; statuses
 * that we do not follow give no report.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export const statusWebhook: Webhook<TwilioSettings> = Object.freeze({
  key: "status",
  receive: (request: WebhookRequest, { accountSid, authToken }: TwilioSettings) => {
    const fields = requireSigned(request, authToken);
    if (text(fields, "AccountSid") !== accountSid) {
      throw new PatchbayError("SIGNATURE_INVALID", "The request is about another Twilio account");
    }
    const report = toReport(fields, request.url);
    return report === null ? [] : [report];
  },
});

function toReport(fields: Fields, url: string): MessageReport | null {
  return toMessageReport({
    sid: text(fields, "MessageSid"),
    status: text(fields, "MessageStatus"),
    errorCode: text(fields, "ErrorCode"),
    errorMessage: text(fields, "ErrorMessage"),
    from: text(fields, "From"),
    effectId: toEffectId(url),
    raw: { ...fields },
  });
}

/** Our own id out of our own callback URL, which the signature covers. */
function toEffectId(url: string): string | null {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? "";
  const effect = new URLSearchParams(query).get("effect") ?? "";
  return /^eff_\w+$/.test(effect) ? effect : null;
}

/** The parameter's value, the first when it came several times, or an empty text. */
function text(fields: Fields, name: string): string {
  const value = fields[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
