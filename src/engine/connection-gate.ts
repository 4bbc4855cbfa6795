import { type Breaker, createBreaker } from "./breaker.js";
import { type Bucket, createBucket, isRamping, type Pace, perSecondAt, whenRoom } from "./pace.js";
import { createWaitingLine, type WaitingLine } from "./waiting-line.js";

/** What became of a request to call. */
export type Entry =
  | { readonly admitted: true }
  /** `comeBackAt` is in milliseconds since 1970; `reason` is for the operator. */
  | { readonly admitted: false; readonly comeBackAt: number; readonly reason: string };

/** How an admitted call came out: a vendor that refuses has answered; a pause is what it asked for, in milliseconds. */
export type CallOutcome = "answered" | "silent" | { readonly pauseMs: number };

/** What stands between the engine and its connections: their pace, and a circuit breaker for each. */
export interface ConnectionGate {
  /**
   * Asks to make one call now. Who is refused is told when to come again, one behind the other at the pace, and is let in
   * then before everybody who has come since. Who comes early keeps its place; who comes a minute late has lost it.
   *
   * @param maxPerSecond The connection's pace; null for none.
   * @param caller The same whenever the same one asks (a run's id). Without it a caller has no place: it is told a time
   *   at the end of the line, and finds then who is there.
   */
  admit(connection: string, maxPerSecond: number | null, caller?: string): Entry;
  /** Tells how an admitted call came out. @param caller As it was admitted. */
  report(connection: string, outcome: CallOutcome, caller?: string): void;
  /** The connections that take no calls because they did not answer, and when they are tried next. */
  open(): readonly OpenGate[];
  /** Takes over what another process knows: that a connection takes no calls, or, with null, that it does again. */
  adopt(connection: string, opened: Omit<OpenGate, "connection"> | null): void;
}

/** A connection that takes no calls; instants are milliseconds since 1970. */
export interface OpenGate {
  readonly connection: string;
  readonly since: number;
  readonly until: number;
  readonly reason: string;
}

/** How long those wait who come while one call tries whether the vendor answers, in milliseconds. */
const PROBE_LOOK_MS = 2_000;

/** Over how long those are spread who may all come at once, in milliseconds. */
const SPREAD_MS = 1_000;

interface Gate {
  readonly connection: string;
  readonly breaker: Breaker;
  readonly bucket: Bucket;
  readonly line: WaitingLine;
  /** The vendor takes no calls until then: it said so. */
  pausedUntil: number;
  /** Since when calls come back after an outage; null when there was none. */
  rampFrom: number | null;
}

/** Why somebody has to wait, and until when. */
interface Hold {
  readonly until: number;
  readonly reason: string;
}

interface Moment {
  readonly pace: Pace;
  readonly at: number;
}

/**
 * Makes the gates of one process. What other processes on the store find out about a vendor comes by `adopt`; the pace of
 * all together is the store's (see shared-pace.ts).
 *
 * @param now Milliseconds since 1970.
 * @param random From 0 up to 1; spreads those whom no pace spreads.
 */
