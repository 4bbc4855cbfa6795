import type { Lane } from "../core/sending.js";
import { createBucket, type Pace, perSecondAt, whenRoom } from "./pace.js";
import { createWaitingLine, type Waiter } from "./waiting-line.js";

/** Who wants to be let through. */
export interface Asker extends Waiter {
  readonly lane: Lane;
}

/** When somebody asks, and what keeps everybody out. */
export interface Circumstances {
  readonly pace: Pace;
  readonly at: number;
  /** Nobody is let in before; null when the pace alone decides. */
  readonly shutUntil: number | null;
  /** Whether one at a time is let in to try: then nobody is held up for somebody who is late. */
  readonly tries: boolean;
}

/** What is limited by one pace, and those who wait for it: transactional calls before marketing. */
export interface PacedQueue {
  /** When to come (again), with a place in line for it; null when it may go on now. */
  hold(asker: Asker, circumstances: Circumstances): number | null;
  /** Takes what a call costs, and its caller out of the line. */
  take(asker: Asker, { pace, at }: Pick<Circumstances, "pace" | "at">): void;
  /** Whether somebody in front of the marketing lane waits. */
  isExpecting(lane: Lane, { pace, at }: Pick<Circumstances, "pace" | "at">): boolean;
}

/** Of the places that are given out while transactional calls wait, marketing has this part: it comes through always. */
export const MARKETING_SHARE = 0.05;

/**
 * Makes a queue in which nobody waits. Marketing is let in when no transactional call waits; while some do, one in twenty of
 * the places behind them goes to it, in which it cannot be overtaken any more.
 */
export function createPacedQueue(): PacedQueue {
  const bucket = createBucket();
  const share = createBucket();
  const lines = { transactional: createWaitingLine(), marketing: createWaitingLine() };

  /** Who has one of the places that transactional calls wait in. */
  function laneOf({ caller, lane }: Asker, { pace, at }: Circumstances): Lane {
    if (lane === "transactional" || caller === undefined) return lane;
    return lines.transactional.turnOf(caller, pace, at) === null ? lane : "transactional";
  }

  /** When marketing may be let in, as far as transactional calls let it. */
  function afterOthers(asker: Asker, circumstances: Circumstances): number {
    const { pace, at } = circumstances;
    if (asker.lane === "transactional" || !lines.transactional.isExpecting(pace, at)) return at;
    const slow = shareOf(pace, at);
    const room = share.room(slow, at);
    const owedAt = room >= 1 ? at : whenRoom(slow, at, 1 - room);
    const endsAt = lines.transactional.endsAt(pace, at);
    return Math.min(owedAt, endsAt > at ? endsAt : whenRoom(pace, at, 1));
  }

  /** When there is room for this caller, after those who go before it; `at` when there is now. */
  function whenFree({ caller, lane }: Asker, { pace, at, tries }: Circumstances): number {
    const room = bucket.room(pace, at);
    const before = tries ? 0 : lines[lane].before(caller, at, Math.ceil(room));
    return room >= before + 1 ? at : whenRoom(pace, at, before + 1 - room);
  }

  /** Gives marketing whose turn has come one of the places that transactional calls wait in, when it is owed one. */
  function promote(asker: Asker, { pace, at }: Circumstances): Asker {
    const { caller, lane, cost } = asker;
    if (lane === "transactional" || caller === undefined) return asker;
    if (!lines.transactional.isExpecting(pace, at) || share.room(shareOf(pace, at), at) < 1) return asker;
    share.take(shareOf(pace, at), at, cost);
    lines.marketing.leave(caller);
    return { ...asker, lane: "transactional" };
  }

  /** Holds who has no place yet, or whose turn has come. */
  function holdHere(asker: Asker, isBehind: boolean, circumstances: Circumstances): number | null {
    const { pace, at, shutUntil, tries } = circumstances;
    const soonest = shutUntil ?? Math.max(whenFree(asker, circumstances), afterOthers(asker, circumstances));
    const line = lines[asker.lane];
    const overtakes = isBehind && !tries && line.isAhead(pace, at);
    return soonest > at || overtakes ? line.wait(asker, soonest, circumstances) : null;
  }

  function hold(given: Asker, circumstances: Circumstances): number | null {
    const { pace, at, shutUntil } = circumstances;
    if (shutUntil === null && perSecondAt(pace, at) === Number.POSITIVE_INFINITY) return null;
    const ranked = { ...given, lane: laneOf(given, circumstances) };
    const { caller } = ranked;
    const turnAt = caller === undefined ? null : lines[ranked.lane].turnOf(caller, pace, at);
    if (turnAt === null) return holdHere(ranked, true, circumstances);
    if (turnAt > at) return turnAt;
    const asker = promote(ranked, circumstances);
    if (asker.lane === ranked.lane) return holdHere(ranked, false, circumstances);
    // Behind one, at least: who is expected may be a little late.
    return lines.transactional.wait(asker, whenRoom(pace, at, 1), circumstances);
  }

  return {
    hold,
    take: ({ caller, cost }, { pace, at }) => {
      bucket.take(pace, at, cost);
      if (caller === undefined) return;
      lines.transactional.leave(caller);
      lines.marketing.leave(caller);
    },
    isExpecting: (lane, { pace, at }) => lines[lane].isExpecting(pace, at),
  };
}

function shareOf(pace: Pace, at: number): Pace {
  const perSecond = perSecondAt(pace, at);
  return { maxPerSecond: Number.isFinite(perSecond) ? perSecond * MARKETING_SHARE : null, rampFrom: null };
}
