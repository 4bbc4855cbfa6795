import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { Json, JsonObject } from "../core/json.js";
import { type AccountChanges, type AccountSetup, parseAccountChanges } from "./account/account-setup.js";
import type { ApiRequest } from "./api-request.js";
import {
  parseAdvance,
  parseFaultMix,
  parseLedgerPage,
  parseListSettings,
  parseMediaSettings,
} from "./control-request.js";
import type { SimulatorCounts } from "./counts.js";
import type { FaultMix } from "./fault-mix.js";
import { parseFault } from "./fault-request.js";
import type { Fault } from "./faults.js";
import type { Ledger } from "./ledger.js";
import type { ListSettings } from "./list-settings.js";
import type { MediaSettings } from "./media-shelf.js";
import { type Answer, jsonAnswer } from "./reaction.js";
import type { SimulatedMessage } from "./simulated-message.js";
import type { SimulatedTemplates } from "./simulated-templates.js";
import type { VirtualPhones, WrittenText } from "./virtual-phones.js";
import { parseInboundUrls, parseVirtualText } from "./virtual-text.js";
import { parseLastWritten, type WhatsAppWindows } from "./whatsapp-windows.js";

/** Everything below this path is ours, not Twilio's. */
export const controlPath = "/simulator/";

/** What the control routes work with. */
export interface ControlParts {
  readonly ledger: Ledger;
  readonly addFault: (fault: Fault) => void;
  readonly setFaultMix: (mix: FaultMix | null) => void;
  readonly clearFaults: () => void;
  /** Changes what is given and returns the whole. */
  readonly setList: (changes: Partial<ListSettings>) => ListSettings;
  readonly setMedia: (settings: MediaSettings) => void;
  /** Puts the clock forward. @returns the time it then is, and how many scheduled messages leave by that */
  readonly advance: (ms: number) => { readonly now: Date; readonly left: number };
  readonly counts: () => SimulatorCounts;
  readonly phones: VirtualPhones;
  readonly templates: SimulatedTemplates;
  readonly windows: WhatsAppWindows;
  /** Changes what the account is and has, and returns the whole. */
  readonly setAccount: (changes: AccountChanges) => AccountSetup;
  /** Whom virtual phones write to when nothing is said. */
  readonly ownNumber: string;
}

type Route = (request: ApiRequest, parts: ControlParts) => Answer;

const nothing: Answer = { status: 204, headers: {}, body: "" };

const routes: Readonly<Record<string, Route>> = {
  "POST /simulator/faults": (request, { addFault }) => {
    const fault = parseFault(parseJson(request));
    addFault(fault);
    return jsonAnswer(201, { ...fault, match: { ...fault.match } });
  },
  "DELETE /simulator/faults": (_, { clearFaults }) => {
    clearFaults();
    return nothing;
  },
  "PUT /simulator/faults/mix": (request, { setFaultMix }) => {
    const mix = parseFaultMix(parseJson(request));
    setFaultMix(mix);
    return jsonAnswer(200, { seed: mix.seed, faults: mix.faults.map((fault) => ({ ...fault })) });
  },
  "DELETE /simulator/faults/mix": (_, { setFaultMix }) => {
    setFaultMix(null);
    return nothing;
  },
  "PUT /simulator/list": (request, { setList }) =>
    jsonAnswer(200, { ...setList(parseListSettings(parseJson(request))) }),
  "PUT /simulator/media": (request, { setMedia }) => {
    const settings = parseMediaSettings(parseJson(request));
    setMedia(settings);
    return jsonAnswer(200, { ...settings });
  },
  "POST /simulator/clock": (request, { advance }) => {
    const { now, left } = advance(parseAdvance(parseJson(request)));
    return jsonAnswer(200, { now: now.toISOString(), left });
  },
  "PUT /simulator/account": (request, { setAccount }) =>
    jsonAnswer(200, { ...setAccount(parseAccountChanges(parseJson(request))) } as unknown as JsonObject),
  "GET /simulator/messages": (_, { ledger }) =>
    jsonAnswer(200, { created: ledger.created, messages: ledger.list().map(toJson) }),
  "GET /simulator/ledger": ({ query }, { ledger }) => jsonAnswer(200, ledgerPage(ledger.list(), query)),
  "PUT /simulator/inbound-url": (request, { phones }) => {
    const urls = parseInboundUrls(parseJson(request));
    phones.listenAt(urls);
    return jsonAnswer(200, { ...urls });
  },
  "POST /simulator/inbound": (request, { phones, ownNumber }) =>
    jsonAnswer(201, writtenToJson(phones.write(parseVirtualText(parseJson(request), ownNumber)))),
  "GET /simulator/inbound": (_, { phones }) => jsonAnswer(200, { texts: phones.list().map(writtenToJson) }),
  "PUT /simulator/whatsapp-window": (request, { windows, ownNumber }) => {
    const last = parseLastWritten(parseJson(request), ownNumber);
    windows.set(last);
    return jsonAnswer(200, { ...last });
  },
  "PUT /simulator/approval": (request, { templates }) => {
    const { sid, friendlyName, approval } = templates.judge(parseJson(request));
    return jsonAnswer(200, { sid, ...approval, name: friendlyName });
  },
  "GET /simulator/counts": (_, { counts }) => {
    const { asked, statuses, struck, ...numbers } = counts();
    return jsonAnswer(200, {
      ...numbers,
      asked: { ...asked },
      statuses: { ...statuses } as Json,
      struck: { ...struck },
    });
  },
};

