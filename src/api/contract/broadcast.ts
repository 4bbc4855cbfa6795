import {
  type Broadcast,
  type BroadcastRecipient,
  broadcastStates,
  exclusionReasons,
  type OutcomeCounts,
  recipientOutcomes,
} from "../../core/broadcast.js";
import type { PriceSum } from "../../core/price.js";
import type { BroadcastOrder, BroadcastPreview } from "../../engine/broadcast-order.js";
import {
  array,
  decimal,
  described,
  flag,
  instant,
  integer,
  mapOf,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
  toOptionalInstant,
} from "./schema.js";

const STANDARD_PACE = 10;

const count = integer({ minimum: 0 });
const perSecond = integer({ minimum: 1, maximum: 1_000, default: STANDARD_PACE });
const exclusion = oneOf(exclusionReasons);

const where = described(
  "Indexed field to its exact value; narrows the records that are looked at.",
  mapOf(text({ maxLength: 500 })),
);
const when = described(
  'JSONata over the record, such as `city = "Boston" and $not(quit)`: only records for which it is true.',
  text({ minLength: 1, maxLength: 10_000 }),
);

/** Orders a broadcast. */
export const broadcastRequest = named(
  "BroadcastRequest",
  object(
    {
      name: described("What people call it.", text({ minLength: 1, maxLength: 200 })),
      flow: described(
        "The flow that is started once for each record, which is its `$record`.",
        text({ minLength: 1, maxLength: 200 }),
      ),
      audience: object({ dataType: text({ minLength: 1, maxLength: 200 }) }, { where, when }),
    },
    { perSecond: described("Recipients started a second, at most.", perSecond) },
  ),
);

/** Starts what a preview has shown. */
export const broadcastStart = named(
  "BroadcastStart",
  object({ confirm: described("As the newest preview gave it.", text({ minLength: 1, maxLength: 100 })) }),
);

/** One flow for each record of an audience. */
export const broadcast = named(
  "Broadcast",
  object({
    id: text(),
    name: text(),
    flow: text(),
    flowHash: described("The flow version that all of it uses; null for a draft.", nullable(text())),
    audience: object({ dataType: text(), where, when: nullable(when) }),
    perSecond: integer({ minimum: 1 }),
    state: oneOf(broadcastStates),
    examined: described("Records looked at.", count),
    started: described("Recipients started.", count),
    excluded: described("Records of the audience that get nothing, by the reason.", mapOf(count)),
    createdAt: instant,
    startedAt: nullable(instant),
    updatedAt: instant,
    finishedAt: nullable(instant),
  }),
);

const costs = described(
  "By currency; `of`: of how many recipients, or messages, a price is known in it.",
  array(object({ currency: text(), amount: decimal(), of: count })),
);

/** A broadcast with what has become of everybody in it. */
export const broadcastDetail = named(
  "BroadcastDetail",
  object({
    broadcast,
    records: described("Records that `where` finds now, counted up to 1,000,000.", count),
    outcomes: described("Recipients by outcome; one that is not named has none.", mapOf(count)),
    estimated: described("What it was likely to cost when it was started; null before that.", nullable(costs)),
    cost: described("What its messages have cost, of those whose price the vendor has told.", costs),
  }),
);

const prices = described(
  "What the messages are likely to cost, by currency; `recipients`: of how many a price is known.",
  array(object({ currency: text(), amount: decimal(), recipients: count })),
);

/** What a broadcast would do now. */
export const broadcastPreview = named(
  "BroadcastPreview",
  object({
    records: described("Records that `where` finds.", count),
    moreRecords: described("Whether there are more than were counted.", flag()),
    examined: described("Records looked at, the first 1,000; the numbers below are of these.", count),
    more: described("Whether there are more than were looked at.", flag()),
    recipients: described("Who would get it.", count),
    excluded: described("Who would not, by the reason.", mapOf(count)),
    segments: described("Segments of all their messages.", count),
    prices,
    quiet: described(
      "How many of the recipients are left in peace now, and until when the last of them.",
      object({ recipients: count, until: nullable(instant) }),
    ),
    estimate: described(
      "The same for all records, reckoned from those that were looked at; `seconds`: how long it takes at its pace.",
      object({ recipients: count, segments: count, prices, seconds: count }),
    ),
    texts: described(
      "The first few as they would go out.",
      array(object({ key: text(), recipient: nullable(text()), body: nullable(text()), segments: count })),
    ),
    exclusions: described(
      "The first few that would get nothing.",
      array(object({ key: text(), recipient: nullable(text()), exclusion, reason: text() })),
    ),
    confirm: described("Names all this; starting takes it.", text()),
  }),
);

/** One record of a broadcast's audience. */
export const broadcastRecipient = named(
  "BroadcastRecipient",
  object({
    id: text(),
    broadcastId: text(),
    key: described("Of the record.", text()),
    recipient: nullable(text()),
    runId: described("Null for one that is excluded.", nullable(text())),
    outcome: oneOf(recipientOutcomes),
    exclusion: nullable(exclusion),
    reason: described("In plain words, why it got nothing or was not delivered.", nullable(text())),
    code: described("Of the error, ours or the vendor's.", nullable(text())),
    createdAt: instant,
    updatedAt: instant,
  }),
);

/** Every named schema of this file. */
export const broadcastParts = [
  ...[broadcastRequest, broadcastStart, broadcast, broadcastDetail, broadcastPreview, broadcastRecipient],
] as const;

export type BroadcastRequest = Static<typeof broadcastRequest>;
export type BroadcastView = Static<typeof broadcast>;
export type BroadcastDetailView = Static<typeof broadcastDetail>;
export type BroadcastPreviewView = Static<typeof broadcastPreview>;
export type BroadcastRecipientView = Static<typeof broadcastRecipient>;

export function toBroadcastOrder({ name, flow, audience, perSecond: pace }: BroadcastRequest): BroadcastOrder {
  const { dataType, where: values = {}, when: condition = null } = audience;
  return { name, flow, perSecond: pace ?? STANDARD_PACE, audience: { dataType, where: values, when: condition } };
}

export function toBroadcastView(stored: Broadcast): BroadcastView {
  const { id, name, flow, flowHash, audience, perSecond: pace, state, examined, started, excluded } = stored;
  return {
    ...{ id, name, flow, flowHash, audience, perSecond: pace, state, examined, started, excluded: { ...excluded } },
    createdAt: toInstant(stored.createdAt),
    startedAt: toOptionalInstant(stored.startedAt),
    updatedAt: toInstant(stored.updatedAt),
    finishedAt: toOptionalInstant(stored.finishedAt),
  };
}

export function toBroadcastDetailView(
  stored: Broadcast,
  { records, outcomes, cost }: { records: number; outcomes: OutcomeCounts; cost: readonly PriceSum[] },
): BroadcastDetailView {
  const { estimate: estimated } = stored;
  return { broadcast: toBroadcastView(stored), records, outcomes: { ...outcomes }, estimated, cost };
}

export function toBroadcastPreviewView({ excluded, quiet, ...preview }: BroadcastPreview): BroadcastPreviewView {
  const { recipients, until } = quiet;
  return { ...preview, excluded: { ...excluded }, quiet: { recipients, until: toOptionalInstant(until) } };
}

export function toBroadcastRecipientView(stored: BroadcastRecipient): BroadcastRecipientView {
  return { ...stored, createdAt: toInstant(stored.createdAt), updatedAt: toInstant(stored.updatedAt) };
}
