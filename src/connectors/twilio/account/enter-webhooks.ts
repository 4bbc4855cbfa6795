import type { EnteredAt } from "../../../core/connector.js";
import type { AccountApi } from "./account-api.js";

/**
 * Enters addresses at a number, a Messaging Service or a WhatsApp sender, all of one in one request, and by POST.
 *
 * @param urls `inbound`, `fallback`, or both; what is not given stays as it is.
 */
export async function enterWebhooks(
  api: AccountApi,
  { id, kind }: EnteredAt,
  { inbound, fallback }: Readonly<Record<string, string>>,
): Promise<void> {
  const given = (url: string | undefined, fields: Readonly<Record<string, string>>) =>
    url === undefined ? {} : fields;
  const [first = "", second = ""] = [inbound, fallback];
  if (kind === "number") {
    // An application that is entered would have the word.
    const inboundFields = { SmsUrl: first, SmsMethod: "POST", SmsApplicationSid: "" };
    const fallbackFields = { SmsFallbackUrl: second, SmsFallbackMethod: "POST" };
    return api.updateNumber(id, { ...given(inbound, inboundFields), ...given(fallback, fallbackFields) });
  }
  if (kind === "service") {
    const inboundFields = { InboundRequestUrl: first, InboundMethod: "POST" };
    const fallbackFields = { FallbackUrl: second, FallbackMethod: "POST" };
    return api.updateService(id, { ...given(inbound, inboundFields), ...given(fallback, fallbackFields) });
  }
  return api.updateWhatsAppSender(id, {
    ...given(inbound, { callback_url: first, callback_method: "POST" }),
    ...given(fallback, { fallback_url: second, fallback_method: "POST" }),
  });
}
