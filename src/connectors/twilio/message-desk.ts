import type { MessageDesk } from "../../core/connector.js";
import type { TwilioClient } from "./client.js";
import { toReport } from "./endpoints/send-message.js";

/** Opens the desk where one can ask about an account's messages. */
export function openMessageDesk(client: TwilioClient): MessageDesk {
  return {
    fetch: async (vendorId) => toReport(await client.fetchMessage(vendorId)),
    cancel: async (vendorId) => toReport(await client.cancelMessage(vendorId)),
  };
}
