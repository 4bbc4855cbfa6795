import { type Pace, whenRoom } from "./pace.js";

/** Where somebody waits. */
interface Place {
  /** What goes before it in the line; null for somebody who came on time, was kept out, and goes before the line. */
  readonly position: number | null;
  /** When it was told to come. */
  readonly toldAt: number;
}

/** Who wants a place. */
export interface Waiter {
  /** Without a name it has no place: it is told a time at the end of the line, and finds then who is there. */
  readonly caller: string | undefined;
  /** How much of the pace its call takes. */
  readonly cost: number;
  /** Later than this it does not want to come: it is told when it would have been its turn, and gets no place. */
  readonly notAfter: number;
}

/** A line of callers who are not here: each is told when to come, and has its place until then. */
export interface WaitingLine {
  /** When this caller was told to come, as things stand now; null when it has no place. */
  turnOf(caller: string, pace: Pace, at: number): number | null;
  /**
   * What goes before this caller because it was kept out although its turn had come; counted up to `most`. One that does not
   * come for a while goes before nobody any more.
   */
  before(caller: string | undefined, at: number, most: number): number;
  /** Whether somebody was told to come later than now. */
  isAhead(pace: Pace, at: number): boolean;
  /** Whether somebody is to come, or is a little late. */
  isExpecting(pace: Pace, at: number): boolean;
  /** When all that wait will have been let in; now or earlier when nobody waits. */
  endsAt(pace: Pace, at: number): number;
  /**
   * Gives a caller its place: behind all others, or, when its turn had come, before them, so that it is let in next and
   * all others come later by what it was kept out.
   * @param soonest Nobody is let in before.
   * @returns When to come.
   */
  wait(waiter: Waiter, soonest: number, { pace, at }: { pace: Pace; at: number }): number;
  /** Gives up a place. */
  leave(caller: string): void;
}

/** A caller that has not come this long after its turn has lost its place. */
const LAPSE_MS = 60_000;

/** How long those behind are held up for one who was kept out and is late, in milliseconds. */
const GRACE_MS = 5_000;

/** How many are looked at, oldest first, for one that is still to come. */
const MOST_LATE = 16;

/** Those who go before the line, in the order in which they were kept out first, and when they were told to come. */
function createFront() {
  const told = new Map<string, { readonly at: number; readonly cost: number }>();
  return {
    has: (caller: string) => told.has(caller),
    set: (caller: string, at: number, cost: number) => told.set(caller, { at, cost }),
    delete: (caller: string) => told.delete(caller),
    before: (caller: string | undefined, at: number, most: number): number => {
      let sum = 0;
      for (const [other, { at: toldAt, cost }] of told) {
        if (other === caller || sum >= most) break;
        if (toldAt > at - GRACE_MS) sum += cost;
        else told.delete(other);
      }
      return sum;
    },
  };
}

/** What those cost who wait, first come first: taken off at the one end, put on at the other. */
function createCosts() {
  let costs: number[] = [];
  let first = 0;
  return {
    isEmpty: () => first === costs.length,
    add: (cost: number) => costs.push(cost),
    shift: (): number => {
      const cost = costs[first++] ?? 0;
      if (first > 1_000 && first * 2 > costs.length) {
        costs = costs.slice(first);
        first = 0;
      }
      return cost;
    },
  };
}

/** Who has a place where, oldest first. */
function createPlaces() {
  const places = new Map<string, Place>();
  const front = createFront();
  const leave = (caller: string): void => {
    places.delete(caller);
    front.delete(caller);
  };
  return {
    front,
    get: (caller: string) => places.get(caller),
    has: (caller: string) => places.has(caller),
    set: (caller: string, place: Place) => places.set(caller, place),
    leave,
    /** Forgets callers that do not come any more, oldest first. */
    forget: (at: number): void => {
      for (const [caller, { toldAt }] of places) {
        if (toldAt > at - LAPSE_MS) return;
        leave(caller);
      }
    },
    isSomebodyDue: (at: number): boolean => {
      let looked = 0;
      for (const { toldAt } of places.values()) {
        if (toldAt > at - GRACE_MS) return true;
        if (++looked === MOST_LATE) return false;
      }
      return false;
    },
  };
}

