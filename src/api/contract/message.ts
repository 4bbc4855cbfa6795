import type { Price } from "../../core/connector.js";
import { type Message, type MessageDraft, messageChannels, messageStatuses } from "../../core/message.js";
import { textNoLongerKept } from "../../core/retention.js";
import { countSegments, outsideGsm } from "../../core/segments.js";
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
      "The vendor's words; ours are `pending` (not answered for yet) and `suppressed` (not sent: the recipient has opted out).",
      oneOf(messageStatuses),
    ),
    errorCode: nullable(text()),
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
      connection: described("May be left out when there is one only.", text()),
      endpoint: described("`send-message` when left out.", text()),
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
      nullable(object({ amount: decimal(), currency: text() })),
    ),
  }),
);

export type MessageEstimateView = Static<typeof messageEstimate>;

export function toEstimateView(
  connection: string,
  { channel, from, to, body, segments }: MessageDraft,
  price: Price | null,
): MessageEstimateView {
  const counted = channel === "sms" ? countSegments(body) : null;
  const { encoding = null, units = null } = counted ?? {};
  const outside = counted === null ? [] : outsideGsm(body);
  return { connection, channel, from, to, segments, encoding, units, outsideGsm: outside, price };
}

export type MessageView = Static<typeof message>;

export function toMessageView(stored: Message): MessageView {
  const { shard: _shard, ...shown } = stored;
  const isText = stored.channel === "sms" && stored.body !== textNoLongerKept;
  const encoding = isText ? countSegments(stored.body).encoding : null;
  return { ...shown, encoding, createdAt: toInstant(stored.createdAt), updatedAt: toInstant(stored.updatedAt) };
}