export function createConnectionGate({ now, random }: { now: () => number; random: () => number }): ConnectionGate {
  const gates = new Map<string, Gate>();

  function gateOf(connection: string): Gate {
    const known = gates.get(connection);
    if (known !== undefined) return known;
    const parts = { breaker: createBreaker(connection), bucket: createBucket(), line: createWaitingLine() };
    const gate: Gate = { connection, ...parts, pausedUntil: Number.NEGATIVE_INFINITY, rampFrom: null };
    gates.set(connection, gate);
    return gate;
  }

  function refuse(comeBackAt: number, pace: Pace, reason: string): Entry {
    const spread = perSecondAt(pace, comeBackAt) === Number.POSITIVE_INFINITY ? random() * SPREAD_MS : 0;
    return { admitted: false, comeBackAt: Math.ceil(comeBackAt + spread), reason };
  }

  return {
    admit: (connection, maxPerSecond, caller) => {
      const gate = gateOf(connection);
      const at = now();
      if (isProbing(gate, caller, at)) return { admitted: true };
      const pace: Pace = { maxPerSecond, rampFrom: rampAt(gate, at) };
      const held = hold(gate, caller, { pace, at });
      if (held !== null) return refuse(held.until, pace, held.reason);
      gate.bucket.take(pace, at);
      if (caller !== undefined) gate.line.leave(caller);
      if (gate.breaker.open() !== null) gate.breaker.startProbe(caller, at);
      return { admitted: true };
    },
    report: (connection, outcome, caller) => {
      const gate = gateOf(connection);
      const at = now();
      const isBack = gate.breaker.report(outcome === "silent" ? "silent" : "answered", caller, at);
      if (isBack) gate.rampFrom = at;
      if (typeof outcome === "string") return;
      gate.pausedUntil = Math.max(gate.pausedUntil, at + outcome.pauseMs);
      if (isRamping(gate.rampFrom, at)) gate.rampFrom = Math.max(gate.rampFrom, gate.pausedUntil);
    },
    open: () =>
      [...gates.values()].flatMap(({ connection, breaker }) => {
        const opened = breaker.open();
        return opened === null ? [] : [{ connection, since: opened.since, until: opened.until, reason: opened.reason }];
      }),
    adopt: (connection, opened) => {
      const gate = gateOf(connection);
      const isBack = gate.breaker.adopt(opened);
      if (isBack) gate.rampFrom = now();
    },
  };
}

/** Whether this caller's call is the one that tries the vendor: it asks again when its plan had to be made anew. */
function isProbing({ breaker }: Gate, caller: string | undefined, at: number): boolean {
  return caller !== undefined && breaker.open() !== null && breaker.probe(at)?.caller === caller;
}

/** Why this caller has to wait, with a place in line for it; null when it may call now. */
function hold(gate: Gate, caller: string | undefined, { pace, at }: Moment): Hold | null {
  const { breaker, connection, line } = gate;
  const shut = shutBy(gate, at);
  const isFree = shut === null && perSecondAt(pace, at) === Number.POSITIVE_INFINITY;
  if (isFree) return null;
  const reason = shut?.reason ?? describePace(connection, pace, at);
  const turnAt = caller === undefined ? null : line.turnOf(caller, pace, at);
  if (turnAt !== null && turnAt > at) return { until: turnAt, reason };
  const soonest = shut?.until ?? soonestBy(gate, caller, { pace, at });
  const overtakes = turnAt === null && breaker.open() === null && line.isAhead(pace, at);
  return soonest > at || overtakes ? { until: line.wait(caller, soonest, { pace, at }), reason } : null;
}

/** When there is room for this caller, after those who go before it; `at` when there is now. */
function soonestBy({ bucket, breaker, line }: Gate, caller: string | undefined, { pace, at }: Moment): number {
  const room = bucket.room(pace, at);
  const before = breaker.open() === null ? line.before(caller, at, Math.ceil(room)) : 0;
  return room >= before + 1 ? at : whenRoom(pace, at, before + 1 - room);
}

/** Why nobody is let in now; null when the pace alone decides. */
function shutBy({ breaker, connection, pausedUntil }: Gate, at: number): Hold | null {
  const opened = breaker.open();
  if (opened !== null && opened.triedFrom > at) {
    return { until: Math.max(opened.triedFrom, pausedUntil), reason: opened.reason };
  }
  if (pausedUntil > at) return { until: pausedUntil, reason: `${connection} asked for a pause` };
  if (opened === null || breaker.probe(at) === null) return null;
  return { until: at + PROBE_LOOK_MS, reason: opened.reason };
}

/** When the ramp begins: for those who come while the breaker is open, when the next call could be answered. */
function rampAt({ breaker, pausedUntil, rampFrom }: Gate, at: number): number | null {
  const opened = breaker.open();
  return opened === null ? rampFrom : Math.max(opened.triedFrom, pausedUntil, at);
}

function describePace(connection: string, pace: Pace, at: number): string {
  const perSecond = perSecondAt(pace, at);
  if (perSecond === pace.maxPerSecond) return `the pace of ${connection} is ${perSecond} calls a second`;
  return `${connection} answers again; calls come back a few at a time, now ${perSecond} a second`;
}
