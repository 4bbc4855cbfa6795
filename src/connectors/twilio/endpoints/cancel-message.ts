import { defineEndpoint } from "../../define-connector.js";
import type { TwilioClient } from "../client.js";
import type { TwilioSettings } from "../settings.js";
import { type MessageSidPayload, messageSidSchema } from "./message-sid.js";
import { toReport, toResult } from "./send-message.js";

/**
 * Takes a scheduled message back before Twilio sends it. One that was taken back before is so still; one that has left is
 * refused (30409).
 *
 * Source: https://www.twilio.com/docs/messaging/features/message-scheduling#cancel-a-scheduled-message
 */
export const cancelMessage = defineEndpoint<TwilioClient, TwilioSettings, MessageSidPayload>({
  key: "cancel-message",
  title: "Cancel a scheduled message",
  onRepeat: "none",
  payload: messageSidSchema,
  prepare: ({ sid }) => ({ request: { sid }, recipient: null, message: null, validForMs: null }),
  send: async (client, { sid }) => {
    const message = await client.cancelMessage(String(sid));
    const { summary: _summary, ...result } = toResult(message);
    return { ...result, summary: `The message to ${message.to} is cancelled`, report: toReport(message) };
  },
});
