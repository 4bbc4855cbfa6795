import type { CallMatch, VendorBehaviour } from "../collections/golden-test.js";
import type { CallResult, Connector } from "../core/connector.js";
import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { Fault } from "../simulator/faults.js";
import type { Outcome } from "../simulator/magic-numbers.js";
import type { SimulatedMessage } from "../simulator/simulated-message.js";
import type { Simulator } from "../simulator/start-simulator.js";

/** What a test has said about a vendor, for so many calls more; null for all. */
interface Rule {
  readonly behaviour: VendorBehaviour;
  readonly match: CallMatch;
  left: number | null;
}

/** What a vendor's look-alike is asked about. */
interface Call {
  readonly connection: string;
  readonly to: string;
  readonly body: string;
}

/** How vendors behave in one test. */
export interface VendorDesk {
  add(behaviour: VendorBehaviour, match: CallMatch, times: number | null): void;
  /** How many calls were made. */
  readonly calls: number;
  /** What becomes of a message that the simulator has taken. */
  foretell(message: SimulatedMessage): Outcome | null;
  /** Puts the test between a connector and its vendor, for one connection (`namespace/name`). */
  standIn(connector: Connector, connection: string, simulator: Simulator): Connector;
}

/** Opens the desk: vendors take everything, and messages are delivered. */
export function openVendorDesk(): VendorDesk {
  const rules: Rule[] = [];
  let calls = 0;
  /** Of what goes wrong the first that was said comes first; what becomes of messages is as it was said last. */
  const take = (kinds: readonly VendorBehaviour["kind"][], call: Call, newest: boolean): VendorBehaviour | null => {
    const fitting = rules.filter(
      ({ behaviour, match, left }) => left !== 0 && kinds.includes(behaviour.kind) && fits(match, call),
    );
    const rule = newest ? fitting.at(-1) : fitting[0];
    if (rule === undefined) return null;
    if (rule.left !== null) rule.left -= 1;
    return rule.behaviour;
  };
  const fault = (call: Call): VendorBehaviour | null => take(["refuses", "busy", "fails", "silent"], call, false);
  return {
    add: (behaviour, match, times) => void rules.push({ behaviour, match, left: times }),
    get calls() {
      return calls;
    },
    foretell: ({ to, body, statusCallback }) => {
      const connection = /\/hooks\/[^/]+\/([^/]+\/[^/]+)\//.exec(statusCallback ?? "")?.[1] ?? "";
      return toOutcome(take(["delivers", "holds"], { connection, to, body }, true));
    },
    standIn: (connector, connection, simulator) => {
      const isSimulated = connector.key === "twilio";
      const open: Connector["open"] = (settings, endpoints) =>
        connector.open(isSimulated ? atSimulator(settings, simulator) : settings, endpoints);
      return {
        ...connector,
        open: (settings, endpoints) => {
          const real = open(settings, endpoints);
          return {
            ...real,
            send: (endpoint, request, context) => {
              calls += 1;
              const call = toCall(request, connection);
              if (!isSimulated) return answerFor(call, fault(call), take(["answers"], call, true));
              const struck = faultOf(fault(call), request);
              if (struck !== null) simulator.addFault(struck);
              return real.send(endpoint, request, context);
            },
            ...(!isSimulated && { find: async () => "absent" as const }),
          };
        },
      };
    },
  };
}

function fits({ connection, to, body }: CallMatch, call: Call): boolean {
  if (connection !== null && connection !== call.connection) return false;
  return (to === null || to === call.to) && (body === null || call.body.includes(body));
}

function toCall(request: JsonObject, connection: string): Call {
  const member = (name: string): string => {
    const found = Object.entries(request).find(([key]) => key.toLowerCase() === name)?.[1];
    return typeof found === "string" ? found : "";
  };
  return { connection, to: member("to"), body: member("body") || JSON.stringify(request) };
}

/** Nobody else than the simulator is ever called, whatever the parameters say. */
function atSimulator(settings: JsonObject, { url, accountSid, authToken }: Simulator): JsonObject {
  const { apiKey: _key, apiKeySecret: _secret, secondaryAuthToken: _other, ...rest } = settings;
  return { ...rest, apiUrl: url, accountSid, authToken, checkMedia: false };
}

/** Gives what the simulator is to do to this one request; null for nothing. */
function faultOf(behaviour: VendorBehaviour | null, request: JsonObject): Fault | null {
  const { to, body } = toCall(request, "");
  const match = { ...(to !== "" && { to }), ...(typeof request.body === "string" && { body }) };
  switch (behaviour?.kind) {
    case "refuses":
      return { kind: "status", status: 400, code: Number(behaviour.error ?? 21211), match };
    case "busy":
      return { kind: "status", status: 429, retryAfterSeconds: behaviour.retryAfterSeconds, match };
    case "fails":
      return { kind: "status", status: 500, afterSend: behaviour.sent, match };
    // The end of a connection says as little as silence, and nobody has to wait for it.
    case "silent":
      return { kind: behaviour.sent ? "reset-after-send" : "reset", match };
    default:
      return null;
  }
}

function toOutcome(behaviour: VendorBehaviour | null): Outcome | null {
  if (behaviour?.kind === "holds") return { statuses: [], errorCode: null };
  if (behaviour?.kind !== "delivers") return null;
  const { status, error } = behaviour;
  const way = { sent: [], delivered: ["sent"], undelivered: ["sent"], read: ["sent", "delivered"] } as const;
  const before = status === "failed" ? [] : (way[status as keyof typeof way] ?? []);
  return { statuses: [...before, status], errorCode: error === null ? null : Number(error) };
}

/** What a vendor answers that nobody has built a look-alike of. */
async function answerFor(
  { to }: Call,
  fault: VendorBehaviour | null,
  answer: VendorBehaviour | null,
): Promise<CallResult> {
  switch (fault?.kind) {
    case "refuses":
      throw new PatchbayError("ENDPOINT_REFUSED", "The vendor refuses, as the test wants", { vendorCode: fault.error });
    case "busy":
      throw new PatchbayError("ENDPOINT_BUSY", "The vendor is busy, as the test wants", {
        retryAfterMs: fault.retryAfterSeconds * 1_000,
      });
    case "fails":
    case "silent":
      throw new PatchbayError("ENDPOINT_OUTCOME_UNKNOWN", "The vendor does not answer, as the test wants");
  }
  const response = answer?.kind === "answers" ? answer.response : {};
  return { summary: `accepted${to === "" ? "" : ` for ${to}`}`, vendorId: null, response, messageStatus: "sent" };
}
