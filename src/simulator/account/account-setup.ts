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
  /** Numbers in its pool, which the account must have. */
  readonly numbers: readonly string[];
  readonly inboundRequestUrl: string | null;
  readonly useInboundWebhookOnNumber: boolean;
  readonly a2pRegistered: boolean;
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

type Check = (value: Json) => boolean;

const isText: Check = (value) => typeof value === "string";
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isTextOrNull: Check = (value) => value === null || isText(value);
const isFlag: Check = (value) => typeof value === "boolean";
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(String(value));
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const listOf =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    Array.isArray(value) && value.every((entry) => isJsonObject(entry) && fits(entry, members));

const members: Readonly<Record<string, Check>> = {
  name: isText,
  type: oneOf("Trial", "Full"),
  status: oneOf("active", "suspended", "closed"),
  balance: isText,
  numbers: listOf({
    ...{ number: matching(/^\+\d+$/), name: isText, capabilities: isTexts },
    ...{ smsUrl: isText, smsFallbackUrl: isText, smsApplicationSid: isText },
  }),
  services: listOf({
    ...{ sid: matching(/^MG[0-9a-fA-F]{32}$/), name: isText, numbers: isTexts, inboundRequestUrl: isTextOrNull },
    ...{ useInboundWebhookOnNumber: isFlag, a2pRegistered: isFlag },
  }),
  whatsApp: listOf({ number: matching(/^\+\d+$/), status: isText, callbackUrl: isTextOrNull }),
  countriesOff: isTexts,
  verified: isTexts,
  hidden: isTexts,
};

function fits(value: JsonObject, checks: Readonly<Record<string, Check>>): boolean {
  return Object.entries(value).every(([name, member]) => checks[name]?.(member ?? null) ?? false);
}

/**
 * Reads what to change about the account: `{ "type": "Trial", "verified": ["+16175551212"] }`.
 *
 * @throws REQUEST_INVALID naming the member that is wrong.
 */
export function parseAccountChanges(value: unknown): AccountChanges {
  if (!isJsonObject(value)) throw invalid("An account must be a JSON object");
  for (const [name, member] of Object.entries(value)) {
    const check = members[name];
    if (check === undefined)
      throw invalid(`An account has no member ${name}; it has ${Object.keys(members).join(", ")}`);
    if (!check(member ?? null)) throw invalid(`${name} is not as it must be; docs/operating.md has an example`);
  }
  return value as AccountChanges;
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