/** The line itself: when those come who have a position in it, and those who go before them. */
function createOrder() {
  const costs = createCosts();
  let endPosition = 0;
  /** What was before the first whose time is later than now, and that time. Time has come for those before it. */
  let headPosition = 0;
  let headAt = Number.NEGATIVE_INFINITY;
  /** When the last of those who go before the line was told to come, and what it costs. */
  let before = { at: Number.NEGATIVE_INFINITY, cost: 1 };

  function advance(pace: Pace, at: number): void {
    while (!costs.isEmpty() && headAt <= at) {
      const cost = costs.shift();
      headPosition += cost;
      headAt = whenRoom(pace, headAt, cost);
    }
  }

  const behindBefore = ({ soonest, pace, at }: Joining): number =>
    before.at > at ? Math.max(soonest, whenRoom(pace, before.at, before.cost)) : soonest;

  return {
    advance,
    timeOf: ({ position, toldAt }: Place, pace: Pace): number =>
      position === null || position < headPosition ? toldAt : whenRoom(pace, headAt, position - headPosition),
    isAhead: (pace: Pace, at: number): boolean => {
      advance(pace, at);
      return !costs.isEmpty() || before.at > at;
    },
    endsAt: (pace: Pace, at: number): number => {
      advance(pace, at);
      const line = costs.isEmpty() ? at : whenRoom(pace, headAt, endPosition - headPosition);
      return Math.max(line, behindBefore({ soonest: at, pace, at }));
    },
    /** @param isBefore Whether it goes before the line already. */
    joinBefore: (cost: number, isBefore: boolean, joining: Joining): number => {
      const toldAt = isBefore ? joining.soonest : behindBefore(joining);
      if (toldAt >= before.at) before = { at: toldAt, cost };
      headAt = Math.max(headAt, whenRoom(joining.pace, before.at, before.cost));
      return toldAt;
    },
    /** @returns The time, and the position that was taken; null when that would be too late. */
    joinBehind: ({ cost, notAfter }: Waiter, joining: Joining): Place => {
      const behindAt = behindBefore(joining);
      const startsAt = costs.isEmpty() ? behindAt : Math.max(headAt, behindAt);
      const toldAt = whenRoom(joining.pace, startsAt, endPosition - headPosition);
      if (toldAt > notAfter) return { position: null, toldAt };
      headAt = startsAt;
      const position = endPosition;
      costs.add(cost);
      endPosition += cost;
      return { position, toldAt };
    },
  };
}

/**
 * Makes an empty line. Nothing in it is ever walked through: who comes when follows from one instant (of the first who was
 * told to come later than now), what is before it, and the pace. When that instant moves because something took
 * longer, everybody behind it moves, and learns of it when asking at the old time.
 */
export function createWaitingLine(): WaitingLine {
  const places = createPlaces();
  const order = createOrder();

  function joinBefore(caller: string, cost: number, joining: Joining): number {
    const toldAt = order.joinBefore(cost, places.front.has(caller), joining);
    places.front.set(caller, toldAt, cost);
    places.set(caller, { position: null, toldAt });
    return toldAt;
  }

  function joinBehind(waiter: Waiter, joining: Joining): number {
    const place = order.joinBehind(waiter, joining);
    if (waiter.caller !== undefined && place.position !== null) places.set(waiter.caller, place);
    return place.toldAt;
  }

  return {
    turnOf: (caller, pace, at) => {
      order.advance(pace, at);
      const place = places.get(caller);
      if (place === undefined) return null;
      if (place.toldAt <= at - LAPSE_MS) {
        places.leave(caller);
        return null;
      }
      const turnAt = order.timeOf(place, pace);
      places.set(caller, { ...place, toldAt: turnAt });
      return turnAt;
    },
    isAhead: order.isAhead,
    isExpecting: (pace, at) => order.isAhead(pace, at) || places.isSomebodyDue(at),
    endsAt: order.endsAt,
    wait: (waiter, soonest, { pace, at }) => {
      order.advance(pace, at);
      places.forget(at);
      const { caller, cost } = waiter;
      const joining = { soonest, pace, at };
      return caller !== undefined && places.has(caller)
        ? joinBefore(caller, cost, joining)
        : joinBehind(waiter, joining);
    },
    leave: places.leave,
    before: places.front.before,
  };
}

interface Joining {
  readonly soonest: number;
  readonly pace: Pace;
  readonly at: number;
}
