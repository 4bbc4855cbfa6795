import { Refusal } from "./twilio-errors.js";

/** A file of a message, sent or received. */
export interface ShelvedMedia {
  /** `ME` and 32 hexadecimal digits. */
  readonly sid: string;
  readonly accountSid: string;
  readonly messageSid: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly createdAt: Date;
  /** Names the file where it is stored: whoever knows it gets the file. */
  readonly token: string;
}

/** How the files of messages behave. */
export interface MediaSettings {
  /** Whether every request for a file is answered with a 500. */
  readonly failing: boolean;
}

/** Where the files of messages lie. */
export interface MediaShelf {
  put(media: Pick<ShelvedMedia, "accountSid" | "messageSid" | "contentType" | "content">): ShelvedMedia;
  /** @throws Refusal 20404 */
  require(place: Pick<ShelvedMedia, "accountSid" | "messageSid" | "sid">): ShelvedMedia;
  /** A message's files, in the order they were put. */
  list(messageSid: string): readonly ShelvedMedia[];
  byToken(token: string): ShelvedMedia | null;
  remove(sid: string): void;
}

/** Opens an empty shelf. */
export function openMediaShelf({ newHex, now }: { newHex: () => string; now: () => Date }): MediaShelf {
  const files = new Map<string, ShelvedMedia>();
  const all = (): ShelvedMedia[] => [...files.values()];
  return {
    put(media) {
      const file: ShelvedMedia = { ...media, sid: `ME${newHex()}`, createdAt: now(), token: newHex() };
      files.set(file.sid, file);
      return file;
    },
    require({ accountSid, messageSid, sid }) {
      const file = files.get(sid);
      if (file?.messageSid === messageSid && file.accountSid === accountSid) return file;
      throw new Refusal(20404, `media ${sid}`);
    },
    list: (messageSid) => all().filter((file) => file.messageSid === messageSid),
    byToken: (token) => all().find((file) => file.token === token) ?? null,
    remove: (sid) => void files.delete(sid),
  };
}

/** A picture of one point, which stands for files that are only named by their address. */
export const onePoint: Uint8Array = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
  "base64",
);
