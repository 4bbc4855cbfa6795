import type { Attachment } from "../core/attachment.js";
import type { Change } from "../core/change.js";
import type { InboundMessage, KeptMedia, ReceivedMessage } from "../core/received-message.js";
import type { Planning } from "./planning.js";

/** The files of a message that came in: as the message names them, and to be fetched. */
export interface PlannedFiles {
  readonly media: readonly KeptMedia[];
  expect(message: ReceivedMessage): readonly Change[];
}

/**
 * Plans that the files of a message are fetched. That happens after the message is durable, so whoever handed it over does not
 * wait for files, and a process that dies meanwhile loses none.
 */
export function planFiles(
  { media, channel }: Pick<InboundMessage, "media" | "channel">,
  connection: string,
  { parts, catalog, hints }: Planning,
): PlannedFiles {
  const desk = catalog.connection(connection)?.connection.media;
  if (desk === undefined || media.length === 0) return { media, expect: () => [] };
  hints.files.expectSoon(parts.now());
  const kept = media.map((file) => ({ ...file, attachmentId: parts.newId("att") }));
  return {
    media: kept,
    expect: ({ id: receivedId, shard, receivedAt }) =>
      kept.map(({ url, contentType, attachmentId }, number) => {
        const attachment: Attachment = {
          ...{ id: attachmentId, shard, receivedId, number, connection, channel, url, statedType: contentType },
          ...{ contentType: null, bytes: null, sha256: null },
          ...{ state: "expected", vendorCopy: "there", attempts: 0 },
          ...{ dueAt: receivedAt, failure: null, noticeId: null, createdAt: receivedAt, updatedAt: receivedAt },
        };
        return { kind: "attachment-expected", attachment };
      }),
  };
}
