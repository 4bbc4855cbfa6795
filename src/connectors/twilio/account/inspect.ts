import { PatchbayError } from "../../../core/errors.js";
import type { Concern, InspectedAccount, Inspection } from "../../../core/inspection.js";
import type { TwilioSettings } from "../settings.js";
import type { AccountApi, TwilioAccount } from "./account-api.js";
import { concernsOfAccount, concernsOfCountries, concernsOfSenders, countriesOf } from "./concerns.js";
import { toSenders } from "./senders.js";

/**
 * Looks at an account: what it is, what can be sent from, where Twilio calls, and what is wrong. A part that Twilio does not
 * show to this account is a note, and the others are looked at all the same.
 *
 * @throws ENDPOINT_UNREACHABLE, ENDPOINT_BUSY, HOST_FORBIDDEN
 */
export async function inspectAccount(api: AccountApi, settings: TwilioSettings): Promise<Inspection> {
  const hidden: Concern[] = [];
  const see = async <T>(what: string, look: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await look();
    } catch (error) {
      hidden.push(notSeen(what, requireAnswered(error)));
      return otherwise;
    }
  };
  const answered = await login(api);
  if ("concern" in answered) return { account: null, senders: [], concerns: [answered.concern] };
  const trial = answered.type === "Trial";
  const account = toAccount(answered, await see("the balance", () => api.balance(), null));
  const found = {
    numbers: await see("the numbers", () => api.numbers(), []),
    services: await see("the Messaging Services", () => api.services(), []),
    whatsApp: await see("the WhatsApp senders", () => api.whatsAppSenders(), []),
  };
  const { messagingServiceSid } = settings;
  const isThere = found.services.some(({ sid }) => sid === messagingServiceSid);
  const others = isThere ? await see("short codes", () => api.otherSenders(messagingServiceSid ?? ""), 0) : 0;
  const senders = toSenders(found, settings);
  const countries = countriesOf(senders, settings);
  const permissions =
    countries.length === 0 ? [] : await see("geo permissions", () => api.geoPermissions(countries), []);
  const verified = trial ? await see("verified numbers", () => api.verifiedNumbers(), []) : [];
  return {
    account,
    senders,
    concerns: [
      ...concernsOfAccount(account, verified),
      ...concernsOfSenders(senders, { ...found, settings, others }),
      ...concernsOfCountries(permissions),
      ...hidden,
    ],
  };
}

/** A look that Twilio refuses is a finding; one that it did not answer is none. */
function requireAnswered(error: unknown): PatchbayError {
  if (error instanceof PatchbayError && ["ENDPOINT_REFUSED", "ENDPOINT_MISCONFIGURED"].includes(error.code))
    return error;
  throw error;
}

async function login(api: AccountApi): Promise<TwilioAccount | { readonly concern: Concern }> {
  try {
    return await api.account();
  } catch (error) {
    const { message } = requireAnswered(error);
    return {
      concern: {
        ...{ code: "login-refused", level: "problem", about: null },
        message: `${message}. Nothing is sent, and what Twilio signs with its token is refused`,
        remedy:
          "Install the collection again with the account SID and the auth token of Twilio's console (no API key).",
      },
    };
  }
}

function notSeen(what: string, { message }: PatchbayError): Concern {
  return {
    ...{ code: "not-shown", level: "note", about: what },
    message: `Twilio does not show ${what}: ${message}`,
    remedy: "Nothing to do if the account is a subaccount or may not see this; it was left out of this look.",
  };
}

function toAccount({ sid, name, status, type }: TwilioAccount, balance: InspectedAccount["balance"]): InspectedAccount {
  const known = (["active", "suspended", "closed"] as const).find((one) => one === status) ?? null;
  const trial = type === "Trial" ? true : type === "Full" ? false : null;
  return { id: sid, name, status: known, trial, balance };
}
