import { type ErrorEntry, passing, permanent } from "./error-entry.js";

/** Errors of calls to vendors, and of the messages they send. Part of the catalogue. */
export const callErrors = {
  PAYLOAD_INVALID: permanent(
    422,
    "The call's payload is not valid",
    "Correct the flow's `with`: the message names the path.",
  ),
  PHONE_MISSING: permanent(
    422,
    "There is no phone number to send to",
    "Add the phone number to the record and push it again.",
  ),
  PHONE_INVALID: permanent(
    422,
    "The phone number is not valid",
    "Correct the phone number; write it with + and country code, or set the default country.",
  ),
  EMAIL_INVALID: permanent(
    422,
    "The e-mail address is not valid",
    "Correct the address in the record or in the flow and push it again; it is written like jane@example.com.",
  ),
  SENDER_MISSING: permanent(422, "There is no sender", "Set the connection's sender number or its messaging service."),
  MESSAGE_EMPTY: permanent(422, "The message has neither text nor media", "Give the message a body or a media URL."),
  MESSAGE_TOO_LONG: permanent(422, "The message is too long", "Shorten the text to 1,600 characters."),
  MEDIA_INVALID: permanent(422, "The message's media cannot be sent", "Give up to 10 absolute http(s) URLs."),
  MEDIA_REFUSED: permanent(
    422,
    "A file that came with a message is not fetched",
    "Raise the connection's size limit if the file was too large; look at it at the vendor otherwise.",
  ),
  MEDIA_NOT_FETCHED: permanent(
    502,
    "A file that came with a message could not be fetched",
    "Correct what the message names, then have it fetched again: patchbay attachments fetch <id>.",
  ),
  MEDIA_NOT_DELETED: permanent(
    502,
    "A file that was fetched could not be deleted at the vendor",
    "Delete it at the vendor by hand; it is stored here.",
  ),
  SESSION_CLOSED: permanent(
    422,
    "The contact has not written lately",
    "Send an approved template instead: give the call's `with` a template.",
  ),
  TEMPLATE_UNKNOWN: permanent(
    422,
    "There is no such template",
    "Correct the template's name; after a change at the vendor: patchbay twilio templates --sync.",
  ),
  TEMPLATE_NOT_APPROVED: permanent(
    422,
    "The template may not be sent",
    "Have it approved at the vendor, then: patchbay twilio templates --sync.",
  ),
  TEMPLATES_UNSUPPORTED: permanent(
    422,
    "The vendor has no templates",
    "Name a connection of a vendor that keeps templates, such as Twilio.",
  ),
  TEMPLATES_NOT_FETCHED: permanent(
    503,
    "The connection's templates are not known yet",
    "Fetch them: patchbay twilio templates --sync. Then retry the run.",
  ),
  HOST_FORBIDDEN: permanent(
    422,
    "Calls to this address are not allowed",
    "Allow the host in OUTBOUND_ALLOW if it is really meant.",
  ),
  ENDPOINT_BUSY: passing(429, "The vendor asked us to slow down", "Nothing: the call is repeated by itself."),
  ENDPOINT_UNREACHABLE: passing(
    502,
    "The vendor cannot be reached",
    "Nothing: the call is repeated by itself; check the network if it lasts.",
  ),
  CONNECTION_SILENT: passing(
    502,
    "The vendor does not answer",
    "Nothing is lost: calls wait until it answers again. If it lasts, look at the vendor's status page and at the network.",
  ),
  EFFECT_NOT_MADE: permanent(422, "The call was not made", "Nothing was sent. To send it after all, retry the run."),
  EFFECT_EXPIRED: permanent(
    422,
    "It is too late for this call",
    "Nothing was sent: the time in which it made sense is over. Send it by hand if it still does.",
  ),
  QUEUE_TOO_LONG: permanent(
    422,
    "Too many calls wait for the same sender",
    "Nothing was sent. Give the flow a longer maxQueue or the connection more or faster senders; patchbay runs list --status waiting shows what waits. Retry the run when the line is shorter.",
  ),
  DAILY_CAP_REACHED: permanent(
    429,
    "The sender has sent what it may in one day",
    "Nothing is lost: what is left goes out on the next day. If the vendor allows more, raise the dailyCap of the sender in the connection's settings.",
  ),
  ENDPOINT_OUTCOME_UNKNOWN: permanent(
    502,
    "It is not known whether the call took effect",
    "Look the message up at the vendor before sending it again: it may have been sent.",
  ),
  ENDPOINT_REFUSED: permanent(
    422,
    "The vendor refused the call",
    "Correct what the message names; the same call would be refused again.",
  ),
  ENDPOINT_MISCONFIGURED: permanent(
    422,
    "The vendor does not accept this connection's configuration",
    "Correct the account, the sender or the permissions named in the message.",
  ),
  RECIPIENT_OPTED_OUT: permanent(
    422,
    "The recipient does not want messages from this sender",
    "Do not text this person: only they can opt in again by texting START.",
  ),
  CONSENT_WITHHELD: permanent(
    409,
    "The person has opted out themselves",
    "Only their own START undoes that. When they have agreed anew in another way, record it with that reason and --force (`force: true`).",
  ),
  MESSAGE_NOT_DELIVERED: permanent(
    422,
    "The message was not delivered",
    "See the cause; correct the number or try another channel.",
  ),

  MESSAGE_NOT_SCHEDULED: permanent(
    409,
    "The message is not scheduled",
    "Nothing: only a message that is still scheduled can be taken back.",
  ),
  MESSAGE_NOT_CANCELLED: permanent(
    502,
    "A scheduled message could not be taken back",
    "Look at it, and if it is still scheduled: patchbay messages cancel <id>.",
  ),
  MESSAGE_NOT_CONFIRMED: permanent(
    502,
    "Nobody knows what became of a message",
    "Not every carrier confirms. If many are like this, check that PUBLIC_URL is what the vendor can call.",
  ),
  MESSAGE_DUPLICATED: permanent(
    409,
    "One call made two messages",
    "Tell the customer, and raise RECONCILE_AFTER_MS: the vendor's list may show messages later than that.",
  ),
} as const satisfies Record<string, ErrorEntry>;
