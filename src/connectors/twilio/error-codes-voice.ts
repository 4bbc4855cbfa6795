import { configuration, type ErrorMeaning, type ErrorMeanings, permanent, retry } from "./error-meaning.js";

/**
 * Codes about calls, and about what Twilio found when it called our webhooks.
 *
 * Source: https://www.twilio.com/docs/api/errors
 */
export const voiceCodes: ErrorMeanings = Object.freeze({
  10004: retry("The account has as many calls at once as it may.", "Nothing: calls end. Have the limit raised."),
  11200: configuration(
    "Twilio could not read our answer: an error status, more than 15 seconds, or a wrong content type.",
    "See that PUBLIC_URL is right and the server answers in time.",
  ),
  11205: configuration("Twilio could not connect to our server.", "Check PUBLIC_URL, the firewall and the port."),
  11206: configuration("Our server's answer was not HTTP.", "Check what answers at PUBLIC_URL."),
  11210: configuration("Our server's name has no address.", "Correct the host in PUBLIC_URL or its DNS entry."),
  11215: configuration("Our address redirects too often.", "Set PUBLIC_URL to the address it ends at."),
  11220: configuration(
    "The TLS handshake with our server failed.",
    "Check the certificate and protocol at PUBLIC_URL.",
  ),
  11235: configuration("Our server's certificate is for another name.", "Use a certificate for PUBLIC_URL's host."),
  11237: configuration("Our server's certificate is not trusted.", "Install the certificate with its full chain."),
  11750: configuration("Our answer was larger than 64 kB.", "Answer webhooks with less."),
  12100: configuration("Our answer was not well-formed XML.", "Correct the TwiML that answers this webhook."),
  12200: configuration(
    "Our answer has TwiML that Twilio does not know.",
    "Correct the TwiML that answers this webhook.",
  ),
  12300: configuration("Our answer's content type is wrong.", "Answer with text/xml."),
  13227: configuration(
    "The account may not call this country.",
    "Enable the country under Voice geographic permissions in the Twilio console.",
  ),
  14107: permanent(
    "Too many replies went between two numbers within 30 seconds.",
    "See that no flow answers an automatic answer.",
  ),
  15003: configuration("Our call status webhook answered with an error.", "See the server's log for this request."),
  16108: permanent("The call is being recorded already.", "Start one recording for a call."),
  21201: permanent("The call has no number to call.", "Give the call a recipient."),
  21203: configuration(
    "The account may not call this number.",
    "Enable the country under Voice geographic permissions in the Twilio console.",
  ),
  21205: permanent("The call's URL is not valid.", "Give an absolute URL that Twilio can fetch."),
  21208: permanent("The call's timeout is not valid.", "Give a whole number of seconds."),
  21210: configuration("The caller's number is not verified.", "Call from a number of this account."),
  21214: permanent("The number cannot be reached by a call.", "Correct the recipient's phone number."),
  21215: configuration(
    "The account may not call this country.",
    "Enable the country under Voice geographic permissions in the Twilio console.",
  ),
  21216: permanent("Twilio does not call this number.", "Reach the recipient another way."),
  21217: permanent("The number to call is not valid.", "Correct the recipient's phone number."),
  21219: configuration("A trial account may only call verified numbers.", "Verify the number or upgrade the account."),
  21220: permanent("The call is no longer in progress.", "Nothing: a call that has ended cannot be changed."),
  22005: retry("More calls wait than can be placed in a day.", "Nothing: the call is repeated by itself."),
  32007: configuration("A SIP user has more than ten devices registered.", "Remove devices of this SIP user."),
  32009: permanent("The SIP user is not registered.", "Have the person's phone register first."),
  32214: configuration("The SIP domain belongs to another account.", "Use a SIP domain of this account."),
  32220: configuration("The SIP address names an edge it must not.", "Use the domain without the edge."),
  32223: permanent("The SIP address has no user.", "Write it as sip:user@domain."),
});

/** Families of codes that share one meaning, first and last code included. */
export const codeRanges: readonly (readonly [first: number, last: number, meaning: ErrorMeaning])[] = [
  [
    14101,
    14110,
    configuration("A messaging TwiML attribute is wrong.", "Correct the TwiML that answers this webhook."),
  ],
  [13201, 13258, configuration("A TwiML Dial attribute is wrong.", "Correct the TwiML that answers this webhook.")],
  [13410, 13521, configuration("A TwiML Play or Say is wrong.", "Correct the TwiML that answers this webhook.")],
  [13610, 13699, configuration("A TwiML Record attribute is wrong.", "Correct the TwiML that answers this webhook.")],
];
