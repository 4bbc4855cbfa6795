import type { Mailbox } from "./address.js";
import { domainOf } from "./address.js";
import type { EmailRequest } from "./prepare-email.js";

/**
 * Gives the Message-ID of an e-mail, without its brackets. The same effect has the same one on every attempt and in every
 * process, so that two copies of one e-mail are recognised, by servers and by people.
 *
 * Source: RFC 5322, 3.6.4
 */
export function messageIdOf(effectId: string, { from }: EmailRequest): string {
  return `${effectId}@${domainOf(from)}`;
}

/**
 * Writes an e-mail as it travels. It says of itself that no person wrote it, so that nobody's holiday notice answers it.
 *
 * Source: RFC 5322; RFC 3834, 5
 */
export async function compose(request: EmailRequest, messageId: string, date: Date): Promise<Buffer> {
  const { from, to, cc, replyTo, subject, text, html, headers } = request;
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const composer = new MailComposer({
    from: toAddress(from),
    to: toAddress(to),
    ...(cc.length > 0 && { cc: cc.map(toAddress) }),
    ...(replyTo !== null && { replyTo: toAddress(replyTo) }),
    ...(text !== null && { text }),
    ...(html !== null && { html }),
    subject,
    headers: { "Auto-Submitted": "auto-generated", ...headers },
    messageId: `<${messageId}>`,
    date,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function toAddress({ name, address }: Mailbox): { name: string; address: string } {
  return { name, address };
}
