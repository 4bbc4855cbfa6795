import { type Attachment, attachmentStates, fileNameOf } from "../../core/attachment.js";
import { messageChannels } from "../../core/message.js";
import {
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
  toOptionalInstant,
} from "./schema.js";

/** A file that came with a received message. */
export const attachment = named(
  "Attachment",
  object({
    id: text(),
    receivedId: described("The message that it came with.", text()),
    number: described("Its place among the message's files, from 0.", integer()),
    connection: text(),
    channel: oneOf(messageChannels),
    state: described(
      "`expected`: still at the vendor; `kept`: here; `missed`: could not be fetched; `gone`: no longer kept.",
      oneOf(attachmentStates),
    ),
    fileName: described("What it is saved as; nothing a sender chose.", text()),
    contentType: described("As the vendor says: a claim, never proven.", nullable(text())),
    bytes: nullable(integer()),
    sha256: nullable(text()),
    vendorCopy: oneOf(["there", "deleted"]),
    attempts: described("Tries at what is due, in a row.", integer()),
    dueAt: described("When it is tried next; null when nothing is to be done.", nullable(instant)),
    failure: described(
      "Why the newest try failed.",
      nullable(object({ code: text(), message: text(), remedy: text() })),
    ),
    createdAt: instant,
    updatedAt: instant,
  }),
);

export type AttachmentView = Static<typeof attachment>;

export function toAttachmentView(stored: Attachment): AttachmentView {
  const { shard: _shard, url: _url, statedType, noticeId: _noticeId, ...shown } = stored;
  return {
    ...shown,
    fileName: fileNameOf(stored),
    contentType: stored.contentType ?? statedType,
    dueAt: toOptionalInstant(stored.dueAt),
    createdAt: toInstant(stored.createdAt),
    updatedAt: toInstant(stored.updatedAt),
  };
}
