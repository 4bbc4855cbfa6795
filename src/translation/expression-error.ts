import { type ErrorDetails, PatchbayError } from "../core/errors.js";
import { describePosition, type SourcePosition, sourcePosition } from "./source-position.js";

/** What JSONata throws, as far as we read it; `value` and `value2` may be data of the record. */
export interface ExpressionFault {
  readonly code: string | null;
  readonly message: string;
  readonly place: SourcePosition | null;
  /** The word of the expression that the fault is about. */
  readonly token: string | null;
}

const LONGEST_VALUE = 60;
const NOT_A_FUNCTION = "T1006";
const TIMED_OUT = "D1012";
const BUILT_TOO_MUCH = new Set(["D2014", "D2015"]);

/** Reads what JSONata (or a function inside it) threw, in plain words and without copying the record. */
export function readFault(thrown: unknown, source: string): ExpressionFault {
  const fault = typeof thrown === "object" && thrown !== null ? (thrown as Record<string, unknown>) : {};
  const token = typeof fault.token === "string" ? fault.token : null;
  const position = typeof fault.position === "number" ? fault.position : null;
  return {
    code: typeof fault.code === "string" ? fault.code : null,
    message: plainMessage(thrown, fault),
    place: position === null ? null : sourcePosition(source, position, token),
    token,
  };
}

/** Gives a failed evaluation as a `PatchbayError`; errors that are one already (from host functions) stay. */
export function toEvaluationError(thrown: unknown, source: string): PatchbayError {
  if (thrown instanceof PatchbayError) return thrown;
  const { code, message, place, token } = readFault(thrown, source);
  const at = place === null ? "" : ` (at ${describePosition(place)})`;
  const details: ErrorDetails = {
    ...(place === null ? {} : { position: describePosition(place) }),
    ...(token === null ? {} : { token }),
    ...(code === null ? {} : { jsonata: code }),
  };
  if (code === TIMED_OUT) {
    return new PatchbayError("TRANSLATOR_TIMED_OUT", `The expression took longer than allowed${at}`, details);
  }
  if (code !== null && BUILT_TOO_MUCH.has(code)) {
    return new PatchbayError("TRANSLATOR_OUT_OF_MEMORY", `${message}${at}`, details);
  }
  return new PatchbayError("TRANSLATOR_FAILED", `${message}${at}`, details);
}

function plainMessage(thrown: unknown, fault: Record<string, unknown>): string {
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return "The expression or its data is nested too deeply";
  }
  if (typeof fault.message !== "string") return "The expression failed for an unknown reason";
  const message = [fault.value, fault.value2].reduce<string>(withoutData, fault.message);
  return fault.code === NOT_A_FUNCTION && typeof fault.token === "string" ? `${message}: ${fault.token}` : message;
}

/** JSONata puts whole values into its messages: short plain ones help, the rest would copy the record. */
function withoutData(message: string, value: unknown): string {
  if (value === undefined || value === null) return message;
  const written = jsonOrNothing(value);
  if (written === "" || (typeof value !== "object" && written.length <= LONGEST_VALUE)) return message;
  return message.replaceAll(written, () => describeValue(value));
}

function jsonOrNothing(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return "(a list)";
  return typeof value === "object" ? "(an object)" : `(a ${typeof value} too long to show)`;
}
