import { configuration, type ErrorMeanings, optedOut, permanent, retry, unknown } from "./error-meaning.js";

/**
 * Codes that answer a request at once: accounts, parameters, senders, scheduling.
 *
 * Source: https://www.twilio.com/docs/api/errors
 */
export const requestCodes: ErrorMeanings = Object.freeze({
  10001: configuration(
    "The Twilio account is not active.",
    "Open the Twilio console, see why the account was closed or suspended, and reactivate it.",
  ),
  10002: configuration("The trial account may not use this feature.", "Upgrade the Twilio account."),
  20003: configuration(
    "Twilio does not accept the account SID and auth token, or they may not do this.",
    "Copy the account SID and the auth token from the Twilio console into the connection again.",
  ),
  20005: configuration("The Twilio account is not active.", "Reactivate the account in the Twilio console."),
  20006: configuration(
    "These credentials may not use this part of Twilio.",
    "Use the auth token of the account, or give the API key the permission.",
  ),
  20008: configuration(
    "Test credentials were used for something that only works with live ones.",
    "Put the live account SID and auth token into the connection.",
  ),
  20404: permanent(
    "Twilio does not know the resource that was addressed.",
    "Check the SIDs in the connection and in the flow: they must belong to this account.",
  ),
  20409: permanent(
    "The request conflicts with what Twilio has already.",
    "Look at the resource in the Twilio console; change the request or the resource.",
  ),
  20422: permanent("A parameter is not valid.", "Correct the parameter that the response names."),
  20429: retry("Too many requests reached Twilio at once.", "Nothing: the call is repeated by itself."),
  20500: unknown(
    "Something failed inside Twilio.",
    "Look the message up in the Twilio console before sending it again.",
  ),
  20503: unknown(
    "Twilio was not available for a moment.",
    "Look the message up in the Twilio console before sending it again.",
  ),
  21211: permanent(
    "The recipient's number is not valid, or it is the sender itself.",
    "Correct the recipient's phone number.",
  ),
  21212: configuration(
    "The sender is not valid or may not be used.",
    "Set the connection's sender to a number, short code or registered name of this account.",
  ),
  21408: configuration(
    "The account may not send to the recipient's country.",
    "Enable the country under Messaging geographic permissions in the Twilio console.",
  ),
  21602: permanent("The message has neither text nor media.", "Give the message a body or a media URL."),
  21603: permanent("The message has no sender.", "Set the connection's sender or its messaging service."),
  21604: permanent("The message has no recipient.", "Give the message a recipient."),
  21606: configuration(
    "The sender cannot send this kind of message to this recipient.",
    "Use a number of this account that can send messages to the recipient's country.",
  ),
  21608: configuration(
    "The account may only text verified numbers until it is upgraded and its profile approved.",
    "Verify the recipient's number in the Twilio console, or upgrade the account.",
  ),
  21609: configuration(
    "Twilio does not accept the address for status reports.",
    "Set PUBLIC_URL to an address that the internet can reach, without an underscore in the host name.",
  ),
  21610: optedOut(
    "The recipient has answered STOP to this sender.",
    "Do not text this person: only they can opt in again, by texting START to the sender.",
  ),
  21611: retry(
    "More messages wait for this sender than it can send in ten hours.",
    "Nothing: the call is repeated by itself. Spread the load over more senders if it lasts.",
  ),
  21612: permanent(
    "This sender cannot reach this recipient.",
    "Use another sender for the recipient's country, such as a local number or a registered name.",
  ),
  21614: permanent("The recipient's number is not a mobile number.", "Ask the recipient for a mobile number."),
  21617: permanent("The text is longer than 1,600 characters.", "Shorten the text."),
  21620: permanent("A media URL is not valid.", "Give absolute http(s) URLs that Twilio can fetch."),
  21623: permanent("The message has more than ten media.", "Send ten media or fewer."),
  21624: permanent(
    "The validity period is out of range.",
    "Set validityPeriod to a whole number of seconds from 1 to 36000.",
  ),
  21635: permanent("The recipient's number is a landline.", "Ask the recipient for a mobile number."),
  21654: permanent("A content template is needed but not given.", "Set contentSid together with contentVariables."),
  21655: permanent("The content template does not exist.", "Correct contentSid: it must be one of this account."),
  21656: permanent(
    "The values for the content template are not valid.",
    "Give contentVariables as text values by placeholder name.",
  ),
  21658: permanent("A parameter is too long.", "Shorten the parameter that the response names."),
  21659: configuration(
    "The sender is neither a Twilio number nor a short code of the recipient's country.",
    "Set the connection's sender to a number that this account has.",
  ),
  21660: configuration(
    "The sender belongs to another Twilio account.",
    "Use a sender of this account, or the account SID that owns the sender.",
  ),
  21661: configuration("The sender cannot send SMS.", "Use a number with SMS capability."),
  21664: configuration(
    "The fallback sender cannot be used like this.",
    "Use fallbackFrom only with a messaging service that has an RCS sender.",
  ),
  21666: configuration(
    "The fallback sender is not accepted.",
    "Set fallbackFrom to an SMS sender of this account's messaging service.",
  ),
  21667: configuration(
    "The fallback sender needs an RCS sender in the messaging service.",
    "Add an RCS sender to the service, or leave fallbackFrom out.",
  ),
  21701: configuration("The messaging service does not exist.", "Correct the connection's messaging service SID."),
  21702: configuration(
    "The messaging service is not available.",
    "Look at the messaging service in the Twilio console.",
  ),
  21703: configuration(
    "The messaging service has no sender that fits the recipient.",
    "Add a sender for the recipient's country to the service.",
  ),
  21704: configuration("The messaging service has no senders.", "Add a phone number to the messaging service."),
  21705: configuration("The messaging service is not valid.", "Correct the connection's messaging service SID."),
  21910: permanent(
    "Sender and recipient are not on the same channel.",
    "Write whatsapp: before both numbers, or before neither.",
  ),
  30409: permanent(
    "The message has left, or was cancelled before: only a message that is still scheduled can be taken back.",
    "Nothing can be done about this message any more.",
  ),
  35111: permanent("A scheduled message has no time.", "Give sendAt."),
  35114: permanent("The time to send at is not valid.", "Give sendAt as UTC, such as 2030-01-31T09:00:00Z."),
  35115: permanent(
    "The time to send at is outside Twilio's window.",
    "Choose a time more than 5 minutes and at most 35 days ahead.",
  ),
  35117: permanent(
    "The message cannot be scheduled for this time.",
    "Choose a time more than 5 minutes and at most 35 days ahead.",
  ),
  35118: configuration(
    "Scheduling needs a messaging service.",
    "Set the connection's messaging service, or leave sendAt out.",
  ),
  35125: retry(
    "The account has as many scheduled messages as Twilio allows.",
    "Nothing: the call is repeated by itself. Cancel scheduled messages if it lasts.",
  ),
});
