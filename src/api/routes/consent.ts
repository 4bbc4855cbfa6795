import { consentStates, consentWays, everything } from "../../core/consent.js";
import { conversationChannels } from "../../core/received-message.js";
import type { ApiDeps } from "../api-deps.js";
import type { Checks } from "../checks.js";
import { requireContact, requireScope } from "../consent-fields.js";
import {
  consentStatement,
  contactConsent,
  currentConsent,
  recordedConsent,
  toConsentEntryView,
  toConsentView,
} from "../contract/consent.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, object, oneOf, text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { exportConsent } from "./consent-export.js";
import { importConsents } from "./consent-import.js";

type ConsentDeps = Pick<ApiDeps, "store" | "engine" | "log" | "bodyLimitBytes" | "readNumber">;

const word = text({ minLength: 1, maxLength: 200 });
const filters = {
  contact: described("In E.164; `+` is %2B in a URL.", word),
  channel: oneOf(conversationChannels),
  state: oneOf(consentStates),
  scope: described("Such as `everything` or `sender:+15005550006`.", word),
  how: oneOf(consentWays),
};

/** Who wants messages, who does not, and how that is known. */
export function consentRoutes(deps: ConsentDeps, checks: Checks): Route[] {
  return [listConsent(deps), record(deps), importConsents(deps, checks), exportConsent(deps), showContact(deps)];
}

function listConsent({ store }: ConsentDeps): Route {
  return defineRoute({
    id: "list-consent",
    method: "GET",
    path: "/api/v1/consent",
    may: "consent:read",
    tag: "Consent",
    summary: "List what is on record about contacts, last changed first",
    query: object({}, { ...pagingMembers, ...filters }),
    answers: { 200: pageOf(currentConsent) },
    errors: [],
    async handle({ query }) {
      const { channel, state, scope, how, contact } = query;
      const filter = { channel, state, scope: unspaced(scope), how, contact: unspaced(contact) };
      return { status: 200, body: toPageView(await store.consent.list(filter, toPaging(query)), toConsentView) };
    },
  });
}

/** A plus sign that was not encoded arrives as a space. */
function unspaced(given: string | undefined): string | undefined {
  return given?.replace(/^(\w+:)? (?=\d)/, "$1+");
}

/** Channels times scopes of one contact are few. */
const MOST_SCOPES = 200;

function showContact({ store }: ConsentDeps): Route {
  return defineRoute({
    id: "get-consent",
    method: "GET",
    path: "/api/v1/consent/{contact}",
    may: "consent:read",
    tag: "Consent",
    summary: "Get what is on record about one contact, with everything that was ever said, newest first",
    query: object({}, pagingMembers),
    answers: { 200: contactConsent },
    errors: [],
    async handle({ params: { contact }, query }) {
      const [now, ledger] = await Promise.all([
        store.consent.list({ contact }, { limit: MOST_SCOPES }),
        store.consent.entries({ contact }, toPaging(query)),
      ]);
      const consents = now.items.map(toConsentView);
      const { items: entries, next } = toPageView(ledger, toConsentEntryView);
      return { status: 200, body: { contact, consents, entries, next } };
    },
  });
}

function record({ engine, readNumber }: ConsentDeps): Route {
  return defineRoute({
    id: "record-consent",
    method: "POST",
    path: "/api/v1/consent",
    may: "consent:change",
    tag: "Consent",
    summary: "Record that a contact has opted out, or in",
    description: `An opt-in needs a reason. It does not undo the person's own STOP, which only their START does, unless \`force\` says
that the reason documents another agreement. Flows that start on opted-out and opted-in do so when it changes something.`,
    body: consentStatement,
    answers: { 201: recordedConsent },
    errors: ["CONSENT_WITHHELD", "PHONE_INVALID"],
    async handle({ body }) {
      const { contact, state, channel = null, scope = everything, reason = null, by = null, force = false } = body;
      const statement = { contact: requireContact(contact, readNumber), state, channel, scope, reason, by, force };
      requireScope(scope);
      const entries = await engine.recordConsent(statement);
      return { status: 201, body: { entries: entries.map(toConsentEntryView) } };
    },
  });
}
