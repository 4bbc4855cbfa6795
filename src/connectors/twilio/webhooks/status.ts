import type { WebhookRequest } from "../../../core/connector.js";
import type { MessageReport } from "../../../core/message.js";
import { toReception, type Webhook } from "../../define-connector.js";
import { toMessageReport } from "../message-report.js";
import type { TwilioSettings } from "../settings.js";
import { requireOwn, text } from "./fields.js";
import type { Fields } from "./signature.js";

/**
 * Reads Twilio's reports about what became of a message. Parameters that we do not know are kept in `raw`; statuses
 * that we do not follow give no report.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export const statusWebhook: Webhook<TwilioSettings> = Object.freeze({
  key: "status",
  title: "What becomes of a message",
  enteredAs: null,
  receive: (request: WebhookRequest, settings: TwilioSettings) => {
    const report = toReport(requireOwn(request, settings), request.url);
    return toReception({ reports: report === null ? [] : [report] });
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
