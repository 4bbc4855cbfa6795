import type { Message } from "./message.js";
import type { Failure } from "./run.js";

/**
 * `expected`: still at the vendor. `kept`: here. `missed`: it could not be fetched, and is not tried any more by itself.
 * `gone`: it was here, and is no longer kept.
 */
export const attachmentStates = ["expected", "kept", "missed", "gone"] as const;

export type AttachmentState = (typeof attachmentStates)[number];

/** Bytes of one stored piece of a file; the last piece is shorter. A multiple of three, so that base64 needs no filling. */
export const PIECE_BYTES = 49_152;

/** A file that came with a received message: what is known of it. Its bytes are stored apart, in pieces. */
export interface Attachment {
  readonly id: string;
  readonly shard: number;
  readonly receivedId: string;
  /** Its place among the message's files, from 0. */
  readonly number: number;
  readonly connection: string;
  readonly channel: Message["channel"];
  /** Where the vendor has it. */
  readonly url: string;
  /** What the vendor's webhook called it; null when it did not. */
  readonly statedType: string | null;
  /** What the vendor answered when it was fetched; a claim like the other, never proven. Null before. */
  readonly contentType: string | null;
  /** Null before it is here. */
  readonly bytes: number | null;
  /** SHA-256 in hex; null before it is here. */
  readonly sha256: string | null;
  readonly state: AttachmentState;
  /** Whether the vendor still has it, as far as we know. */
  readonly vendorCopy: "there" | "deleted";
  /** Tries at what is due, in a row. */
  readonly attempts: number;
  /** When it is fetched, or the vendor's copy deleted; null when nothing is to be done. */
  readonly dueAt: Date | null;
  /** Why the newest try failed; null when it did not. */
  readonly failure: Failure | null;
  /** The notification about it; null when there is none. */
  readonly noticeId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Gives what a file is called when it is saved: never anything a sender chose. */
export function fileNameOf({ id, contentType }: Pick<Attachment, "id" | "contentType">): string {
  return `${id}.${contentType === null ? "bin" : (endings.get(contentType) ?? "bin")}`;
}

/** Gives the content type a file is handed on with: one of those that cannot do anything by themselves, or plain bytes. */
export function servedTypeOf({ contentType }: Pick<Attachment, "contentType">): string {
  return contentType !== null && endings.has(contentType) ? contentType : "application/octet-stream";
}

/** Endings of what phones send, by content type. */
const endings: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "audio/ogg": "ogg",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "video/quicktime": "mov",
    "application/pdf": "pdf",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/plain": "txt",
    "text/calendar": "ics",
  }),
);
