import type { JsonObject } from "../core/json.js";
import type { ShelvedMedia } from "./media-shelf.js";
import { mediaPath, storagePath } from "./media-storage.js";
import { endOf, instant } from "./message-list.js";
import { toRfc2822 } from "./message-resource.js";
import { type Asked, answering, found, nothing, type Operation, ofAccount } from "./operation.js";
import { olderPage } from "./paging.js";
import { paging, text } from "./parameters.js";
import { Refusal } from "./twilio-errors.js";

const all = `${ofAccount}/Messages/{MessageSid}/Media`;

/**
 * A message's files: the list, one file's facts, the file itself by a redirect to where it is stored, and its deletion.
 *
 * Source: https://www.twilio.com/docs/messaging/api/media-resource
 */
export const mediaOperations: readonly Operation[] = [
  {
    ...{ name: "ListMedia", method: "GET", path: `${all}.json` },
    query: { ...paging, DateCreated: text, "DateCreated<": text, "DateCreated>": text },
    react: ({ request: { path, query }, account, ids: { MessageSid = "" }, media, hasMessage }) => {
      if (!hasMessage(account.accountSid, MessageSid)) throw new Refusal(20404, `message ${MessageSid}`);
      const files = media.list(MessageSid).filter(createdFilter(query)).map(toResource);
      return found(olderPage(files, { path, query, member: "media_list" }));
    },
  },
  {
    ...{ name: "FetchMedia", method: "GET", path: `${all}/{Sid}.json` },
    react: (asked) => found(toResource(requireFile(asked))),
  },
  {
    ...{ name: "FetchMediaFile", method: "GET", path: `${all}/{Sid}` },
    react: (asked) =>
      answering({ status: 307, headers: { Location: `${storagePath}${requireFile(asked).token}` }, body: "" }),
  },
  {
    ...{ name: "DeleteMedia", method: "DELETE", path: `${all}/{Sid}.json` },
    react: ({ account, ids, media }) => {
      media.remove(media.require({ accountSid: account.accountSid, ...sidsOf(ids) }).sid);
      return nothing;
    },
  },
];

function requireFile({ account: { accountSid }, ids, media, mediaSettings }: Asked): ShelvedMedia {
  const file = media.require({ accountSid, ...sidsOf(ids) });
  if (mediaSettings().failing) throw new Refusal(20500, "files were told to fail");
  return file;
}

function sidsOf({ MessageSid = "", Sid = "" }: Asked["ids"]) {
  return { messageSid: MessageSid, sid: Sid };
}

function toResource(file: ShelvedMedia): JsonObject {
  return {
    sid: file.sid,
    account_sid: file.accountSid,
    parent_sid: file.messageSid,
    content_type: file.contentType,
    date_created: toRfc2822(file.createdAt),
    date_updated: toRfc2822(file.createdAt),
    uri: `${mediaPath(file)}.json`,
  };
}

function createdFilter(query: URLSearchParams): (file: ShelvedMedia) => boolean {
  const [on, until, since] = ["DateCreated", "DateCreated<", "DateCreated>"].map((name) => query.get(name) || null);
  const earliest = Math.max(
    since ? instant(since) : Number.NEGATIVE_INFINITY,
    on ? instant(on) : Number.NEGATIVE_INFINITY,
  );
  const latest = Math.min(until ? instant(until) : Number.POSITIVE_INFINITY, on ? endOf(on) : Number.POSITIVE_INFINITY);
  return ({ createdAt }) => createdAt.getTime() >= earliest && createdAt.getTime() <= latest;
}
