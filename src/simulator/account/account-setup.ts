import { PatchbayError } from "../../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";

/** A number as a test describes it. */
export interface NumberSetup {
  /** E.164. */
  readonly number: string;
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly smsUrl: string;
  readonly smsFallbackUrl: string;
  readonly smsApplicationSid: string;
}

/** A Messaging Service as a test describes it. */
export interface ServiceSetup {
  readonly sid: string;
  readonly name: string;
  /** Numbers in its pool, which the account must have; a number is in one service at most, and opt-outs hold for all of them. */
  readonly numbers: readonly string[];
  readonly inboundRequestUrl: string | null;
  readonly useInboundWebhookOnNumber: boolean;
  readonly a2pRegistered: boolean;
  /** Then inbound requests carry `OptOutType`. */
  readonly advancedOptOut: boolean;
  /** What Advanced Opt-Out takes for STOP besides the usual words, such as ARRET. */
  readonly stopWords: readonly string[];
}

/** A WhatsApp sender as a test describes it. */
export interface WhatsAppSetup {
  readonly number: string;
  readonly status: string;
  readonly callbackUrl: string | null;
}

/** What a simulated account is and has. */
export interface AccountSetup {
  readonly name: string;
  readonly type: "Trial" | "Full";
  readonly status: "active" | "suspended" | "closed";
  readonly balance: string;
  readonly numbers: readonly NumberSetup[];
  readonly services: readonly ServiceSetup[];
  readonly whatsApp: readonly WhatsAppSetup[];
  /** Countries that may not be texted. */
  readonly countriesOff: readonly string[];
  /** What a trial account may text. */
  readonly verified: readonly string[];
  /** Parts that the account may not see: `Balance`, `GeoPermissions`, … */
  readonly hidden: readonly string[];
}

/** Changes of an account; what is left out stays. */
export type AccountChanges = Partial<Omit<AccountSetup, "numbers" | "services" | "whatsApp">> & {
  readonly numbers?: readonly (Pick<NumberSetup, "number"> & Partial<NumberSetup>)[];
  readonly services?: readonly (Pick<ServiceSetup, "sid"> & Partial<ServiceSetup>)[];
  readonly whatsApp?: readonly (Pick<WhatsAppSetup, "number"> & Partial<WhatsAppSetup>)[];
};

/** Gives what a member must be when it is not, behind the place of the one that is wrong: `/0/sid must be …`. */
type Check = (value: Json) => string | null;

const must =
  (fits: (value: Json) => boolean, what: string): Check =>
  (value) =>
    fits(value) ? null : ` must be ${what}`;
const isTexts = (value: Json): boolean => Array.isArray(value) && value.every((one) => typeof one === "string");
const matching = (pattern: RegExp, what: string): Check =>
  must((value) => typeof value === "string" && pattern.test(value), what);
const oneOf = (...words: readonly string[]): Check =>
  must((value) => words.includes(String(value)), `one of ${words.join(", ")}`);

const text: Check = must((value) => typeof value === "string", "a text");
const texts: Check = must(isTexts, "a list of texts");
const textOrNull: Check = must((value) => value === null || typeof value === "string", "a text or null");
const flag: Check = must((value) => typeof value === "boolean", "true or false");
const number: Check = matching(/^\+\d+$/, "a number such as +15005550006");

/** A list of objects; the first of the members names each of them, and must be there. */
function listOf(members: Readonly<Record<string, Check>>): Check {
  const [first = ""] = Object.keys(members);
  return (value) => {
    if (!Array.isArray(value)) return " must be a list";
    for (const [index, entry] of value.entries()) {
      const given = isJsonObject(entry) ? { [first]: null, ...entry } : { [first]: null };
      const problem = problemOf(given, members);
      if (problem !== null) return `/${index}${problem}`;
    }
    return null;
  };
}

function problemOf(value: JsonObject, members: Readonly<Record<string, Check>>): string | null {
  for (const [name, member] of Object.entries(value)) {
    const check = Object.hasOwn(members, name) ? members[name] : undefined;
    if (check === undefined) return ` has no member ${name}; it has ${Object.keys(members).join(", ")}`;
    const problem = check(member ?? null);
    if (problem !== null) return `/${name}${problem}`;
  }
  return null;
}

const members: Readonly<Record<string, Check>> = {
  name: text,
  type: oneOf("Trial", "Full"),
  status: oneOf("active", "suspended", "closed"),
  balance: text,
  numbers: listOf({
    ...{ number, name: text, capabilities: texts },
    ...{ smsUrl: text, smsFallbackUrl: text, smsApplicationSid: text },
  }),
  services: listOf({
    ...{ sid: matching(/^MG[0-9a-fA-F]{32}$/, "MG and 32 hex digits"), name: text, numbers: texts },
    ...{ inboundRequestUrl: textOrNull, useInboundWebhookOnNumber: flag, a2pRegistered: flag },
    ...{ advancedOptOut: flag, stopWords: texts },
  }),
  whatsApp: listOf({ number, status: text, callbackUrl: textOrNull }),
  countriesOff: texts,
  verified: texts,
  hidden: texts,
};

/**
 * Reads what to change about the account: `{ "type": "Trial", "verified": ["+16175551212"] }`.
 *
 * @throws REQUEST_INVALID naming the member that is wrong and what it should be.
 */
export function parseAccountChanges(value: unknown): AccountChanges {
  if (!isJsonObject(value)) throw invalid("An account must be a JSON object");
  const problem = problemOf(value, members);
  if (problem !== null) throw invalid(`An account${problem.replace(/^\//, "'s ")}`);
  return value as AccountChanges;
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
