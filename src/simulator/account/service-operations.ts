import type { JsonObject } from "../../core/json.js";
import { countryOf } from "../../phone/country.js";
import { toForm } from "../api-request.js";
import { toIso8601 } from "../message-resource.js";
import { type Asked, found, type Operation } from "../operation.js";
import { newerPage } from "../paging.js";
import { choice, flag, method, type Parameters, paging, text, toMembers, webAddress, whole } from "../parameters.js";
import { messagingHost, requireResource } from "./account-book.js";

const service = "/v1/Services/{ServiceSid}";

const serviceParameters: Parameters = {
  ...{ FriendlyName: text, InboundRequestUrl: webAddress, InboundMethod: method },
  ...{ FallbackUrl: webAddress, FallbackMethod: method, StatusCallback: webAddress },
  ...{ StickySender: flag, MmsConverter: flag, SmartEncoding: flag, FallbackToLongCode: flag, AreaCodeGeomatch: flag },
  ...{ ScanMessageContent: choice("inherit", "enable", "disable"), SynchronousValidation: flag },
  ...{ ValidityPeriod: whole(0), Usecase: text, UseInboundWebhookOnNumber: flag },
};

/** Messaging Services, and who is in their pools: numbers only. */
export const serviceOperations: readonly Operation[] = [
  {
    ...{ name: "ListService", method: "GET", path: "/v1/Services", part: "Services", query: paging },
    react: (asked) => page(asked, "services", asked.book.services()),
  },
  {
    ...{ name: "FetchService", method: "GET", path: "/v1/Services/{Sid}", part: "Services" },
    react: ({ book, ids }) => found(requireResource(book.services(), ids.Sid)),
  },
  {
    ...{ name: "UpdateService", method: "POST", path: "/v1/Services/{Sid}" },
    ...{ part: "Services", form: serviceParameters },
    react: ({ request, book, ids }) => {
      const known = requireResource(book.services(), ids.Sid);
      return found(book.update(known, toMembers(toForm(request), serviceParameters)));
    },
  },
  {
    ...{ name: "ListPhoneNumber", method: "GET", path: `${service}/PhoneNumbers`, part: "Services", query: paging },
    react: (asked) => {
      const { sid } = requireResource(asked.book.services(), asked.ids.ServiceSid);
      const pool = asked.book.inService(String(sid)).map((number) => toPoolNumber(number, String(sid)));
      return page(asked, "phone_numbers", pool);
    },
  },
  emptyPool("ListChannelSender", "/v1/Services/{MessagingServiceSid}/ChannelSenders", "senders"),
  emptyPool("ListShortCode", `${service}/ShortCodes`, "short_codes"),
  emptyPool("ListAlphaSender", `${service}/AlphaSenders`, "alpha_senders"),
];

/** A list of what the simulator puts into no pool. */
function emptyPool(name: string, path: string, member: string): Operation {
  return {
    ...{ name, method: "GET", path, part: "Services", query: paging },
    react: (asked) => {
      requireResource(asked.book.services(), asked.ids.ServiceSid ?? asked.ids.MessagingServiceSid);
      return page(asked, member, []);
    },
  };
}

function page({ request: { path, query } }: Asked, member: string, items: readonly JsonObject[]) {
  return found(newerPage(items, { path, query, member }, messagingHost));
}

function toPoolNumber(number: JsonObject, serviceSid: string): JsonObject {
  const { sid = null, account_sid = null, phone_number = null, capabilities } = number;
  const can = Object.entries((capabilities ?? {}) as JsonObject).filter(([, has]) => has === true);
  return {
    ...{ sid, account_sid, phone_number, service_sid: serviceSid },
    country_code: countryOf(String(phone_number)),
    capabilities: can.map(([name]) => (name === "voice" ? "Voice" : name.toUpperCase())),
    date_created: toIso8601(new Date(String(number.date_created))),
    date_updated: toIso8601(new Date(String(number.date_updated))),
    url: `${messagingHost}/v1/Services/${serviceSid}/PhoneNumbers/${sid}`,
  };
}
