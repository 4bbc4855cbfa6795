import { sendsTexts } from "../../collections/test-text.js";
import type { OpenConnection } from "../../core/catalog.js";
import type { EndpointDescription } from "../../core/connector.js";
import type { ConnectionCheck } from "../../core/inspection.js";
import type { JsonObject } from "../../core/json.js";
import type { AppliedSender, WebhookPlan } from "../../engine/connection-care.js";
import { toWebhookViews, webhook } from "./collection.js";
import { failure } from "./run.js";
import {
  anyObject,
  array,
  described,
  flag,
  instant,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
  toOptionalInstant,
} from "./schema.js";

const healths = ["fine", "warnings", "problems", "unknown"] as const;

const members = {
  name: text(),
  connector: text(),
  title: described("The vendor.", text()),
  sendsTexts: described("Whether a test text can be sent by it.", flag()),
  active: described("Whether anything is sent by it. What comes in is taken all the same.", flag()),
  deactivated: nullable(object({ at: instant, by: nullable(text()), reason: nullable(text()) })),
  health: described(
    "What the last look found; `unknown`: the vendor could not be asked; null: nobody has looked.",
    nullable(oneOf(healths)),
  ),
  checkedAt: nullable(instant),
  webhooks: described("Addresses that are entered at the vendor.", array(webhook)),
};

/** A connection: whether it is on, and how it was found. */
export const connection = named("Connection", object(members));

/** What can be called by a connection. */
export const endpoint = named(
  "Endpoint",
  object({
    name: described("As a step calls it: `twilio/send-message`.", text()),
    title: text(),
    own: described("Whether the connection's collection declares it, not the connector.", flag()),
    onRepeat: described(
      "What a second call does: nothing (`none`), the vendor recognises it (`same`), or it happens twice (`duplicate`).",
      oneOf(["none", "same", "duplicate"]),
    ),
    findable: described("Whether the vendor can be asked what became of a call.", flag()),
    payload: described("JSON Schema of what the step's `with` gives.", anyObject),
  }),
);

/** Gives what can be called by a connection as callers see it. */
export function toEndpointViews({ connector, ownEndpoints = [] }: OpenConnection): Static<typeof endpoint>[] {
  const toView = (own: boolean) => (one: EndpointDescription) => ({
    name: `${connector.key}/${one.key}`,
    title: one.title,
    own,
    onRepeat: one.onRepeat,
    findable: one.findable,
    payload: one.payload as JsonObject, // written in code, or read from a file of JSON
  });
  return [...connector.endpoints.map(toView(false)), ...ownEndpoints.map(toView(true))];
}

/** An endpoint, and the connection that it can be called by. */
export const callableEndpoint = named(
  "CallableEndpoint",
  object({ connection: text(), vendor: described("Title of the connector.", text()), endpoint }),
);

/** Gives what can be called by a connection, with its name. */
export function toCallableEndpoints(open: OpenConnection): Static<typeof callableEndpoint>[] {
  const about = { connection: open.name, vendor: open.connector.title };
  return toEndpointViews(open).map((one) => ({ ...about, endpoint: one }));
}

export type CallableEndpointView = Static<typeof callableEndpoint>;

const concern = named(
  "Concern",
  object({
    code: described("Stable: `trial-account`.", text()),
    level: oneOf(["problem", "warning", "note"]),
    about: described("The sender or country; null for the account itself.", nullable(text())),
    message: text(),
    remedy: text(),
  }),
);

const senderWebhook = object({
  webhook: described("Which of our webhooks belongs there.", text()),
  field: described("What the vendor calls it.", text()),
  url: nullable(text()),
  method: nullable(text()),
  placeholder: described("Whether only the vendor's own example is entered.", flag()),
  insteadOf: described("What comes before it, so that it is never called.", nullable(text())),
});

const kind = oneOf(["number", "service", "whatsapp"]);

const sender = named(
  "Sender",
  object({
    id: text(),
    kind,
    address: text(),
    name: nullable(text()),
    capabilities: array(text()),
    status: nullable(text()),
    memberOf: described("The service that it is in.", nullable(text())),
    used: described("Whether the connection sends from it when a flow names no sender.", flag()),
    webhooks: array(senderWebhook),
  }),
);

