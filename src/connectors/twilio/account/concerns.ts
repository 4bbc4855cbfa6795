import type { Concern, InspectedAccount, InspectedSender } from "../../../core/inspection.js";
import { countryOf } from "../../../phone/country.js";
import { tollFree } from "../error-dictionary.js";
import type { TwilioSettings } from "../settings.js";
import type { TwilioGeoPermission, TwilioNumber, TwilioService } from "./account-api.js";
import { ownSender } from "./senders.js";

/** Gives what is to be known about the account itself. @param verified Numbers that a trial account may text. */
export function concernsOfAccount(account: InspectedAccount, verified: readonly string[]): Concern[] {
  const { status, trial, balance } = account;
  const concerns: Concern[] = [];
  if (status === "suspended" || status === "closed") {
    concerns.push({
      ...{ code: `account-${status}`, level: "problem", about: null },
      message: `The account is ${status}: nothing is sent`,
      remedy: "Log in at Twilio's console: it says why, and what to do.",
    });
  }
  if (trial === true) {
    const whom = verified.length === 0 ? "no number is verified yet" : `verified are ${verified.join(", ")}`;
    concerns.push({
      ...{ code: "trial-account", level: "warning", about: null },
      message: `It is a trial account: it texts verified numbers only (21608), and ${whom}`,
      remedy: "Verify the numbers you try it with (Phone Numbers, Verified Caller IDs), or upgrade the account.",
    });
  }
  if (balance !== null && balance.amount !== "" && Number(balance.amount) <= 0) {
    concerns.push({
      ...{ code: "balance-spent", level: "problem", about: null },
      message: `The balance is ${balance.amount} ${balance.currency}: Twilio suspends accounts that have spent theirs`,
      remedy: "Add funds in Twilio's console (Billing).",
    });
  }
  return concerns;
}

/** Gives what keeps the connection's own senders from sending, or from being answered. */
export function concernsOfSenders(
  senders: readonly InspectedSender[],
  { services, numbers, settings, others }: Facts,
): Concern[] {
  return [
    ...ownFrom(senders, settings),
    ...ownService({ services, settings, others }),
    ...senders.flatMap((sender) => concernsOfSender(sender, services)),
    ...services.flatMap((service) =>
      concernsOfService(
        service,
        numbers.filter(({ sid }) => service.numbers.includes(sid)),
      ),
    ),
  ];
}

interface Facts {
  readonly services: readonly TwilioService[];
  readonly numbers: readonly TwilioNumber[];
  readonly settings: TwilioSettings;
  /** How many short codes and names the connection's service has besides numbers. */
  readonly others: number;
}

const NUMBER = /^(whatsapp:)?\+/;

/** Short codes and names cannot be looked up among the numbers. */
function ownFrom(senders: readonly InspectedSender[], settings: TwilioSettings): Concern[] {
  const own = ownSender(settings);
  if (own === null || !NUMBER.test(own)) return [];
  const sender = senders.find(({ address }) => address === own);
  const { messagingServiceSid } = settings;
  if (sender === undefined) {
    return [
      {
        ...{ code: "sender-unknown", level: "problem", about: own },
        message: `The connection's sender ${own} is no sender of this account`,
        remedy: "Install the collection again with --set from=… and a number that `patchbay twilio numbers` shows.",
      },
    ];
  }
  if (messagingServiceSid === undefined || sender.memberOf === messagingServiceSid) return [];
  return [
    {
      ...{ code: "sender-outside-service", level: "problem", about: own },
      message: `The connection names ${own} and the service ${messagingServiceSid}, but the number is not in its pool`,
      remedy: "Add the number to the service's sender pool, or leave one of the two out of the connection.",
    },
  ];
}

