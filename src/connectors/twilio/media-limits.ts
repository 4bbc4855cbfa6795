import { PatchbayError } from "../../core/errors.js";
import type { MessageChannel } from "../../core/message.js";
import type { PlainPayload, SendMessagePayload } from "./endpoints/send-message-payload.js";

const MB = 1_048_576;

/** How much one message may bring along, and how large a file may be that a contact sends. */
export interface MediaLimits {
  /** As people call the channel. */
  readonly title: string;
  readonly sendBytes: number;
  readonly receiveBytes: number;
}

/** Those of the channels that are Twilio's. */
type MediaChannel = Exclude<MessageChannel, "email">;

/**
 * Per channel; a message without media has none to look up.
 *
 * Source: https://www.twilio.com/docs/messaging/guides/accepted-mime-types and, for what WhatsApp users send, Deskie's
 * documentation of its Twilio integration.
 */
export const mediaLimits: Readonly<Record<MediaChannel, MediaLimits>> = Object.freeze({
  sms: { title: "MMS", sendBytes: 5 * MB, receiveBytes: 5 * MB },
  mms: { title: "MMS", sendBytes: 5 * MB, receiveBytes: 5 * MB },
  whatsapp: { title: "WhatsApp", sendBytes: 16 * MB, receiveBytes: 25 * MB },
});

/**
 * Puts a link in place of each file that the message cannot bring along, or refuses. Only what the flow says about sizes is
 * known here: a file of unknown size goes out, and Twilio says when it is too large.
 *
 * @throws MEDIA_INVALID, PAYLOAD_INVALID
 */
export function withinMediaLimits(
  { mediaBytes, largeMedia, ...payload }: Omit<SendMessagePayload, "template">,
  channel: MediaChannel,
): PlainPayload {
  if (mediaBytes === undefined) return payload;
  const media = toList(payload.mediaUrl);
  const sizes = toList(mediaBytes);
  if (sizes.length !== media.length) {
    const problem = `has ${sizes.length} sizes for ${media.length} media: give one for each mediaUrl, 0 for an unknown one`;
    throw new PatchbayError("PAYLOAD_INVALID", `/mediaBytes ${problem}`, {
      problems: [{ path: "/mediaBytes", message: problem }],
    });
  }
  const { title, sendBytes } = mediaLimits[channel];
  const attached: string[] = [];
  const links: string[] = [];
  let total = 0;
  for (const [index, url] of media.entries()) {
    const bytes = sizes[index] ?? 0;
    if (total + bytes <= sendBytes) {
      attached.push(url);
      total += bytes;
    } else if (largeMedia === "link") links.push(url);
    else throw tooLarge({ index, bytes: total + bytes, title, sendBytes });
  }
  if (links.length === 0) return payload;
  const body = [payload.body ?? "", ...links].filter((text) => text.trim() !== "").join("\n");
  return { ...payload, body, mediaUrl: attached };
}

function tooLarge(file: { index: number; bytes: number; title: string; sendBytes: number }): PatchbayError {
  const { index, bytes, title, sendBytes } = file;
  const message = `/mediaUrl/${index} brings the media to ${inMb(bytes)}; ${title} takes ${inMb(sendBytes)} a message`;
  const remedy = "Give a smaller file, or set largeMedia: link, which puts a link into the text in its place.";
  return new PatchbayError("MEDIA_INVALID", message, { bytes, limit: sendBytes, remedy });
}

function inMb(bytes: number): string {
  return `${Math.ceil((bytes / MB) * 10) / 10} MB`;
}

function toList<T extends string | number>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return typeof value === "string" || typeof value === "number" ? [value] : value;
}
