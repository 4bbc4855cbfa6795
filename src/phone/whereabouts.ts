import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { zoneTable } from "./zone-table.js";

/** Where a phone number is at home, as far as its digits tell. */
export interface Whereabouts {
  /** ISO 3166-1 alpha-2; null for a number of no country. */
  readonly country: string | null;
  /** IANA names; several when it could be any of them, none when nothing is known. */
  readonly timeZones: readonly string[];
}

const nowhere: Whereabouts = Object.freeze({ country: null, timeZones: [] });

const MAX_KNOWN = 10_000;

/** A memory of what the table would only give again. */
const known = new Map<string, Whereabouts>();

/**
 * Gives the country and the time zones of an E.164 number; nothing is known of an e-mail address, whatever digits it has. A number that was carried to another place when its owner moved
 * keeps those of the place that it came from.
 */
export function whereaboutsOf(number: string): Whereabouts {
  if (number.includes("@")) return nowhere;
  const found = known.get(number);
  if (found !== undefined) return found;
  const whereabouts = {
    country: parsePhoneNumberFromString(number)?.country ?? null,
    timeZones: timeZonesOf(number.replace(/\D/g, "")),
  };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(number, whereabouts);
  return whereabouts;
}

function timeZonesOf(digits: string): readonly string[] {
  for (let length = Math.min(LONGEST, digits.length); length > 0; length--) {
    const zones = zonesByBeginning.get(digits.slice(0, length));
    if (zones !== undefined) return zones;
  }
  return [];
}

const zonesByBeginning = readTable(zoneTable);
const LONGEST = Math.max(...[...zonesByBeginning.keys()].map(({ length }) => length));

function readTable(table: string): ReadonlyMap<string, readonly string[]> {
  const zones = new Map<string, readonly string[]>();
  let names: readonly string[] = [];
  for (const line of table.split("\n")) {
    const [before = "", after] = line.split(":");
    if (after !== undefined) names = before.trim().split(" ");
    for (const beginning of (after ?? before).trim().split(" ")) if (beginning !== "") zones.set(beginning, names);
  }
  return zones;
}
