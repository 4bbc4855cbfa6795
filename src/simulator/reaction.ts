import type { JsonObject } from "../core/json.js";
import type { AnswerFault } from "./faults.js";
import { Refusal } from "./twilio-errors.js";

/** One HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What the server does about a request; `afterwards` runs as soon as it was done or, when it takes long, begun. */
export type Reaction = { readonly afterwards?: () => void } & (
  | { readonly kind: "answer"; readonly answer: Answer; readonly delayMs?: number }
  | { readonly kind: "hang"; readonly holdMs: number }
  | { readonly kind: "reset" }
);

const HOLD_MS = 60_000;
const ERROR_INFO = "https://www.twilio.com/docs/errors";

/** Gives a JSON answer. */
export function jsonAnswer(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** Gives Twilio's error body for a refusal. */
export function refusalAnswer(refusal: Refusal): Answer {
  const { code, status, message } = refusal;
  const headers: Record<string, string> = status === 401 ? { "WWW-Authenticate": 'Basic realm="Twilio API"' } : {};
  return jsonAnswer(status, { code, message, more_info: `${ERROR_INFO}/${code}`, status }, headers);
}

/**
 * Gives what a fault makes of a create.
 *
 * @param accepted What would have been answered; null when the fault strikes before the message is accepted.
 */
export function faultReaction(fault: AnswerFault, accepted: Answer | null): Reaction {
  switch (fault.kind) {
    case "status":
      return { kind: "answer", answer: statusAnswer(fault) };
    case "timeout-before":
    case "timeout-after-send":
      return { kind: "hang", holdMs: fault.holdMs ?? HOLD_MS };
    case "reset":
    case "reset-after-send":
      return { kind: "reset" };
    case "garbage":
      return { kind: "answer", answer: fault.form === "html" ? webPage : brokenJson };
    case "slow":
      return { kind: "answer", answer: accepted ?? refusalAnswer(new Refusal(20500)), delayMs: fault.delayMs };
  }
}

const webPage: Answer = {
  status: 200,
  headers: { "Content-Type": "text/html" },
  body: "<!doctype html><title>Sign in</title><p>Sign in to this network to go on.</p>",
};

const brokenJson: Answer = {
  status: 201,
  headers: { "Content-Type": "application/json" },
  body: '{"sid": "SM0123',
};

/** The code Twilio gives with a status when it says nothing more exact. */
const usualCodes: Readonly<Record<number, number>> = {
  401: 20003,
  403: 20003,
  404: 20404,
  409: 20409,
  422: 20422,
  429: 20429,
  500: 20500,
  503: 20503,
};

function statusAnswer({ status, code, retryAfterSeconds }: Extract<AnswerFault, { kind: "status" }>): Answer {
  const known = code ?? usualCodes[status] ?? 20001;
  const body = { code: known, message: "A fault was asked for", more_info: `${ERROR_INFO}/${known}`, status };
  return jsonAnswer(status, body, retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) });
}