const account = object({
  id: text(),
  name: nullable(text()),
  status: nullable(oneOf(["active", "suspended", "closed"])),
  trial: nullable(flag()),
  balance: nullable(object({ amount: text(), currency: text() })),
});

/** A connection with what the last look at its account found. */
export const connectionDetail = named(
  "ConnectionDetail",
  object({
    ...members,
    account: described("Null when the vendor did not show it, or nobody has looked.", nullable(account)),
    senders: array(sender),
    concerns: array(concern),
  }),
);

const item = object({
  webhook: text(),
  field: text(),
  action: described(
    "`conflict`: another system's address is there and stays; naming the sender makes it `replace`.",
    oneOf(["create", "update", "replace", "unchanged", "conflict"]),
  ),
  now: nullable(text()),
  wanted: text(),
  sibling: described("The other connection of this server whose address is there.", nullable(text())),
  reason: text(),
});

const planned = { id: text(), kind, address: text(), items: array(item) };

/** What would be entered at the vendor. */
export const webhookPlan = named(
  "WebhookPlan",
  object({
    connection: text(),
    hash: described("Names this plan.", text()),
    senders: array(object(planned)),
    others: described(
      "Senders that receive texts and are left alone: the connection does not send from them.",
      array(text()),
    ),
  }),
);

/** What became of a plan. */
export const appliedPlan = named(
  "AppliedWebhooks",
  object({
    connection: text(),
    senders: array(object({ ...planned, outcome: oneOf(["entered", "left", "failed"]), failure: nullable(failure) })),
  }),
);

const names = described(
  "Only these senders, by number or id; another system's addresses at them are replaced.",
  array(text({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 100 }),
);
const by = described("Who does it, for the record.", text({ minLength: 1, maxLength: 100 }));

/** Carries a plan out. */
export const webhookOrder = named("WebhookOrder", object({ hash: text() }, { senders: names, by }));

/** Says who switches a connection, and why. */
export const connectionSwitch = named(
  "ConnectionSwitch",
  object({}, { by, reason: text({ minLength: 1, maxLength: 500 }) }),
);

/** Everything of this contract, for the document. */
export const connectionParts = [
  ...[connection, connectionDetail, endpoint, callableEndpoint, concern, sender],
  ...[webhookPlan, appliedPlan, webhookOrder, connectionSwitch],
];

export type ConnectionView = Static<typeof connection>;
export type ConnectionDetailView = Static<typeof connectionDetail>;
export type WebhookPlanView = Static<typeof webhookPlan>;
export type AppliedPlanView = Static<typeof appliedPlan>;

/** Gives a connection as lists show it. @param check Null when nobody has looked. */
export function toConnectionView(
  open: OpenConnection,
  { check, publicUrl }: { check: ConnectionCheck | null; publicUrl: string | null },
): ConnectionView {
  const { name, connector, off } = open;
  return {
    name,
    connector: connector.key,
    title: connector.title,
    sendsTexts: sendsTexts(open),
    active: off === undefined,
    deactivated: off === undefined ? null : { at: toInstant(off.at), by: off.by, reason: off.reason },
    health: check?.health ?? null,
    checkedAt: toOptionalInstant(check?.checkedAt ?? null),
    webhooks: toWebhookViews([open], publicUrl),
  };
}

/** Gives a connection with what was found. */
export function toConnectionDetailView(
  open: OpenConnection,
  found: { check: ConnectionCheck | null; publicUrl: string | null },
): ConnectionDetailView {
  const { account, senders, concerns } = found.check ?? { account: null, senders: [], concerns: [] };
  return { ...toConnectionView(open, found), account, senders, concerns };
}

export function toWebhookPlanView({ connection: name, hash, senders, others }: WebhookPlan): WebhookPlanView {
  return { connection: name, hash, senders, others: [...others] };
}

export function toAppliedPlanView(name: string, senders: readonly AppliedSender[]): AppliedPlanView {
  return { connection: name, senders };
}
