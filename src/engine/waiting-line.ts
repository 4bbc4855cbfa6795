import { type Pace, whenRoom } from "./pace.js";

/** Where somebody waits. */
interface Place {
  /** Position in the line; null for somebody who came on time, was kept out, and goes before the line. */
  readonly ticket: number | null;
  /** When it was told to come. */
  readonly toldAt: number;
}

/** A line of callers who are not here: each is told when to come, and has its place until then. */
export interface WaitingLine {
  /** When this caller was told to come, as things stand now; null when it has no place. */
  turnOf(caller: string, pace: Pace, at: number): number | null;
  /**
   * How many go before this caller because they were kept out although their turn had come; counted up to `most`. One that
   * does not come for a while goes before nobody any more.
   */
  before(caller: string | undefined, at: number, most: number): number;
  /** Whether somebody was told to come later than now. */
  isAhead(pace: Pace, at: number): boolean;
  /**
   * Gives a caller its place: behind all others, or, when its turn had come, before them, so that it is let in next and
   * all others come later by what it was kept out.
   * @param soonest Nobody is let in before.
   * @returns When to come.
   */
  wait(caller: string | undefined, soonest: number, { pace, at }: { pace: Pace; at: number }): number;
  /** Gives up a place. */
  leave(caller: string): void;
}

/** A caller that has not come this long after its turn has lost its place. */
const LAPSE_MS = 60_000;

/** How long those behind are held up for one who was kept out and is late, in milliseconds. */
const GRACE_MS = 5_000;

/** Those who go before the line, in the order in which they were kept out first, and when they were told to come. */
function createFront() {
  const toldAt = new Map<string, number>();
  return {
    has: (caller: string) => toldAt.has(caller),
    set: (caller: string, at: number) => toldAt.set(caller, at),
    delete: (caller: string) => toldAt.delete(caller),
    before: (caller: string | undefined, at: number, most: number): number => {
      let count = 0;
      for (const [other, told] of toldAt) {
        if (other === caller || count >= most) break;
        if (told > at - GRACE_MS) count++;
        else toldAt.delete(other);
      }
      return count;
    },
  };
}

/**
 * Makes an empty line. Nothing in it is ever walked through: who comes when follows from one instant (of the first who was
 * told to come later than now), the position behind it, and the pace. When that instant moves because something took
 * longer, everybody behind it moves, and learns of it when asking at the old time.
 */
export function createWaitingLine(): WaitingLine {
  const places = new Map<string, Place>();
  const front = createFront();
  let nextTicket = 0;
  /** The first ticket whose time is later than now, and that time. Older tickets' time has come. */
  let headTicket = 0;
  let headAt = Number.NEGATIVE_INFINITY;
  /** When the last of those who go before the line was told to come. */
  let beforeAt = Number.NEGATIVE_INFINITY;

  function advance(pace: Pace, at: number): void {
    while (headTicket < nextTicket && headAt <= at) {
      headTicket++;
      headAt = whenRoom(pace, headAt, 1);
    }
  }

  function timeOf({ ticket, toldAt }: Place, pace: Pace): number {
    return ticket === null || ticket < headTicket ? toldAt : whenRoom(pace, headAt, ticket - headTicket);
  }

  function joinBefore(caller: string, soonest: number, { pace, at }: { pace: Pace; at: number }): number {
    const joins = !front.has(caller) && beforeAt > at;
    const toldAt = joins ? Math.max(soonest, whenRoom(pace, beforeAt, 1)) : soonest;
    beforeAt = Math.max(beforeAt, toldAt);
    headAt = Math.max(headAt, whenRoom(pace, beforeAt, 1));
    front.set(caller, toldAt);
    places.set(caller, { ticket: null, toldAt });
    return toldAt;
  }

  function joinBehind(caller: string | undefined, soonest: number, { pace, at }: { pace: Pace; at: number }): number {
    const ticket = nextTicket++;
    const behindAt = beforeAt > at ? Math.max(soonest, whenRoom(pace, beforeAt, 1)) : soonest;
    headAt = headTicket === ticket ? behindAt : Math.max(headAt, behindAt);
    const toldAt = whenRoom(pace, headAt, ticket - headTicket);
    if (caller !== undefined) places.set(caller, { ticket, toldAt });
    return toldAt;
  }

  function leave(caller: string): void {
    places.delete(caller);
    front.delete(caller);
  }

  /** Forgets callers that do not come any more, oldest first. */
  function forget(at: number): void {
    for (const [caller, { toldAt }] of places) {
      if (toldAt > at - LAPSE_MS) return;
      leave(caller);
    }
  }

  return {
    turnOf: (caller, pace, at) => {
      advance(pace, at);
      const place = places.get(caller);
      if (place === undefined) return null;
      if (place.toldAt <= at - LAPSE_MS) {
        leave(caller);
        return null;
      }
      const turnAt = timeOf(place, pace);
      places.set(caller, { ...place, toldAt: turnAt });
      return turnAt;
    },
    isAhead: (pace, at) => {
      advance(pace, at);
      return headTicket < nextTicket || beforeAt > at;
    },
    wait: (caller, soonest, now) => {
      advance(now.pace, now.at);
      forget(now.at);
      const known = caller !== undefined && places.has(caller);
      return known ? joinBefore(caller, soonest, now) : joinBehind(caller, soonest, now);
    },
    leave,
    before: front.before,
  };
}
