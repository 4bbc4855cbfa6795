import type { PreparedCall } from "../../core/connector.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import type { MessageDraft } from "../../core/message.js";
import { contactOf, hasControl, type Mailbox, readMailbox } from "./address.js";
import type { SendEmailPayload } from "./endpoints/send-email-payload.js";
import type { EmailSettings } from "./settings.js";

/** An e-mail as it is sent on every attempt. Kept in the ledger as JSON. */
export interface EmailRequest {
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: Mailbox | null;
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that a flow may set; all others are ours, or would change who gets the e-mail. */
const allowedHeaders =
  /^(x-[a-z0-9-]{1,60}|list-unsubscribe|list-unsubscribe-post|list-id|in-reply-to|references|precedence|importance)$/i;

/** What an operator reads of an e-mail: the rest is in the call's request. */
const MOST_SHOWN = 4_000;

/**
 * Checks an e-mail and completes it with what the connection says.
 * @throws EMAIL_INVALID, MESSAGE_EMPTY, PAYLOAD_INVALID
 */
export function prepareEmail(payload: SendEmailPayload, settings: EmailSettings): PreparedCall {
  const request = toRequest(payload, settings);
  return {
    // Plain data: what is stored is what is read back.
    request: request as unknown as JsonObject,
    recipient: contactOf(request.to),
    message: toDraft(request),
    validForMs: null,
  };
}

function toRequest(payload: SendEmailPayload, settings: EmailSettings): EmailRequest {
  const { to, cc = [], bcc = [], from, replyTo = settings.replyTo, subject, text, html, headers = {} } = payload;
  if (hasControl(subject)) throw invalid("/subject", "has a line break or a control character: a subject is one line");
  for (const [name, value] of Object.entries(headers)) refuseHeader(name, value);
  const content = { text: orNull(text), html: orNull(html) };
  if (content.text === null && content.html === null) throw empty();
  return {
    from: from === undefined ? readMailbox(settings.from, "/from") : readSender(from),
    to: readMailbox(to, "/to"),
    cc: cc.map((one, index) => readMailbox(one, `/cc/${index}`)),
    bcc: bcc.map((one, index) => readMailbox(one, `/bcc/${index}`)),
    replyTo: replyTo === undefined ? null : readMailbox(replyTo, "/replyTo"),
    subject,
    ...content,
    headers,
  };
}

/** A text of blanks says nothing. */
function orNull(text: string | undefined): string | null {
  return text === undefined || text.trim() === "" ? null : text;
}

function empty(): PatchbayError {
  return new PatchbayError("MESSAGE_EMPTY", "The e-mail has neither a text nor an html that says anything", {
    remedy: "Give the e-mail a text, an html or both; let the flow stop where there is nothing to say.",
  });
}

/** What texts are sent by is a number, and records carry it along to where an e-mail is made of them. */
const phoneNumber = /^(?:whatsapp:)?\+?[\d\s().-]{5,}$/;

/** @throws EMAIL_INVALID */
function readSender(from: string): Mailbox {
  if (!phoneNumber.test(from.trim())) return readMailbox(from, "/from");
  const message = `is "${from.trim().slice(0, 40)}", a phone number: e-mails are sent as an e-mail address`;
  throw new PatchbayError("EMAIL_INVALID", `/from ${message}`, {
    problems: [{ path: "/from", message }],
    remedy:
      "Leave `from` out to send as the connection's address, or give an address that the mail server lets us send as.",
  });
}

/** @throws PAYLOAD_INVALID */
function refuseHeader(name: string, value: string): void {
  const path = `/headers/${name.slice(0, 60)}`;
  if (!allowedHeaders.test(name)) throw invalid(path, "is no header that a flow may set");
  if (hasControl(value)) throw invalid(path, "has a line break or a control character: a header is one line");
}

function toDraft({ from, to, subject, text, html }: EmailRequest): MessageDraft {
  const body = `${subject}\n\n${text ?? withoutTags(html ?? "")}`;
  return {
    channel: "email",
    from: contactOf(from),
    service: null,
    to: contactOf(to),
    body: body.length > MOST_SHOWN ? `${body.slice(0, MOST_SHOWN)}…` : body,
    segments: 1,
    media: [],
  };
}

/** For people to read beside the order; what is sent is the HTML. */
function withoutTags(html: string): string {
  return html
    .slice(0, MOST_SHOWN * 4)
    .replace(/<(style|script|head)\b[^>]*>[\s\S]*?<\/\1>/gi, "")
    .replace(/<[^<>]*>/g, " ")
    .replace(/[ \t]+/g, " ")
    .replace(/\s*\n\s*/g, "\n")
    .trim();
}

function invalid(path: string, message: string): PatchbayError {
  return new PatchbayError("PAYLOAD_INVALID", `${path} ${message}`, { problems: [{ path, message }] });
}
