import { PatchbayError } from "../core/errors.js";
import { isJsonObject } from "../core/json.js";
import { splitAddress } from "./addresses.js";

/** How long WhatsApp takes free text after a contact has written. Source: https://www.twilio.com/docs/api/errors/63016 */
const WINDOW_MS = 24 * 3_600_000;
const LONGEST_HOURS = 24 * 365;

/** When a contact last wrote, as a test wants it. */
export interface LastWritten {
  /** The contact's number. */
  readonly contact: string;
  /** The sender it wrote to. */
  readonly sender: string;
  /** So many hours ago; null for never. */
  readonly hoursAgo: number | null;
}

/** When contacts last wrote to the WhatsApp senders of the simulator. */
export interface WhatsAppWindows {
  /** Notes that a contact writes now; what is not WhatsApp is not noted. */
  note(from: string, to: string): void;
  /** Sets when a contact wrote, so that a window ages without waiting for it. */
  set(last: LastWritten): void;
  /** Whether free text may go to this contact now. */
  isOpen(contact: string, sender: string): boolean;
}

/** Opens with nobody having written. */
export function openWhatsAppWindows(now: () => Date): WhatsAppWindows {
  const writtenAt = new Map<string, number>();
  return {
    note(from, to) {
      const contact = splitAddress(from);
      if (contact.channel !== "whatsapp") return;
      writtenAt.set(keyOf(contact.number, splitAddress(to).number), now().getTime());
    },
    set({ contact, sender, hoursAgo }) {
      const key = keyOf(contact, sender);
      if (hoursAgo === null) writtenAt.delete(key);
      else writtenAt.set(key, now().getTime() - hoursAgo * 3_600_000);
    },
    isOpen: (contact, sender) => now().getTime() - (writtenAt.get(keyOf(contact, sender)) ?? 0) < WINDOW_MS,
  };
}

function keyOf(contact: string, sender: string): string {
  return `${contact} ${sender}`;
}

/**
 * Reads when a contact is to have written: `{ "contact": "+15005552001", "hoursAgo": 25 }`.
 *
 * @param ownNumber The sender when none is named.
 * @throws REQUEST_INVALID naming the member and what it should be.
 */
export function parseLastWritten(value: unknown, ownNumber: string): LastWritten {
  if (!isJsonObject(value)) throw invalid("A window must be a JSON object with contact and hoursAgo");
  const { contact, sender = ownNumber, hoursAgo, ...rest } = value;
  const [other] = Object.keys(rest);
  if (other !== undefined) throw invalid(`A window has no member ${other}; it has contact, sender, hoursAgo`);
  if (typeof contact !== "string" || typeof sender !== "string")
    throw invalid("contact and sender must be numbers as text");
  if (hoursAgo !== null && !(typeof hoursAgo === "number" && hoursAgo >= 0 && hoursAgo <= LONGEST_HOURS)) {
    throw invalid(`hoursAgo must be 0 to ${LONGEST_HOURS}, or null for never`);
  }
  return { contact: splitAddress(contact).number, sender: splitAddress(sender).number, hoursAgo };
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