/**
 * Answers what a test does to the simulator from another process: single faults, the session's mix of faults, how the
 * list behaves, what virtual phones write, when contacts last wrote by WhatsApp and what it says about templates, every message, the ledger in pages, and counts. What is set must be sent as application/json, which
 * no web page can do across origins unasked.
 */
export function routeControl(request: ApiRequest, parts: ControlParts): Answer {
  try {
    return requireRoute(request)(request, parts);
  } catch (thrown) {
    const error = toPatchbayError(thrown);
    const { status, code, title, message: detail, remedy } = error;
    return jsonAnswer(status, { status, code, title, detail, remedy }, { "Content-Type": "application/problem+json" });
  }
}

function requireRoute({ method, path }: ApiRequest): Route {
  const asked = `${method} ${path}`;
  const route = Object.hasOwn(routes, asked) ? routes[asked] : undefined;
  if (route) return route;
  throw new PatchbayError("ROUTE_UNKNOWN", `${asked} is none of ${Object.keys(routes).join(", ")}`);
}

function parseJson({ contentType, body }: ApiRequest): unknown {
  if (!contentType.toLowerCase().startsWith("application/json")) {
    throw new PatchbayError("CONTENT_TYPE_UNSUPPORTED", `This is sent as application/json, not ${contentType}`);
  }
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new PatchbayError("BODY_NOT_JSON", `The body is not JSON: ${String(cause)}`, { cause });
  }
}

function writtenToJson({ media, answers, parameters, writtenAt, ...text }: WrittenText): JsonObject {
  const copies = <T extends object>(all: readonly T[]) => all.map((one) => ({ ...one }) as JsonObject);
  return {
    ...text,
    writtenAt: writtenAt.toISOString(),
    media: copies(media),
    parameters: { ...parameters },
    answers: copies(answers),
  };
}

/** Messages are only ever added at the end, so that a cursor stays right while the simulator works. */
function ledgerPage(messages: readonly SimulatedMessage[], query: URLSearchParams): JsonObject {
  const { cursor, limit } = parseLedgerPage(query);
  const end = cursor + limit;
  return { items: messages.slice(cursor, end).map(toEntry), next: end < messages.length ? String(end) : null };
}

/** What a comparison needs of a message: what was sent, when, for which effect, and how far it has come. */
function toEntry({ sid, to, from, body, createdAt, status, statusCallback }: SimulatedMessage): JsonObject {
  const effect = statusCallback === null ? null : new URL(statusCallback).searchParams.get("effect");
  return { sid, to, from, body, createdAt: createdAt.toISOString(), status, effect };
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
