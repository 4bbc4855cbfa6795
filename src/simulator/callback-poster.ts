import { Agent, type ClientRequest, type RequestOptions, request } from "node:http";
import type { LookupFunction } from "node:net";
import { type CallbackUrl, parseCallbackUrl } from "./callback-url.js";
import { type Field, signForm } from "./signature.js";
import type { After } from "./timers.js";

/** One callback to be made. */
export interface Callback {
  readonly url: string;
  readonly fields: readonly Field[];
  readonly authToken: string;
  /** The same for every repetition of one callback. */
  readonly idempotencyToken: string;
}

/** How a callback was answered; `status` null when it was not. */
export interface Posted {
  readonly status: number | null;
  readonly body: string;
}

/** Makes callbacks as Twilio does. */
export interface CallbackPoster {
  /**
   * POSTs one callback, signed; resolves when it was answered, whatever the answer, or given up. Twilio tries again
   * only when no connection was made, and then once; it waits 15 seconds for an answer.
   *
   * Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
   */
  post(callback: Callback): Promise<Posted>;
  /** Cuts every callback under way. */
  stop(): void;
}

const TIMEOUT_MS = 15_000;

/** Twilio reads no more of an answer. Source: https://www.twilio.com/docs/api/errors/11750 */
const LARGEST_ANSWER_BYTES = 65_536;
const unanswered: Posted = { status: null, body: "" };

/** How one try ended. `stale`: a kept connection had been closed meanwhile, which is not a try in Twilio's sense. */
type Ending = Posted | "not-connected" | "stale" | "given-up";

/** Starts a poster with its own connections. */
export function startCallbackPoster(after: After): CallbackPoster {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const open = new Set<ClientRequest>();
  let stopped = false;
  const attempt = (url: CallbackUrl, headers: Record<string, string>, body: string): Promise<Ending> =>
    new Promise((resolve) => {
      const sent = request(requestOptions(url, headers, agent));
      let ending: Ending | null = null;
      let connected = false;
      let cancelTimeout = (): void => undefined;
      open.add(sent);
      sent.on("socket", (socket) => {
        connected = !socket.connecting;
        if (!connected) {
          socket.once("connect", () => {
            connected = true;
          });
        }
        cancelTimeout = after(TIMEOUT_MS, () => {
          ending = "given-up";
          sent.destroy();
        });
      });
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        const answered = (): void => {
          const body = Buffer.concat(chunks).subarray(0, LARGEST_ANSWER_BYTES).toString("utf8");
          ending = { status: response.statusCode ?? null, body };
        };
        answered();
        response.on("error", () => undefined);
        response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", answered);
      });
      sent.on("error", () => {
        ending ??= !connected ? "not-connected" : sent.reusedSocket ? "stale" : "given-up";
      });
      sent.on("close", () => {
        cancelTimeout();
        open.delete(sent);
        resolve(ending ?? "given-up");
      });
      sent.end(body);
    });
  return {
    async post({ url, fields, authToken, idempotencyToken }) {
      const parsed = parseCallbackUrl(url);
      const body = toBody(fields);
      const headers = {
        Host: parsed.authority,
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Content-Length": String(Buffer.byteLength(body)),
        "X-Twilio-Signature": signForm(authToken, parsed.signed, fields),
        "I-Twilio-Idempotency-Token": idempotencyToken,
        "User-Agent": "PatchbaySimulator",
      };
      let ending: Ending = "stale";
      while (ending === "stale" && !stopped) ending = await attempt(parsed, headers, body);
      if (ending === "not-connected" && !stopped) ending = await attempt(parsed, headers, body);
      return typeof ending === "string" ? unanswered : ending;
    },
    stop() {
      stopped = true;
      for (const sent of open) sent.destroy();
      agent.destroy();
    },
  };
}

function toBody(fields: readonly Field[]): string {
  const form = new URLSearchParams();
  for (const [name, value] of fields) form.append(name, value);
  return form.toString();
}

function requestOptions(url: CallbackUrl, headers: Record<string, string>, agent: Agent): RequestOptions {
  return {
    method: "POST",
    host: url.hostname,
    port: url.port,
    path: url.path,
    auth: url.credentials,
    headers,
    agent,
    lookup: loopbackLookup,
  };
}

/** Resolves every name to this machine without asking anybody, so that no resolver can send a callback elsewhere. */
const loopbackLookup: LookupFunction = (_hostname, options, found) => {
  const addresses = [
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ];
  if (options.all) return found(null, addresses);
  found(null, "127.0.0.1", 4);
};
