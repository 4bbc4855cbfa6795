import { PatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { described, object, type Static, text } from "../contract/schema.js";
import { timeline } from "../contract/timeline.js";
import { defineRoute, type Route } from "../route.js";
import { assembleTimeline } from "../timeline/assemble.js";
import { MOST } from "../timeline/collected.js";
import { gatherFacts, type Place, type Subject } from "../timeline/gather.js";
import { requireDataType } from "./push-records.js";

type TimelineDeps = Pick<ApiDeps, "store" | "installer">;

const word = text({ minLength: 1, maxLength: 1024 });
const query = object(
  {},
  {
    order: described("Key of a record, such as an order's number.", word),
    dataType: described("With `order`: the record's data type, when several have such a key.", word),
    phone: described("Recipient or sender in E.164; `+` is %2B in a URL.", text({ pattern: "^[+ ][0-9]{4,15}$" })),
    email: described("Recipient of e-mails.", text({ pattern: "^[^@\\s]+@[^@\\s]+$", maxLength: 254 })),
    sid: described("The vendor's id of a message (Twilio's SID), or ours.", word),
    run: described("Id of a run.", word),
  },
);
const subjects = ["order", "phone", "email", "sid", "run"] as const;

/** Everything that happened around one thing, in one answer. */
export function timelineRoute({ store, installer }: TimelineDeps): Route {
  return defineRoute({
    id: "get-timeline",
    method: "GET",
    path: "/api/v1/timeline",
    may: "timeline:read",
    tag: "Timeline",
    summary: "Everything that happened around one order, phone number, e-mail address, message or run, oldest first",
    description: `Events with the decision about every flow, runs with their steps, calls with request and response, messages,
what the vendor reported, what customers wrote, notifications. Give one of \`order\`, \`phone\`, \`email\`, \`sid\` and \`run\`. Of each noun ${MOST} at most are shown; \`truncated\` says
whether there is more.`,
    query,
    answers: { 200: timeline },
    errors: ["RECORD_UNKNOWN", "MESSAGE_UNKNOWN", "RUN_UNKNOWN", "DATA_TYPE_UNKNOWN"],
    async handle({ query }) {
      const subject = await findSubject(query, { store, installer });
      const facts = await gatherFacts(subject, { store, catalog: installer.catalog() });
      return { status: 200, body: assembleTimeline(facts) };
    },
  });
}

async function findSubject(asked: Static<typeof query>, deps: TimelineDeps): Promise<Subject> {
  const { store } = deps;
  const { order, dataType, phone, email, sid, run } = asked;
  if (subjects.filter((name) => asked[name] !== undefined).length !== 1) {
    throw invalid("A timeline is about one thing: give one of order, phone, email, sid and run");
  }
  if (dataType !== undefined && order === undefined) throw invalid("dataType is for order only");
  if (order !== undefined) return { kind: "record", place: await findRecord(order, dataType, deps) };
  // A plus sign that was not encoded arrives as a space.
  if (phone !== undefined) return findRecipient(phone.replace(" ", "+"), store);
  if (email !== undefined) return findRecipient(email.toLowerCase(), store);
  if (sid !== undefined) return findMessage(sid, store);
  const found = await store.runs.get(run ?? "");
  if (found !== null) return { kind: "run", run: found };
  throw new PatchbayError("RUN_UNKNOWN", `There is no run ${run?.slice(0, 100)}`);
}

async function findRecipient(to: string, store: ApiDeps["store"]): Promise<Subject> {
  const [messages, received, consents] = await Promise.all([
    store.messages.list({ to }, { limit: MOST }),
    store.received.list({ contact: to }, { limit: MOST }),
    store.consent.entries({ contact: to }, { limit: MOST }),
  ]);
  if ([messages, received, consents].some(({ items }) => items.length > 0)) {
    return { kind: "recipient", to, messages, received, consents };
  }
  throw new PatchbayError("MESSAGE_UNKNOWN", `Patchbay has sent no message to ${to} and received none`, {
    remedy: to.includes("@")
      ? "Check the address."
      : "Check the number: it is written with + and country code, as messages have it.",
  });
}

async function findMessage(sid: string, store: ApiDeps["store"]): Promise<Subject> {
  const message = (await store.messages.getByVendorId(sid)) ?? (await store.messages.get(sid));
  if (message !== null) return { kind: "message", message };
  const received = (await store.received.getByVendorId(sid)) ?? (await store.received.get(sid));
  if (received !== null) return { kind: "received", received };
  throw new PatchbayError("MESSAGE_UNKNOWN", `There is no message ${sid.slice(0, 100)}`);
}

/** Looks a key up in every data type that has records, or in the one that is named. */
async function findRecord(
  key: string,
  dataType: string | undefined,
  { store, installer }: TimelineDeps,
): Promise<Place> {
  // A data type that is named may be one that is not installed any more.
  if (dataType !== undefined && (await isKnown({ dataType, key }, store))) return { dataType, key };
  const all = installer
    .catalog()
    .dataTypes()
    .filter((type) => type.key.length > 0);
  const candidates = dataType === undefined ? all : [requireDataType(installer, dataType)];
  const known = await Promise.all(candidates.map(({ name }) => isKnown({ dataType: name, key }, store)));
  const hits = candidates.filter((_, index) => known[index] === true).map(({ name }) => name);
  const [only] = hits;
  if (hits.length > 1) throw invalid(`${shorten(key)} is a key of ${hits.join(" and of ")}: add dataType`);
  if (only !== undefined) return { dataType: only, key };
  throw new PatchbayError("RECORD_UNKNOWN", `No ${dataType ?? "data type"} has a record with the key ${shorten(key)}`);
}

/** Also when the record was deleted, or was never taken but there is a notification about it: it may be in quarantine. */
async function isKnown(place: Place, store: ApiDeps["store"]): Promise<boolean> {
  if ((await store.records.version(place.dataType, place.key)) > 0) return true;
  return (await store.notifications.list(place, { limit: 1 })).items.length > 0;
}

function shorten(key: string): string {
  return key.slice(0, 200);
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
