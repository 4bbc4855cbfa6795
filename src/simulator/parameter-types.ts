import { Refusal } from "./twilio-errors.js";

type Check = (value: string) => boolean;

const flag: Check = (value) => /^(true|false)$/i.test(value);
const whole: Check = (value) => /^\d{1,9}$/.test(value);
const decimal: Check = (value) => /^\d{1,9}(\.\d{1,9})?$/.test(value);
const choice =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value);

/** Parameters of a create whose form is all that can be wrong with them. Those with codes of their own are judged elsewhere. */
const types: Readonly<Record<string, Check>> = {
  ProvideFeedback: flag,
  ForceDelivery: flag,
  SmartEncoded: flag,
  ShortenUrls: flag,
  SendAsMms: flag,
  Attempt: whole,
  MaxPrice: decimal,
  ContentRetention: choice("retain", "discard"),
  AddressRetention: choice("retain", "obfuscate"),
  RiskCheck: choice("enable", "disable"),
  TrafficType: choice("free"),
  ApplicationSid: (value) => /^AP[0-9a-fA-F]{32}$/.test(value),
};

/**
 * Judges the form of a create's simple parameters; an empty one counts as missing. Parameters that Twilio does not have are
 * no concern of its either.
 *
 * @throws Refusal 20001
 */
export function checkTypes(form: URLSearchParams): void {
  for (const [name, fits] of Object.entries(types)) {
    const value = form.get(name);
    if (value && !fits(value)) throw new Refusal(20001, `'${name}' is ${value}`);
  }
}
