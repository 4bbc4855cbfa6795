import { isConsentScope } from "../core/consent.js";
import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import { parseCsv } from "./csv.js";

/** Columns that a list of consents may have; `contact` must be there. */
export const consentColumns = [
  ...(["contact", "state", "channel", "scope", "at", "how", "word", "reason", "by", "force", "id"] as const),
  ...(["messageId", "eventId", "recordedAt"] as const),
] as const;

/** Columns of an export that are not read back: they name things of the installation that it came from. */
export const passedOver = ["messageId", "eventId", "recordedAt"] as const;

/**
 * Reads a list of consents from CSV.
 * @throws BODY_EMPTY, REQUEST_INVALID
 */
export function readCsvRows(text: string): readonly JsonObject[] {
  return parseCsv(text, consentColumns).map((record) => {
    // An apostrophe in front is what keeps a spreadsheet from reading a formula.
    const plain = Object.entries(record).map(([name, value]) => [name, value.replace(/^'(?=[=@+-])/, "")] as const);
    const { force, ...rest } = Object.fromEntries(plain);
    return force === undefined ? rest : { ...rest, force: /^(true|yes|1)$/i.test(force) };
  });
}

/** @throws REQUEST_INVALID */
export function requireScope(scope: string): void {
  if (isConsentScope(scope)) return;
  throw new PatchbayError(
    "REQUEST_INVALID",
    `/scope is "${scope.slice(0, 100)}"; it is everything, connection:<namespace/name>, service:<id> or sender:<number or name>`,
  );
}

/** Reads a phone number that has its country code. @throws PHONE_INVALID for one that cannot be */
export type ReadNumber = (written: string) => string;

/**
 * Gives a contact as messages name it: a number in E.164, written with spaces, brackets or a channel too, or an e-mail address in
 * lower case. A number that cannot be is refused: an opt-out of nobody would be taken for that of somebody.
 *
 * @throws PHONE_INVALID
 */
export function requireContact(written: string, readNumber: ReadNumber): string {
  const plain = written.trim().replace(/^(whatsapp|sms|mailto):/i, "");
  if (/^[^\s@:]+@[^\s@:]+\.[^\s@:]+$/.test(plain)) return plain.toLowerCase();
  // +44 (0)20 …: the zero is dialled within the country only, and no message goes to it.
  const number = plain.replace(/^(\+\d+\s*)\(0\)/, "$1").replace(/[\s().-]/g, "");
  if (!/^\+[1-9]\d{1,14}$/.test(number)) throw contactInvalid(written, "is no number with + and country code");
  try {
    return readNumber(number);
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "PHONE_INVALID") {
      throw contactInvalid(written, "has too few or too many digits for a number of its country");
    }
    throw error;
  }
}

function contactInvalid(written: string, why: string): PatchbayError {
  const message = `is "${written.slice(0, 60)}", which ${why}`;
  return new PatchbayError("PHONE_INVALID", `/contact ${message}`, {
    problems: [{ path: "/contact", message }],
    remedy: "Write the whole number with + and country code, such as +15005550010, or an e-mail address.",
  });
}
