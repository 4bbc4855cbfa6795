import type { ApiRequest } from "./api-request.js";
import type { MediaShelf, ShelvedMedia } from "./media-shelf.js";
import { apiVersion } from "./message-resource.js";
import type { Answer } from "./reaction.js";

/** Below it files are stored, as at the store that Twilio redirects to. */
export const storagePath = "/storage/";

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
