import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import type { FaultMix, MixedFault } from "./fault-mix.js";
import { parseFault } from "./fault-request.js";
import { isCallbackFault } from "./faults.js";
import type { ListSettings } from "./list-settings.js";
import type { MediaSettings } from "./media-shelf.js";

const LARGEST_SEED = 2 ** 32 - 1;
const LONGEST_MS = 600_000;
const DEFAULT_LIMIT = 1_000;
const LARGEST_LIMIT = 10_000;

/**
 * Reads a mix of faults: `{ "seed": 7, "faults": [{ "kind": "reset-after-send", "share": 0.02 }, …] }`.
 *
 * @throws REQUEST_INVALID naming the member and what it should be.
 */
export function parseFaultMix(value: unknown): FaultMix {
  const { seed, faults, ...rest } = requireObject(value, "A mix of faults");
  refuseOthers(rest, "A mix of faults", "seed, faults");
  if (!isWhole(seed, LARGEST_SEED)) throw invalid(`seed must be a whole number from 0 to ${LARGEST_SEED}`);
  if (!Array.isArray(faults)) throw invalid("faults must be a list of faults, each with its share");
  const mixed = faults.map(parseMixedFault);
  const ofAnswers = mixed.filter((fault) => !isCallbackFault(fault)).reduce((sum, { share }) => sum + share, 0);
  if (ofAnswers > 1 + Number.EPSILON) {
    throw invalid(
      `the shares of faults of the answer add up to ${ofAnswers}, but one create meets one of them: 1 at most`,
    );
  }
  return { seed, faults: mixed };
}

/**
 * Reads what to change about the list: `failing`, `visibleAfterMs` or both.
 *
 * @throws REQUEST_INVALID naming the member and what it should be.
 */
export function parseListSettings(value: unknown): Partial<ListSettings> {
  const { failing, visibleAfterMs, ...rest } = requireObject(value, "The list's settings");
  refuseOthers(rest, "The list's settings", "failing, visibleAfterMs");
  if (failing !== undefined && typeof failing !== "boolean") throw invalid("failing must be true or false");
  if (visibleAfterMs !== undefined && !isWhole(visibleAfterMs, LONGEST_MS)) {
    throw invalid(`visibleAfterMs must be a whole number from 0 to ${LONGEST_MS}`);
  }
  return { ...(failing === undefined ? {} : { failing }), ...(visibleAfterMs === undefined ? {} : { visibleAfterMs }) };
}

/** Reads how the files of messages behave: `{ "failing": true }`. @throws REQUEST_INVALID */
export function parseMediaSettings(value: unknown): MediaSettings {
  const { failing, ...rest } = requireObject(value, "The files' settings");
  refuseOthers(rest, "The files' settings", "failing");
  if (typeof failing !== "boolean") throw invalid("failing must be true or false");
  return { failing };
}

const MOST_SECONDS = 40 * 86_400;

/** Reads how far the clock is put forward: `{ "advanceSeconds": 3600 }`. @throws REQUEST_INVALID */
export function parseAdvance(value: unknown): number {
  const { advanceSeconds, ...rest } = requireObject(value, "The clock");
  refuseOthers(rest, "The clock", "advanceSeconds");
  if (isWhole(advanceSeconds, MOST_SECONDS)) return advanceSeconds * 1_000;
  throw invalid(`advanceSeconds must be a whole number from 0 to ${MOST_SECONDS}`);
}

/** Which part of the ledger is asked for. */
export interface LedgerPage {
  /** How many messages come before it. */
  readonly cursor: number;
  readonly limit: number;
}

/**
 * Reads `cursor` and `limit`.
 *
 * @throws REQUEST_INVALID naming the one that cannot be read.
 */
export function parseLedgerPage(query: URLSearchParams): LedgerPage {
  const cursor = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
  if (!isWhole(cursor, Number.MAX_SAFE_INTEGER)) throw invalid("cursor must be the next of the page before");
  if (!isWhole(limit, LARGEST_LIMIT) || limit === 0) {
    throw invalid(`limit must be a whole number from 1 to ${LARGEST_LIMIT}`);
  }
  return { cursor, limit };
}

function parseMixedFault(value: unknown, index: number): MixedFault {
  const place = `faults/${index}`;
  const { share, ...given } = requireObject(value, place);
  if (typeof share !== "number" || !(share >= 0 && share <= 1)) throw invalid(`${place}/share must be from 0 to 1`);
  if (given.match !== undefined || given.times !== undefined) {
    throw invalid(`${place} has a share of all creates; match and times are for single faults`);
  }
  return { ...parseFault(given), share };
}

function requireObject(value: unknown, what: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw invalid(`${what} must be a JSON object`);
}

function refuseOthers(rest: JsonObject, what: string, known: string): void {
  const [other] = Object.keys(rest);
  if (other !== undefined) throw invalid(`${what} has no member ${other}; it has ${known}`);
}

function isWhole(value: unknown, largest: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= largest;
}

function invalid(message: string): PatchbayError {
  return new PatchbayError("REQUEST_INVALID", message);
}
