import { domainToASCII } from "node:url";
import { PatchbayError } from "../../core/errors.js";

/** An e-mail address with the name that stands before it. */
export interface Mailbox {
  /** Empty for none. */
  readonly name: string;
  /** The domain in lower case and ASCII, the part before it as it was written. */
  readonly address: string;
}

const MOST_CHARACTERS = 254;
const MOST_LOCAL = 64;
const MOST_NAME = 120;

const local = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads one address: `jane@example.com` or `Jane Doe <jane@example.com>`.
 *
 * Stricter than RFC 5321 where that allows what no shop means: no quoted part before the @, no address in brackets, no line
 * break anywhere, and the part before the @ in ASCII, since not every server takes another.
 *
 * @param place Where it stands, such as `/to`.
 * @throws EMAIL_INVALID
 */
export function readMailbox(written: string, place: string): Mailbox {
  const text = written.trim();
  if (text === "") throw invalid(place, "is empty: there is no e-mail address");
  if (hasControl(text)) throw invalid(place, "has a line break or a control character, which no address has");
  const [, quoted = "", bare = "", inside] = /^(?:"([^"<>]*)"|([^"<>]*?))\s*<([^<>]*)>$/.exec(text) ?? [];
  const address = readAddress(inside ?? text);
  const name = (quoted || bare).trim();
  if (address === null || name.length > MOST_NAME)
    throw invalid(place, `is "${shorten(text)}", which is no e-mail address`);
  return { name, address };
}

/** Gives an address as the ledger of messages and consents knows it: in lower case, since no server tells cases apart. */
export function contactOf({ address }: Mailbox): string {
  return address.toLowerCase();
}

/** Gives the part of an address after the @. */
export function domainOf({ address }: Mailbox): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

/** Tells whether a text has line breaks or other control characters, by which headers would be smuggled in. */
export function hasControl(text: string): boolean {
  return [...text].some((character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029;
  });
}

function readAddress(text: string): string | null {
  const at = text.lastIndexOf("@");
  const before = text.slice(0, at);
  const after = domainToASCII(text.slice(at + 1)).toLowerCase();
  const isLocal = at > 0 && before.length <= MOST_LOCAL && local.test(before);
  if (!isLocal || !(domain.test(after) || after === "localhost")) return null;
  const address = `${before}@${after}`;
  return address.length <= MOST_CHARACTERS ? address : null;
}

function invalid(path: string, message: string): PatchbayError {
  return new PatchbayError("EMAIL_INVALID", `${path} ${message}`, { problems: [{ path, message }] });
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
