import { PatchbayError } from "../core/errors.js";
import type { Handler } from "./account/account-book.js";
import type { Account } from "./accounts.js";
import type { Callback, Posted } from "./callback-poster.js";
import { parseCallbackUrl } from "./callback-url.js";
import { toInboundFields } from "./inbound-fields.js";
import type { MediaShelf } from "./media-shelf.js";
import { mediaPath } from "./media-storage.js";
import type { OptOuts } from "./opt-outs.js";
import type { RandomIds } from "./random-ids.js";
import type { Field } from "./signature.js";
import type { InboundUrls, VirtualFile, VirtualText } from "./virtual-text.js";
import type { WhatsAppWindows } from "./whatsapp-windows.js";
import type { Work } from "./work.js";

/** One text that a virtual phone wrote, with what became of it. */
export interface WrittenText extends VirtualText {
  readonly sid: string;
  readonly writtenAt: Date;
  /** What Twilio answers by itself to STOP, START and HELP; null for nothing. */
  readonly autoReply: string | null;
  /** How each handing over was answered: HTTP status, or null when it was not; the fallback's answer follows its cause. */
  readonly answers: readonly { readonly url: string; readonly status: number | null; readonly body: string }[];
}

/** Phones that write to the simulator's numbers, and what Twilio does with it. */
export interface VirtualPhones {
  /** @throws REQUEST_INVALID for an address that the simulator does not call */
  listenAt(urls: InboundUrls): void;
  /** Hands a text over, signed, as often as it says. @throws REQUEST_INVALID when nobody listens */
  write(text: VirtualText): WrittenText;
  /** Every text in the order of writing, as it is now. */
  list(): readonly WrittenText[];
}

interface PhoneParts {
  readonly account: Account;
  readonly ids: RandomIds;
  readonly optOuts: OptOuts;
  readonly media: MediaShelf;
  readonly now: () => Date;
  /** The simulator's own address, known once it listens. */
  readonly origin: () => string;
  readonly post: (callback: Callback) => Promise<Posted>;
  readonly work: Pick<Work, "add">;
  readonly windows: Pick<WhatsAppWindows, "note">;
  /** Who takes what is sent to a number of the account; null when nothing is configured there. */
  readonly handlerOf: (address: string) => Handler | null;
}

/** Sources: https://www.twilio.com/docs/api/errors/11200 and /11205 */
const NO_CONNECTION = "11205";
const BAD_ANSWER = "11200";

/** Opens the phones; nobody listens yet. */
export function openVirtualPhones(parts: PhoneParts): VirtualPhones {
  const { account, ids, optOuts, media, now, origin, post, work, windows, handlerOf } = parts;
  const written = new Map<string, WrittenText>();
  let listening: InboundUrls | null = null;

  async function handOver(sid: string, fields: readonly Field[], { url, fallbackUrl }: InboundUrls): Promise<void> {
    const answer = await call(sid, url, fields);
    const failed = answer.status === null || answer.status >= 400;
    if (!failed || fallbackUrl === null) return;
    const errorCode = answer.status === null ? NO_CONNECTION : BAD_ANSWER;
    await call(sid, fallbackUrl, [...fields, ["ErrorCode", errorCode], ["ErrorUrl", url]]);
  }

  async function call(sid: string, url: string, fields: readonly Field[]): Promise<Posted> {
    const { authToken } = account;
    const answer = await post({ url, fields, authToken, idempotencyToken: ids.newUuid() });
    const text = written.get(sid);
    if (text !== undefined) written.set(sid, { ...text, answers: [...text.answers, { url, ...answer }] });
    return answer;
  }

  function shelved(messageSid: string, { url, contentType, content }: VirtualFile): VirtualFile {
    if (content === undefined) return { url, contentType };
    const { accountSid } = account;
    const file = media.put({ accountSid, messageSid, contentType, content: Buffer.from(content, "base64") });
    return { url: `${origin()}${mediaPath(file)}`, contentType };
  }

  return {
    listenAt(urls) {
      for (const url of [urls.url, urls.fallbackUrl ?? urls.url]) requireCallable(url);
      listening = urls;
    },
    write(text) {
      const handler = handlerOf(text.to);
      const urls = handler?.urls ?? listening;
      if (urls === null) {
        const message = "Nobody listens: enter an address at the number, or for all by PUT /simulator/inbound-url";
        throw new PatchbayError("REQUEST_INVALID", message);
      }
      for (const url of [urls.url, urls.fallbackUrl ?? urls.url]) requireCallable(url);
      const sid = `${text.media.length > 0 ? "MM" : "SM"}${ids.newHex()}`;
      windows.note(text.from, text.to);
      const messagingServiceSid = text.messagingServiceSid ?? handler?.messagingServiceSid ?? null;
      const heard = optOuts.hear({ ...text, messagingServiceSid });
      const kept = text.media.map((file) => shelved(sid, file));
      const fresh: WrittenText = { ...text, ...heard, media: kept, sid, writtenAt: now(), answers: [] };
      written.set(sid, fresh);
      const fields = toInboundFields(fresh, sid, account.accountSid);
      for (let time = 0; time < text.times; time++) work.add(handOver(sid, fields, urls));
      return fresh;
    },
    list: () => [...written.values()],
  };
}

function requireCallable(url: string): void {
  try {
    parseCallbackUrl(url);
  } catch (thrown) {
    throw new PatchbayError("REQUEST_INVALID", thrown instanceof Error ? thrown.message : String(thrown));
  }
}
