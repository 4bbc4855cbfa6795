import type { Json, JsonObject } from "../core/json.js";
import { Refusal } from "./twilio-errors.js";

/** What a parameter of a query or a form may be. */
export interface Parameter {
  readonly fits: (value: string) => boolean;
  /** As a resource shows it; as it was written when left out. */
  readonly read?: (value: string) => Json;
  /** Whether an empty value is a value: it takes away what was entered. Elsewhere it counts as missing. */
  readonly mayBeEmpty?: true;
}

/** Parameters by Twilio's names. */
export type Parameters = Readonly<Record<string, Parameter>>;

const matching = (pattern: RegExp): Parameter => ({ fits: (value) => pattern.test(value) });

export const text: Parameter = { fits: () => true, mayBeEmpty: true };
export const flag: Parameter = { ...matching(/^(true|false)$/i), read: (value) => value.toLowerCase() === "true" };
export const decimal: Parameter = matching(/^\d{1,9}(\.\d{1,9})?$/);
export const webAddress: Parameter = {
  fits: (value) => /^https?:\/\/[^/]/i.test(value) && URL.canParse(value),
  mayBeEmpty: true,
};
export const method: Parameter = choice("GET", "POST");
/** A number to look for: its digits, of which `*` stands for any. */
export const numberPattern: Parameter = matching(/^\+?[\d*]{1,20}$/);

/** A whole number. */
export function whole(least: number, most = 999_999_999): Parameter {
  return { fits: (value) => /^\d{1,9}$/.test(value) && +value >= least && +value <= most, read: Number };
}

/** One of some words. */
export function choice(...words: readonly string[]): Parameter {
  return { fits: (value) => words.includes(value) };
}

/** A SID by its two letters. */
export function sid(letters: string): Parameter {
  return { ...matching(new RegExp(`^${letters}[0-9a-fA-F]{32}$`)), mayBeEmpty: true };
}

/** What every list takes. */
export const paging: Parameters = { PageSize: whole(1, 1_000), Page: whole(0), PageToken: text };

/**
 * Judges a query or a form by what Twilio's published description has. One that is not described is refused too, though
 * Twilio passes it over: a client that misspells a parameter should be found out.
 *
 * @throws Refusal 20001
 */
export function checkParameters(given: URLSearchParams, parameters: Parameters): void {
  for (const [name, value] of given) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) throw new Refusal(20001, `'${name}' is no parameter of this operation`);
    if (value !== "" && !parameter.fits(value)) throw new Refusal(20001, `'${name}' is ${value}`);
  }
}

/** Gives the member of a resource that a parameter sets: `SmsUrl` sets `sms_url`. */
export function memberOf(parameter: string): string {
  return parameter.replace(/(?<!^)([A-Z])/g, "_$1").toLowerCase();
}

/** Gives the members that a form sets, which was judged before. */
export function toMembers(form: URLSearchParams, parameters: Parameters): JsonObject {
  const members: Record<string, Json> = {};
  for (const [name, value] of form) {
    const parameter = parameters[name];
    if (parameter === undefined || (value === "" && parameter.mayBeEmpty !== true)) continue;
    members[memberOf(name)] = parameter.read?.(value) ?? value;
  }
  return members;
}
