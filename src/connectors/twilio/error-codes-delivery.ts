import { configuration, type ErrorMeanings, optedOut, permanent, retry, unknown } from "./error-meaning.js";

/**
 * Codes that a status report gives after Twilio took the message: what happened at the carrier or on the channel.
 *
 * Source: https://www.twilio.com/docs/api/errors
 */
export const deliveryCodes: ErrorMeanings = Object.freeze({
  30001: retry(
    "Too many messages waited in the sender's queue.",
    "Send again later, or add senders to the messaging service.",
  ),
  30002: configuration(
    "The Twilio account was suspended before the message left.",
    "See in the Twilio console why it was suspended.",
  ),
  30003: retry(
    "The phone could not be reached: off, without signal, or unable to receive.",
    "Try again in a few hours; if it fails again, ask for another number.",
  ),
  30004: permanent(
    "The number blocks messages, by its own or by a do-not-disturb list.",
    "Reach the recipient another way.",
  ),
  30005: permanent("The number is unknown or no longer in use.", "Correct the recipient's phone number."),
  30006: permanent(
    "The number is a landline, or its carrier cannot be reached.",
    "Ask the recipient for a mobile number.",
  ),
  30007: permanent(
    "Twilio or the carrier filtered the message because of its content or the sender's standing.",
    "Change the text (no shortened links, say who you are) and see that the sender is registered.",
  ),
  30008: unknown(
    "The carrier gave no reason.",
    "Send it once more; if it fails again, ask Twilio with the message SID.",
  ),
  30011: permanent("The recipient's carrier does not take MMS.", "Send the text as SMS with a link to the media."),
  30017: retry("The carrier's network was congested.", "Send it again in a few minutes."),
  30019: permanent("The media are too large for the carrier.", "Send smaller media, or a link."),
  30022: retry("The sender exceeded the carrier's rate for its campaign.", "Send it again a little later."),
  30023: retry("The sender reached its daily limit at the carrier.", "Send it again tomorrow."),
  30024: configuration(
    "The sender's number is not provisioned with the carrier.",
    "See the number's status in the Twilio console.",
  ),
  30027: retry("The brand reached its daily limit at the carrier.", "Send it again tomorrow."),
  30032: configuration(
    "The toll-free number is not verified.",
    "Complete toll-free verification in the Twilio console.",
  ),
  30033: configuration("The sender's campaign is suspended.", "See the campaign's status in the Twilio console."),
  30034: configuration(
    "The US number is not registered for application messages (10DLC).",
    "Register the brand and campaign in the Twilio console and add the number to it.",
  ),
  30035: configuration(
    "The sender's registration is still being set up.",
    "Wait until the Twilio console shows the number as registered.",
  ),
  30036: permanent(
    "The message waited in the queue longer than it was valid.",
    "Nothing if it is out of date; else send it again with a longer validityPeriod.",
  ),
  30037: configuration(
    "Sending is switched off for this account or sender.",
    "Ask Twilio's support why outbound messaging is disabled.",
  ),
  30038: permanent("The text looks like a one-time password and was filtered.", "Use Twilio Verify for passwords."),
  30039: permanent(
    "The message was stopped because both sides seemed to answer each other by machine.",
    "See that no flow answers an automatic answer.",
  ),
  30040: configuration(
    "The recipient's country wants sender names registered beforehand.",
    "Register the sender name with Twilio for this country, or send from a number.",
  ),
  30410: unknown(
    "The carrier did not answer in time; Twilio does not repeat such messages.",
    "Ask the recipient, or decide whether a second message does more good than harm.",
  ),
  30450: retry(
    "Twilio held the message back because the number looks like part of SMS pumping.",
    "Try again in some hours, or put the number on Twilio's safe list.",
  ),
  30610: retry("It was quiet hours where the recipient is.", "Send it again in the recipient's daytime."),
  30615: retry("A local rule forbids such messages at this time.", "Send it again in the recipient's daytime."),
  30620: configuration(
    "The message did not fit the intent it was declared with.",
    "Set messageIntent to what the message is for.",
  ),
  30630: optedOut(
    "The recipient has answered STOP to this sender.",
    "Do not text this person: only they can opt in again, by texting START to the sender.",
  ),
  30640: configuration(
    "The number is on a list of people who sue over unwanted messages.",
    "Take the number off your lists; for messages the recipient asked for, set messageIntent.",
  ),
  60728: retry("The account reached its hourly message limit.", "Send it again in an hour, or have the limit raised."),
  63001: configuration(
    "The channel does not accept the sender's credentials.",
    "Connect the sender to its channel again in the Twilio console.",
  ),
  63002: configuration("The channel does not know the sender.", "Set the connection's sender to one of the channel."),
  63003: permanent("The recipient's address is not valid on this channel.", "Correct it, or send an SMS."),
  63005: permanent("The channel refused the content.", "Change the text or media to what the channel allows."),
  63006: permanent("The content cannot be formatted for the channel.", "Use plain text or an approved template."),
  63007: configuration(
    "This account has no such sender on the channel.",
    "Register the sender for WhatsApp in the Twilio console, or correct the connection's sender.",
  ),
  63008: configuration(
    "The channel is not set up correctly.",
    "See the sender's channel settings in the Twilio console.",
  ),
  63009: retry("The channel's provider failed.", "Send it again in a few minutes."),
  63010: retry("Twilio's connection to the channel failed.", "Send it again in a few minutes."),
  63012: retry("The channel's provider had an internal failure.", "Send it again in a few minutes."),
  63013: configuration(
    "The message or the sender breaks the channel's policy.",
    "Read the channel's policy and see the sender's standing before sending more.",
  ),
  63014: permanent("The recipient has blocked the sender.", "Reach the recipient another way."),
  63015: configuration(
    "The recipient has not joined the WhatsApp sandbox.",
    "Have them send the sandbox's join code, or use a WhatsApp sender of your own.",
  ),
  63016: permanent(
    "WhatsApp allows free text only within 24 hours of the recipient's last message.",
    "Give the call a `template` that WhatsApp has approved: it goes out by itself when the recipient has not written for so long. If the recipient has written, see that Twilio hands messages over: patchbay doctor shows the address.",
  ),
  63017: retry("The account sends more messages per second than Twilio allows.", "Send it again a little later."),
  63018: retry(
    "The sender reached the channel's rate or its WhatsApp messaging tier.",
    "Send it again later: a tier is free again after 24 hours.",
  ),
  63019: permanent(
    "The channel could not fetch the media.",
    "Check that the media URL is public, its type correct, and the file within WhatsApp's 16 MB (pictures 5 MB).",
  ),
  63020: configuration(
    "The business account at Meta has a problem.",
    "See the WhatsApp business account in Meta Business Manager.",
  ),
  63021: permanent("The content is not valid on this channel.", "Compare the text with the approved template."),
  63024: permanent("The recipient is not on WhatsApp.", "Send an SMS."),
  63026: configuration("The channel flagged the sender's messages as spam.", "Send less, and only what was asked for."),
  63027: configuration(
    "The template does not exist in this language.",
    "Have the template approved in this language; patchbay twilio templates shows which are.",
  ),
  63028: permanent("The values do not fit the template's placeholders.", "Give one value for each placeholder."),
  63030: permanent("The template does not know a parameter.", "Give only the parameters the template has."),
  63032: permanent("Meta withholds the message from this recipient in an experiment.", "Send an SMS."),
  63033: permanent("The recipient has blocked the sender.", "Reach the recipient another way."),
  63034: permanent(
    "The media are too large for the channel.",
    "Send a smaller picture (5 MB) or file (16 MB), or a link: largeMedia: link does so where mediaBytes gives the size.",
  ),
  63036: permanent("The recipient cannot be reached by RCS.", "Send an SMS."),
  63038: retry("The account reached its daily message limit.", "Send it again tomorrow, or have the limit raised."),
  63040: configuration(
    "The template was rejected.",
    "Correct the template and have it approved; patchbay twilio templates shows why it was rejected.",
  ),
  63041: configuration("The template is paused because recipients rated it badly.", "Use another template meanwhile."),
  63042: configuration("The template was disabled.", "Use another template."),
  63049: permanent("Meta withholds this marketing message from the recipient.", "Reach the recipient another way."),
  63051: configuration("The WhatsApp business account is locked.", "Have it unlocked in Meta Business Manager."),
});
