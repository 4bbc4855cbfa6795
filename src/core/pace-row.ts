import type { Lane } from "./sending.js";

/** A pace that several processes keep together, as the store has it; instants are milliseconds since 1970. */
export interface PaceRow {
  /** When the next place is free. */
  readonly freeAt: number;
  /** When the next place in marketing's line is free, which says when to ask and not when to call. */
  readonly laterAt: number;
  /** When marketing is owed a place among the transactional ones. */
  readonly owedAt: number;
  /** How much of the pace transactional calls have taken so far, in milliseconds: what is to come in marketing's line moves by it. */
  readonly passedMs: number;
}

/** A place in a shared pace; see `KeptPlace`, which is how a run keeps it. */
export interface PacePlace {
  readonly at: Date;
  /** Whether the call may be made then; else to ask again then, with this place. */
  readonly firm: boolean;
  readonly passedMs: number;
}

/** A call that wants a place. */
export interface PaceAsking {
  /** What is limited: a connection, or one of its senders. */
  readonly key: string;
  readonly perSecond: number;
  /** How much of the pace the call takes. */
  readonly cost: number;
  readonly lane: Lane;
  /** The place that it has in marketing's line; null when it has none. */
  readonly kept: PacePlace | null;
  readonly now: Date;
  /** A later place is not taken; null for whatever comes. */
  readonly notAfter: Date | null;
}

/** What a pace saves up while nobody calls, in milliseconds: a tenth of a second's calls, and always one. */
export const SAVED_MS = 100;

/** Of the places among the transactional ones, marketing gets one in so many while those wait. */
const OWED_ONE_IN = 20;

/**
 * Gives marketing its place: at once when nobody waits; while transactional calls do, one of twenty places is its; else a
 * time at which to ask again, which moves by what goes before it meanwhile.
 *
 * @returns The row as it is then, and the place; null when the place would come too late.
 */
export function takeLater(row: PaceRow, asking: PaceAsking): { row: PaceRow; place: PacePlace } | null {
  const now = asking.now.getTime();
  const { kept } = asking;
  const isTurn = kept === null ? row.laterAt <= now : kept.at.getTime() <= now;
  if (row.freeAt <= now && isTurn) {
    const at = Math.max(row.freeAt, now - SAVED_MS);
    return { row: { ...row, freeAt: at + costOf(asking) }, place: placeOf(row, at, true) };
  }
  const later = kept === null ? joinLater(row, asking) : stayLater(row, { asking, kept, isTurn });
  return later.at > (asking.notAfter?.getTime() ?? Number.POSITIVE_INFINITY)
    ? null
    : { row: later.row, place: placeOf(row, later.at, later.firm) };
}

interface Later {
  readonly row: PaceRow;
  readonly at: number;
  readonly firm: boolean;
}

function joinLater(row: PaceRow, asking: PaceAsking): Later {
  const at = Math.max(row.freeAt, row.laterAt);
  return { row: { ...row, laterAt: at + costOf(asking) }, at, firm: false };
}

/** Whose turn has come while transactional calls wait gets a place behind those, when one is owed. */
function stayLater(
  row: PaceRow,
  { asking, kept, isTurn }: { asking: PaceAsking; kept: PacePlace; isTurn: boolean },
): Later {
  const now = asking.now.getTime();
  const costMs = costOf(asking);
  if (isTurn && row.owedAt <= now) {
    const owedAt = Math.max(row.owedAt, now) + costMs * OWED_ONE_IN;
    return { row: { ...row, freeAt: row.freeAt + costMs, owedAt }, at: row.freeAt, firm: true };
  }
  const moved = kept.at.getTime() + row.passedMs - kept.passedMs;
  return { row, at: isTurn ? Math.max(moved, row.freeAt) : moved, firm: false };
}

/** Gives how long the pace stands still for a call, in milliseconds. */
export function costOf({ cost, perSecond }: Pick<PaceAsking, "cost" | "perSecond">): number {
  return (cost * 1_000) / perSecond;
}

function placeOf({ passedMs }: PaceRow, at: number, firm: boolean): PacePlace {
  return { at: new Date(Math.ceil(at)), firm, passedMs };
}
