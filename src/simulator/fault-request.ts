import { PatchbayError } from "../core/errors.js";
import { isJsonObject } from "../core/json.js";
import type { Fault } from "./faults.js";

type Check = (value: unknown) => boolean;

interface Member {
  readonly check: Check;
  readonly expected: string;
  readonly required?: boolean;
}

const whole = (smallest: number, largest: number): Member => ({
  check: (value) => typeof value === "number" && Number.isInteger(value) && value >= smallest && value <= largest,
  expected: `a whole number from ${smallest} to ${largest}`,
});
const required = (member: Member): Member => ({ ...member, required: true });
const duration = whole(0, 600_000);

/** The members of each kind besides `kind`, `match` and `times`. */
const membersOf: Readonly<Record<Fault["kind"], Readonly<Record<string, Member>>>> = {
  status: {
    status: required(whole(400, 599)),
    code: whole(1, 99_999),
    retryAfterSeconds: whole(0, 86_400),
    afterSend: { check: (value) => typeof value === "boolean", expected: "true or false" },
  },
  "timeout-before": { holdMs: duration },
  "timeout-after-send": { holdMs: duration },
  reset: {},
  "reset-after-send": {},
  garbage: { form: { check: (value) => value === "text" || value === "html", expected: "text or html" } },
  slow: { delayMs: required(duration) },
  "lose-callbacks": {},
  "duplicate-callbacks": {},
  "reorder-callbacks": {},
  "delay-callbacks": { delayMs: required(duration) },
  "forge-signature": {},
};

const common: Readonly<Record<string, Member>> = {
  kind: { check: () => true, expected: "" },
  match: { check: isMatch, expected: "an object with the texts to and body, both optional" },
  times: whole(1, 1_000_000),
};

/**
 * Reads a fault, from JSON or from code that is not typed.
 *
 * @throws REQUEST_INVALID naming the member and what it should be.
 */
export function parseFault(value: unknown): Fault {
  if (!isJsonObject(value)) throw invalid("A fault is a JSON object with a kind");
  const kind = value.kind;
  if (typeof kind !== "string" || !Object.hasOwn(membersOf, kind)) {
    throw invalid(`kind must be one of ${Object.keys(membersOf).join(", ")}`);
  }
  const members = { ...common, ...membersOf[kind as Fault["kind"]] };
  for (const [name, { check, expected, required: must }] of Object.entries(members)) {
    if (value[name] === undefined ? must : !check(value[name])) throw invalid(`${name} must be ${expected}`);
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined)
    throw invalid(`${kind} has no member ${unknown}; it has ${Object.keys(members).join(", ")}`);
  return value as unknown as Fault; // checked member by member above
}

function isMatch(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    Object.entries(value).every(([name, text]) => (name === "to" || name === "body") && typeof text === "string")
  );
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
