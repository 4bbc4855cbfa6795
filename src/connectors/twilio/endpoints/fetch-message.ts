import { defineEndpoint } from "../../define-connector.js";
import type { TwilioClient } from "../client.js";
import type { TwilioSettings } from "../settings.js";
import { type MessageSidPayload, messageSidSchema } from "./message-sid.js";
import { toReport, toResult } from "./send-message.js";

/**
 * Reads what Twilio knows of a message now: its status, error code and, some time after it was sent, its price.
 *
 * Source: https://www.twilio.com/docs/messaging/api/message-resource#fetch-a-message-resource
 */
export const fetchMessage = defineEndpoint<TwilioClient, TwilioSettings, MessageSidPayload>({
  key: "fetch-message",
  title: "Look a message up",
  onRepeat: "none",
  payload: messageSidSchema,
  prepare: ({ sid }) => ({ request: { sid }, recipient: null, message: null, validForMs: null }),
  send: async (client, { sid }) => {
    const message = await client.fetchMessage(String(sid));
    return { ...toResult(message), report: toReport(message) };
  },
});
