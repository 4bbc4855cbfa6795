import { toResource } from "./message-resource.js";
import type { Exchange } from "./server.js";
import type { SimulatedMessage } from "./simulated-message.js";

const SID_DIGITS = 32;

/** Takes over a create, by method and the end of its path alone; false for anything else. */
export type BareTaker = (exchange: Exchange, count: () => number) => boolean;

/**
 * Prepares the answer of bench mode: a realistic message of constant size, in which only the SID differs. The text
 * around the SID is made once, so that an answer costs no more than writing it.
 *
 * Each create is counted when its body has been read, before the answer; the count makes the SID.
 */
export function createBareTaker(accountSid: string, now: Date): BareTaker {
  const message: SimulatedMessage = {
    sid: "SID",
    accountSid,
    status: "queued",
    to: "+16175551212",
    toNumber: "+16175551212",
    from: "+15005550006",
    body: "Hey Maria! Your order R154085346 has been received!",
    media: [],
    contentSid: null,
    errorAhead: null,
    messagingServiceSid: null,
    statusCallback: null,
    errorCode: null,
    createdAt: now,
    updatedAt: now,
    sentAt: null,
    sendAt: null,
    deleted: false,
  };
  const parts = JSON.stringify(toResource(message)).split("SID");
  const size = Buffer.byteLength(parts.join("S".repeat(SID_DIGITS + 2)));
  const headers = ["Content-Type", "application/json", "Content-Length", String(size)];
  return ({ request, response, later }, count) => {
    if (request.method !== "POST" || !request.url?.endsWith("/Messages.json")) return false;
    request.on("end", () => {
      const sid = `SM${count().toString(16).padStart(SID_DIGITS, "0")}`;
      later(() => response.writeHead(201, headers).end(parts.join(sid)));
    });
    request.resume();
    return true;
  };
}
