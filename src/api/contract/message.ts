import { type Message, messageStatuses } from "../../core/message.js";
import {
  array,
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

/** One message that Patchbay sent. */
export const message = named(
  "Message",
  object({
    id: text(),
    channel: oneOf(["sms", "mms", "whatsapp"]),
    from: described("Null while a pool of senders has not chosen one.", nullable(text())),
    service: described("The pool of senders it is sent by, such as a messaging service.", nullable(text())),
    to: text(),
    body: text(),
    segments: integer({ minimum: 0 }),
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

export type MessageView = Static<typeof message>;

export function toMessageView(stored: Message): MessageView {
  const { shard: _shard, ...shown } = stored;
  return { ...shown, createdAt: toInstant(stored.createdAt), updatedAt: toInstant(stored.updatedAt) };
}
