import type { JsonObject } from "../core/json.js";
import type { ApiRequest } from "./api-request.js";
import type { MediaShelf, ShelvedMedia } from "./media-shelf.js";
import { endOf, instant, wholeNumber } from "./message-list.js";
import { apiVersion, toRfc2822 } from "./message-resource.js";
import { type Answer, jsonAnswer } from "./reaction.js";
import { Refusal } from "./twilio-errors.js";

/** Below it files are stored, as at the store that Twilio redirects to. */
export const storagePath = "/storage/";

/** How the files of messages behave. */
export interface MediaSettings {
  /** Whether every request for a file is answered with a 500. */
  readonly failing: boolean;
}

/** What the media routes work with. */
export interface MediaParts {
  readonly media: MediaShelf;
  readonly mediaSettings: () => MediaSettings;
  /** Whether the account has sent or received a message. */
  readonly hasMessage: (accountSid: string, messageSid: string) => boolean;
}

/** Which file, or which message's files, a request is about. */
export interface MediaPlace {
  readonly accountSid: string;
  readonly messageSid: string;
  /** Null for all. */
  readonly sid: string | null;
  /** Whether facts are asked for, not the file itself. */
  readonly facts: boolean;
}

const PATH = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages\/([^/]+)\/Media(?:\/(ME[^/.]+))?(\.json)?$/;

/** Reads a path below a message's files; null for any other. */
export function toMediaPlace(path: string): MediaPlace | null {
  const [, accountSid, messageSid, sid = null, json] = PATH.exec(path) ?? [];
  if (accountSid === undefined || messageSid === undefined) return null;
  return { accountSid, messageSid, sid, facts: json !== undefined };
}

/**
 * Answers for a message's files: the list, one file's facts, the file itself by a redirect to where it is stored, and its
 * deletion.
 *
 * @throws Refusal
 * Source: https://www.twilio.com/docs/messaging/api/media-resource
 */
export function routeMedia(
  request: ApiRequest,
  place: MediaPlace,
  { media, mediaSettings, hasMessage }: MediaParts,
): Answer {
  const { accountSid, messageSid, sid, facts } = place;
  if (sid === null) {
    if (request.method !== "GET") throw new Refusal(20004, request.method);
    if (!hasMessage(accountSid, messageSid)) throw new Refusal(20404, `message ${messageSid}`);
    return jsonAnswer(200, mediaPage(media.list(messageSid), request));
  }
  const file = media.require({ accountSid, messageSid, sid });
  if (request.method === "DELETE" && facts) {
    media.remove(sid);
    return { status: 204, headers: {}, body: "" };
  }
  if (request.method !== "GET") throw new Refusal(20004, request.method);
  if (mediaSettings().failing) throw new Refusal(20500, "files were told to fail");
  if (facts) return jsonAnswer(200, toMediaResource(file));
  return { status: 307, headers: { Location: `${storagePath}${file.token}` }, body: "" };
}

/** Hands a stored file over: the address is the proof, and a login with it is refused as a store of that kind does. */
export function routeStorage({ method, path, authorization }: ApiRequest, media: MediaShelf): Answer {
  if (authorization !== undefined) {
    return {
      status: 400,
      headers: { "Content-Type": "text/plain" },
      body: "Only one way to prove who asks is allowed",
    };
  }
  const file = method === "GET" ? media.byToken(path.slice(storagePath.length)) : null;
  if (file === null) return { status: 404, headers: { "Content-Type": "text/plain" }, body: "There is no such file" };
  return { status: 200, headers: { "Content-Type": file.contentType }, body: file.content };
}

/** Gives the path of a file's bytes. */
export function mediaPath({
  accountSid,
  messageSid,
  sid,
}: Pick<ShelvedMedia, "accountSid" | "messageSid" | "sid">): string {
  return `/${apiVersion}/Accounts/${accountSid}/Messages/${messageSid}/Media/${sid}`;
}

function toMediaResource(file: ShelvedMedia): JsonObject {
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

/** A message has ten files at most, so there is hardly ever a second page. */
function mediaPage(files: readonly ShelvedMedia[], { path, query }: ApiRequest): JsonObject {
  const size = Math.min(wholeNumber(query, "PageSize", { smallest: 1, otherwise: 50 }), 1_000);
  const page = wholeNumber(query, "Page", { smallest: 0, otherwise: 0 });
  const found = files.filter(createdFilter(query));
  const shown = found.slice(page * size, (page + 1) * size);
  const link = (number: number): string => `${path}?PageSize=${size}&Page=${number}`;
  return {
    media_list: shown.map(toMediaResource),
    uri: link(page),
    first_page_uri: link(0),
    next_page_uri: found.length > (page + 1) * size ? link(page + 1) : null,
    previous_page_uri: page > 0 ? link(page - 1) : null,
    page,
    page_size: size,
    start: page * size,
    end: page * size + Math.max(0, shown.length - 1),
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
