import type { JsonObject } from "../../core/json.js";
import { callingCodeOf, countriesWithNumbers } from "../../phone/country.js";
import { toForm } from "../api-request.js";
import { apiVersion, toRfc2822 } from "../message-resource.js";
import { type Asked, found, type Operation, ofAccount } from "../operation.js";
import { olderPage } from "../paging.js";
import {
  choice,
  flag,
  method,
  numberPattern,
  type Parameters,
  paging,
  sid,
  text,
  toMembers,
  webAddress,
} from "../parameters.js";
import { Refusal } from "../twilio-errors.js";
import { requireResource } from "./account-book.js";

const numbers = `${ofAccount}/IncomingPhoneNumbers`;
const countryList = { fits: (value: string) => /^[A-Z]{2}(,[A-Z]{2})*$/.test(value) };

/** What can be entered at a number; all of it is kept, and the messages' addresses and methods are heeded. */
const numberParameters: Parameters = {
  ...{ AccountSid: sid("AC"), ApiVersion: choice(apiVersion), FriendlyName: text },
  ...{ SmsUrl: webAddress, SmsMethod: method, SmsFallbackUrl: webAddress, SmsFallbackMethod: method },
  ...{ SmsApplicationSid: sid("AP"), StatusCallback: webAddress, StatusCallbackMethod: method },
  ...{ VoiceUrl: webAddress, VoiceMethod: method, VoiceFallbackUrl: webAddress, VoiceFallbackMethod: method },
  ...{ VoiceApplicationSid: sid("AP"), VoiceCallerIdLookup: flag, VoiceReceiveMode: choice("voice", "fax") },
  ...{ EmergencyStatus: choice("Active", "Inactive"), EmergencyAddressSid: sid("AD"), TrunkSid: sid("TK") },
  ...{ IdentitySid: sid("RI"), AddressSid: sid("AD"), BundleSid: sid("BU") },
};

/** The account itself, its money, its numbers and what it may text. */
export const accountOperations: readonly Operation[] = [
  {
    ...{ name: "FetchAccount", method: "GET", path: "/2010-04-01/Accounts/{Sid}.json" },
    react: (asked) => found(toAccount(asked)),
  },
  {
    ...{ name: "FetchBalance", method: "GET", path: `${ofAccount}/Balance.json`, part: "Balance" },
    react: ({ account, book }) =>
      found({ account_sid: account.accountSid, balance: book.setup.balance, currency: "USD" }),
  },
  {
    ...{ name: "ListIncomingPhoneNumber", method: "GET", path: `${numbers}.json`, part: "IncomingPhoneNumbers" },
    query: { ...paging, Beta: flag, FriendlyName: text, PhoneNumber: numberPattern, Origin: text },
    react: ({ request: { path, query }, book }) =>
      found(olderPage(book.numbers().filter(asWanted(query)), { path, query, member: "incoming_phone_numbers" })),
  },
  {
    ...{ name: "FetchIncomingPhoneNumber", method: "GET", path: `${numbers}/{Sid}.json`, part: "IncomingPhoneNumbers" },
    react: ({ book, ids }) => found(requireResource(book.numbers(), ids.Sid)),
  },
  {
    ...{ name: "UpdateIncomingPhoneNumber", method: "POST", path: `${numbers}/{Sid}.json` },
    ...{ part: "IncomingPhoneNumbers", form: numberParameters },
    react: ({ request, account, book, ids }) => {
      const number = requireResource(book.numbers(), ids.Sid);
      const members = toMembers(toForm(request), numberParameters);
      if ((members.account_sid ?? account.accountSid) !== account.accountSid)
        throw new Refusal(20001, "'AccountSid': the simulator gives no number to another account");
      return found(book.update(number, members));
    },
  },
  {
    ...{ name: "ListOutgoingCallerId", method: "GET", path: `${ofAccount}/OutgoingCallerIds.json` },
    ...{ part: "OutgoingCallerIds", query: { ...paging, FriendlyName: text, PhoneNumber: numberPattern } },
    react: (asked) => {
      const { path, query } = asked.request;
      const callers = asked.book.setup.verified.map((number, index) => toCallerId(number, index, asked));
      return found(olderPage(callers.filter(asWanted(query)), { path, query, member: "outgoing_caller_ids" }));
    },
  },
  {
    ...{ name: "FetchMessagingGeopermissions", method: "GET", path: "/v1/Messaging/GeoPermissions" },
    ...{ part: "GeoPermissions", query: { CountryCode: countryList } },
    react: ({ request, book }) => {
      const asked = request.query.get("CountryCode") || null;
      const permissions = (asked?.split(",") ?? countriesWithNumbers()).map((country) =>
        toPermission(country, !book.setup.countriesOff.includes(country)),
      );
      return found({ permissions });
    },
  },
];

/** Of numbers that are looked for, a part is enough, and `*` is any digit. */
function asWanted(query: URLSearchParams): (resource: JsonObject) => boolean {
  const [number, name, origin] = ["PhoneNumber", "FriendlyName", "Origin"].map((wanted) => query.get(wanted) || null);
  const pattern = new RegExp((number ?? "").replace(/^\+/, "").replaceAll("*", "\\d"));
  return (resource) =>
    pattern.test(String(resource.phone_number)) &&
    (name === null || resource.friendly_name === name) &&
    (origin === null || resource.origin === origin);
}

function toAccount({ account: { accountSid, authToken }, book: { setup }, startedAt }: Asked): JsonObject {
  const uri = `/${apiVersion}/Accounts/${accountSid}`;
  return {
    sid: accountSid,
    friendly_name: setup.name,
    status: setup.status,
    type: setup.type,
    auth_token: authToken,
    owner_account_sid: accountSid,
    date_created: toRfc2822(startedAt),
    date_updated: toRfc2822(startedAt),
    uri: `${uri}.json`,
    subresource_uris: {
      messages: `${uri}/Messages.json`,
      balance: `${uri}/Balance.json`,
      incoming_phone_numbers: `${uri}/IncomingPhoneNumbers.json`,
      outgoing_caller_ids: `${uri}/OutgoingCallerIds.json`,
    },
  };
}

function toCallerId(number: string, index: number, { account: { accountSid }, startedAt }: Asked): JsonObject {
  const sid = `PN${String(index + 1).padStart(32, "0")}`;
  return {
    sid,
    account_sid: accountSid,
    phone_number: number,
    friendly_name: number,
    date_created: toRfc2822(startedAt),
    date_updated: toRfc2822(startedAt),
    uri: `/${apiVersion}/Accounts/${accountSid}/OutgoingCallerIds/${sid}.json`,
  };
}

/** @throws Refusal 20001 for a country that has no numbers */
function toPermission(country: string, enabled: boolean): JsonObject {
  const code = callingCodeOf(country);
  if (code === null) throw new Refusal(20001, `'CountryCode' has ${country}`);
  return { country_code: country, type: "country", enabled, prefix: `+${code}`, message: "" };
}
