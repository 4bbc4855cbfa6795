import type { CallContext, CallResult } from "../../../core/connector.js";
import type { JsonObject } from "../../../core/json.js";
import { defineEndpoint } from "../../define-connector.js";
import { type Mailbox, readMailbox } from "../address.js";
import type { EmailClient } from "../client.js";
import { compose, messageIdOf } from "../compose.js";
import { type EmailRequest, prepareEmail } from "../prepare-email.js";
import type { EmailSettings } from "../settings.js";
import { type SendEmailPayload, sendEmailPayloadSchema } from "./send-email-payload.js";

/**
 * Sends one e-mail. `sent` means that the mail server has taken it over: what becomes of it then nobody reports to us, a bounce
 * goes to the return path.
 *
 * Source: RFC 5321
 */
export const sendEmail = defineEndpoint<EmailClient, EmailSettings, SendEmailPayload>({
  key: "send-email",
  title: "Send an e-mail",
  onRepeat: "duplicate", // a server that took an e-mail and whose reply was lost has it twice after another attempt
  payload: sendEmailPayloadSchema,
  prepare: prepareEmail,
  send: async (client, request, { effectId }: CallContext): Promise<CallResult> => {
    const email = toEmail(request);
    const messageId = messageIdOf(effectId, email);
    const { from, to, cc, bcc } = email;
    const { returnPath } = client.settings;
    const { reply, refused } = await client.send({
      from: returnPath === undefined ? from.address : readMailbox(returnPath, "/returnPath").address,
      to: to.address,
      copies: [...new Set([...cc, ...bcc].map(addressOf))].filter((copy) => copy !== to.address),
      bytes: await compose(email, messageId, new Date()),
    });
    const without = refused.length === 0 ? "" : `; copies were refused for ${refused.join(", ")}`;
    return {
      summary: `e-mail to ${to.address} accepted${without}`,
      vendorId: messageId,
      response: { messageId, reply: reply.slice(0, 500), refusedCopies: [...refused] },
      messageStatus: "sent",
    };
  },
});

/** It was made by `prepare`, and stored in between. */
function toEmail(request: JsonObject): EmailRequest {
  return request as unknown as EmailRequest;
}

function addressOf({ address }: Mailbox): string {
  return address;
}
