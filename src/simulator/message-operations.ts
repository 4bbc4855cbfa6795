import { answering, type Operation, ofAccount } from "./operation.js";
import { choice, paging, text } from "./parameters.js";

const all = `${ofAccount}/Messages.json`;
const one = `${ofAccount}/Messages/{Sid}.json`;

/** Source: https://www.twilio.com/docs/messaging/api/message-resource */
export const messageOperations: readonly Operation[] = [
  {
    ...{ name: "CreateMessage", method: "POST", path: all, counted: "creates" },
    form: null,
    react: ({ messages, account, request }) => messages.create(account.accountSid, request),
  },
  {
    ...{ name: "ListMessage", method: "GET", path: all, counted: "lists" },
    query: { ...paging, To: text, From: text, DateSent: text, "DateSent<": text, "DateSent>": text },
    react: ({ messages, account, request }) => answering(messages.list(account.accountSid, request)),
  },
  {
    ...{ name: "FetchMessage", method: "GET", path: one },
    react: ({ messages, account, ids: { Sid = "" } }) => answering(messages.fetch(account.accountSid, Sid)),
  },
  {
    ...{ name: "UpdateMessage", method: "POST", path: one },
    form: { Body: text, Status: choice("canceled") },
    react: ({ messages, account, request, ids: { Sid = "" } }) =>
      answering(messages.update(request, account.accountSid, Sid)),
  },
  {
    ...{ name: "DeleteMessage", method: "DELETE", path: one },
    react: ({ messages, account, ids: { Sid = "" } }) => answering(messages.remove(account.accountSid, Sid)),
  },
];
