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

/** Gives a number in E.164, written with spaces or brackets too, or an e-mail address in lower case. @throws REQUEST_INVALID */
export function requireContact(written: string): string {
  const plain = written.trim().replace(/^(whatsapp|sms|mailto):/i, "");
  if (plain.includes("@")) return plain.toLowerCase();
  if (!/^[+\d(]/.test(plain)) return plain;
  // +44 (0)20 …: the zero is dialled within the country only, and no message goes to it.
  const number = plain.replace(/^(\+\d+\s*)\(0\)/, "$1").replace(/[\s().-]/g, "");
  if (/^\+[1-9]\d{1,14}$/.test(number)) return number;
  throw new PatchbayError(
    "REQUEST_INVALID",
    `/contact is "${written.slice(0, 60)}"; a number is written with + and country code, such as +15005550010`,
  );
}
