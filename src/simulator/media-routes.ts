import type { JsonObject } from "../core/json.js";
import type { ApiRequest } from "./api-request.js";
import type { MediaShelf, ShelvedMedia } from "./media-shelf.js";
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
export function routeMedia(request: ApiRequest, place: MediaPlace, { media, mediaSettings }: MediaParts): Answer {
  const { accountSid, messageSid, sid, facts } = place;
  if (sid === null) {
    if (request.method !== "GET") throw new Refusal(20004, request.method);
    return jsonAnswer(200, mediaPage(media.list(messageSid), request.path));
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

function mediaPage(files: readonly ShelvedMedia[], path: string): JsonObject {
  return {
    media_list: files.map(toMediaResource),
    uri: path,
    first_page_uri: path,
    next_page_uri: null,
    previous_page_uri: null,
    page: 0,
    page_size: 50,
    start: 0,
    end: Math.max(0, files.length - 1),
  };
}