function ownService({ services, settings: { messagingServiceSid }, others }: Omit<Facts, "numbers">): Concern[] {
  if (messagingServiceSid === undefined || messagingServiceSid === "") return [];
  const service = services.find(({ sid }) => sid === messagingServiceSid);
  const about = messagingServiceSid;
  if (service === undefined) {
    return [
      {
        ...{ code: "service-unknown", level: "problem", about },
        message: `The connection's Messaging Service ${about} is none of this account`,
        remedy: "Install the collection again with --set messagingServiceSid=… of a service that there is.",
      },
    ];
  }
  if (service.numbers.length + service.channelSenders.length + others > 0) return [];
  return [
    {
      ...{ code: "service-empty", level: "problem", about },
      message: `The Messaging Service ${service.name ?? about} has no senders: nothing can be sent by it (21704)`,
      remedy: "Add a sender to it (Messaging, Services, Sender Pool).",
    },
  ];
}

function concernsOfSender(sender: InspectedSender, services: readonly TwilioService[]): Concern[] {
  const { kind, address, capabilities, used, status } = sender;
  const concerns: Concern[] = [];
  if (kind === "number" && !capabilities.includes("sms")) {
    concerns.push({
      ...{ code: "sender-cannot-text", level: used ? "problem" : "note", about: address },
      message: `${address} has no SMS: it can neither send nor receive texts`,
      remedy: "Use a number with SMS.",
    });
  }
  if (kind === "whatsapp" && status !== "ONLINE" && status !== "ONLINE:UPDATING") {
    concerns.push({
      ...{ code: "sender-offline", level: used ? "problem" : "warning", about: address },
      message: `The WhatsApp sender ${address} is ${status ?? "in no known state"}: it neither sends nor receives`,
      remedy: "See Messaging, Senders, WhatsApp senders in Twilio's console for the reason.",
    });
  }
  if (kind === "number" && used && needsRegistration(sender, services)) {
    concerns.push({
      ...{ code: "a2p-missing", level: "problem", about: address },
      message: `${address} is a US number without a registered A2P 10DLC campaign: carriers block its texts (30034)`,
      remedy:
        "Register brand and campaign (Messaging, Regulatory Compliance), with the number in the campaign's service.",
    });
  }
  return concerns;
}

/** Area codes that belong to no place; Twilio's magic numbers are among them. */
const PERSONAL = /^\+15(00|2[1-9]|33|44|66|77|88)/;

/** Texts of US long codes need a campaign, which belongs to a service; toll-free numbers are verified otherwise. */
function needsRegistration({ address, memberOf }: InspectedSender, services: readonly TwilioService[]): boolean {
  if (countryOf(address) !== "US" || tollFree.test(address) || PERSONAL.test(address)) return false;
  const service = services.find(({ sid }) => sid === memberOf);
  return service === undefined || service.a2pRegistered === false;
}

/** An address at a number looks as if it counted; in a service, the service's does. */
function concernsOfService(
  { sid, name, useInboundWebhookOnNumber }: TwilioService,
  numbers: readonly TwilioNumber[],
): Concern[] {
  const shadowed = numbers.filter(({ smsUrl }) => smsUrl !== null).map(({ number }) => number);
  if (useInboundWebhookOnNumber || shadowed.length === 0) return [];
  return [
    {
      ...{ code: "service-has-the-word", level: "note", about: sid },
      message: `The Messaging Service ${name ?? sid} has the word: what is entered at ${shadowed.join(", ")} is not called`,
      remedy: "Nothing to do, as long as the service's own address is right.",
    },
  ];
}

/** Gives the countries that messages may not be sent to, out of those that the connection is there for. */
export function concernsOfCountries(permissions: readonly TwilioGeoPermission[]): Concern[] {
  return permissions
    .filter(({ enabled }) => !enabled)
    .map(({ country }) => ({
      ...{ code: "country-off", level: "warning", about: country },
      message: `Messages to ${country} are switched off (21408)`,
      remedy: "Switch the country on: Messaging, Settings, Geo permissions.",
    }));
}

/** Gives the countries that matter: the default one, and those of the senders. */
export function countriesOf(senders: readonly InspectedSender[], { defaultCountry }: TwilioSettings): string[] {
  const countries = senders.flatMap(({ address }) => countryOf(address.replace(/^whatsapp:/, "")) ?? []);
  const own = defaultCountry === undefined || defaultCountry === "" ? [] : [defaultCountry.toUpperCase()];
  return [...new Set([...own, ...countries])].sort();
}
