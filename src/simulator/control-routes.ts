import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { ApiRequest } from "./api-request.js";
import { parseFault } from "./fault-request.js";
import type { Fault } from "./faults.js";
import type { Ledger } from "./ledger.js";
import { type Answer, jsonAnswer } from "./reaction.js";
import type { SimulatedMessage } from "./simulated-message.js";

/** Everything below this path is ours, not Twilio's. */
export const controlPath = "/simulator/";

/** What the control routes work with. */
export interface ControlParts {
  readonly ledger: Ledger;
  readonly addFault: (fault: Fault) => void;
  readonly clearFaults: () => void;
}

/**
 * Answers `POST` and `DELETE /simulator/faults` and `GET /simulator/messages`: what a test does to the simulator from
 * another process. A fault must be sent as application/json, which no web page can do across origins unasked.
 */
export function routeControl(request: ApiRequest, parts: ControlParts): Answer {
  try {
    return route(request, parts);
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    const { status, code, title, message: detail, remedy } = error;
    return jsonAnswer(status, { status, code, title, detail, remedy }, { "Content-Type": "application/problem+json" });
  }
}

function route({ method, path, contentType, body }: ApiRequest, parts: ControlParts): Answer {
  switch (`${method} ${path}`) {
    case "POST /simulator/faults": {
      const fault = parseFault(parseJson(contentType, body));
      parts.addFault(fault);
      return jsonAnswer(201, { ...fault, match: { ...fault.match } });
    }
    case "DELETE /simulator/faults":
      parts.clearFaults();
      return { status: 204, headers: {}, body: "" };
    case "GET /simulator/messages":
      return jsonAnswer(200, { created: parts.ledger.created, messages: parts.ledger.list().map(toJson) });
    default:
      throw new PatchbayError(
        "ROUTE_UNKNOWN",
        `${method} ${path} is none of POST or DELETE /simulator/faults and GET /simulator/messages`,
      );
  }
}

function parseJson(contentType: string, body: string): unknown {
  if (!contentType.toLowerCase().startsWith("application/json")) {
    throw new PatchbayError("CONTENT_TYPE_UNSUPPORTED", `A fault is sent as application/json, not ${contentType}`);
  }
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new PatchbayError("BODY_NOT_JSON", `The fault is not JSON: ${String(cause)}`, { cause });
  }
}

function toJson(message: SimulatedMessage): JsonObject {
  const { createdAt, updatedAt, sentAt, sendAt, media, ...rest } = message;
  return {
    ...rest,
    media: [...media],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
    sendAt: sendAt?.toISOString() ?? null,
  };
}
