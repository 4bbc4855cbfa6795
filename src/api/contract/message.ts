import { type Message, messageChannels, messageStatuses } from "../../core/message.js";
import type { Price } from "../../core/price.js";
import { textNoLongerKept } from "../../core/retention.js";
import { countSegments, outsideGsm } from "../../core/segments.js";
import type { Foreseen } from "../../engine/foresee.js";
import {
  anyObject,
  array,
  decimal,
  described,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
} from "./schema.js";

const encodings = ["GSM-7", "UCS-2"] as const;

const price = object({ amount: decimal(), currency: text() });

/** One message that Patchbay sent. */
export const message = named(
  "Message",
  object({
    id: text(),
    channel: oneOf(messageChannels),
    from: described("Null while a pool of senders has not chosen one.", nullable(text())),
    service: described("The pool of senders it is sent by, such as a messaging service.", nullable(text())),
    to: text(),
    body: text(),
    segments: integer({ minimum: 0 }),
    encoding: described("Of an SMS: one character outside GSM-7 makes it UCS-2.", nullable(oneOf(encodings))),
    media: array(text()),
    effectId: text(),
    runId: text(),
    flow: text(),
    connection: text(),
    dataType: nullable(text()),
    key: nullable(text()),
    vendorId: described("Twilio's message SID, once known.", nullable(text())),
    status: described(
      "The vendor's words; ours are `pending` (not answered for yet), `suppressed` (not sent: the recipient has opted out) and `unknown` (it was scheduled, and its connection is gone).",
      oneOf(messageStatuses),
    ),
    errorCode: nullable(text()),
    price: described("What it has cost, once the vendor has said so: as a rule when somebody asked.", nullable(price)),
    createdAt: instant,
    updatedAt: instant,
  }),
);

/** A message that nobody sends, for an estimate. */
export const estimateRequest = named(
  "EstimateRequest",
  object(
    { payload: described("As a flow's `with` gives it, without expressions: to, body, …", anyObject) },
    {
      connection: described("May be left out when only one can be meant.", text()),
      endpoint: described("`send-message` when left out.", text()),
      flow: described("Of several connections, the one that this flow sends by.", text()),
    },
  ),
);

/** What a message would be. */
export const messageEstimate = named(
  "MessageEstimate",
  object({
    connection: text(),
    channel: oneOf(messageChannels),
    from: nullable(text()),
    to: text(),
    segments: integer(),
    encoding: nullable(oneOf(encodings)),
    units: described("GSM-7 septets or UCS-2 code units of an SMS.", nullable(integer())),
    outsideGsm: described("Characters of an SMS, each once, that make it UCS-2.", array(text())),
    price: described(
      "By the connection's own prices; null when it has none for this recipient. What was paid is known at the vendor later.",
      nullable(price),
    ),
    instead: described(
      "What would be sent in place of the text, and why; null when the text would. The rest is about what would be sent.",
      nullable(text()),
    ),
    obstacles: described("Why it would not be sent if it were now: opted out, no window open, …", array(text())),
  }),
);

export type MessageEstimateView = Static<typeof messageEstimate>;

export function toEstimateView(
  connection: string,
  { message: { channel, from, to, body, segments }, instead, obstacles }: Foreseen,
  price: Price | null,
): MessageEstimateView {
  const counted = channel === "sms" ? countSegments(body) : null;
  const { encoding = null, units = null } = counted ?? {};
  const outside = counted === null ? [] : outsideGsm(body);
  return {
    connection,
    channel,
    from,
    to,
    segments,
    encoding,
    units,
    outsideGsm: outside,
    price,
    instead,
    obstacles: [...obstacles],
  };
}

export type MessageView = Static<typeof message>;

export function toMessageView(stored: Message): MessageView {
  const { shard: _shard, ...shown } = stored;
  const isText = stored.channel === "sms" && stored.body !== textNoLongerKept;
  const encoding = isText ? countSegments(stored.body).encoding : null;
  return { ...shown, encoding, createdAt: toInstant(stored.createdAt), updatedAt: toInstant(stored.updatedAt) };
}
