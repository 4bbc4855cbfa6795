import type { Lane, SenderPace } from "../core/sending.js";
import { type Breaker, createBreaker } from "./breaker.js";
import { isRamping, type Pace, perSecondAt } from "./pace.js";
import { type Asker, createPacedQueue, type PacedQueue } from "./paced-queue.js";

/** What became of a request to call. */
export type Entry =
  | { readonly admitted: true }
  /** `comeBackAt` is in milliseconds since 1970; `reason` is for the operator. */
  | { readonly admitted: false; readonly comeBackAt: number; readonly reason: string };

/** Who asks to make a call, and what it takes. */
export interface Caller {
  /**
   * The same whenever the same one asks (a run's id). Without it a caller has no place: it is told a time at the end of the
   * line, and finds then who is there.
   */
  readonly id?: string;
  /** `transactional` when absent. */
  readonly lane?: Lane;
  /** Whom the call is paced by, besides the connection; null or absent for nobody. */
  readonly sender?: Pick<SenderPace, "sender" | "perSecond" | "unit"> | null;
  /** How much of the sender's pace it takes; one when absent. A connection's pace counts calls. */
  readonly cost?: number;
  /** Later than this, in milliseconds since 1970, it does not come: told a later time, it has got no place. */
  readonly notAfter?: number;
}

/** How an admitted call came out: a vendor that refuses has answered; a pause is what it asked for, in milliseconds. */
export type CallOutcome = "answered" | "silent" | { readonly pauseMs: number };

/** What stands between the engine and its connections: their pace, and a circuit breaker for each. */
export interface ConnectionGate {
  /**
   * Asks to make one call now. Who is refused is told when to come again, one behind the other at the pace, and is let in
   * then before everybody who has come since. Who comes early keeps its place; who comes a minute late has lost it.
   *
   * @param maxPerSecond The connection's pace; null for none.
   * @param caller Its id alone for a transactional call that no sender paces.
   */
  admit(connection: string, maxPerSecond: number | null, caller?: string | Caller): Entry;
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
  readonly queue: PacedQueue;
  readonly senders: Map<string, PacedQueue>;
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
    const parts = { breaker: createBreaker(connection), queue: createPacedQueue(), senders: new Map() };
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
      const asker = askerOf(caller);
      if (isProbing(gate, asker.caller, at)) return { admitted: true };
      const pace: Pace = { maxPerSecond, rampFrom: rampAt(gate, at) };
      const held = hold(gate, asker, { pace, at });
      if (held !== null) return refuse(held.until, pace, held.reason);
      const own = holdSender(gate, asker, at);
      if (own !== null) return { admitted: false, comeBackAt: Math.ceil(own.until), reason: own.reason };
      gate.queue.take({ ...asker, cost: 1 }, { pace, at });
      takeSender(gate, asker, at);
      if (gate.breaker.open() !== null) gate.breaker.startProbe(asker.caller, at);
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

/** Who asks, as the queues see it. */
interface Asking extends Asker {
  readonly sender: Caller["sender"];
}

function askerOf(given: string | Caller | undefined): Asking {
  const caller: Caller = typeof given === "object" ? given : given === undefined ? {} : { id: given };
  const { id, lane = "transactional", sender = null, cost = 1, notAfter = Number.POSITIVE_INFINITY } = caller;
  return { caller: id, lane, sender, cost, notAfter };
}

/** Why this caller has to wait, with a place in line for it; null when it may call now. */
function hold(gate: Gate, asker: Asking, { pace, at }: Moment): Hold | null {
  const shut = shutBy(gate, at);
  const tries = gate.breaker.open() !== null;
  const circumstances = { pace, at, shutUntil: shut?.until ?? null, tries };
  const until = gate.queue.hold({ ...asker, cost: 1 }, circumstances);
  if (until === null) return null;
  return { until, reason: shut?.reason ?? describePace(gate.connection, pace, at) };
}

/** The same for the pace of the one the call is made by. */
function holdSender({ senders }: Gate, asker: Asking, at: number): Hold | null {
  const { sender, lane } = asker;
  if (sender == null || sender.perSecond === null) return null;
  const queue = senders.get(sender.sender) ?? createPacedQueue();
  senders.set(sender.sender, queue);
  const pace: Pace = { maxPerSecond: sender.perSecond, rampFrom: null };
  const until = queue.hold(asker, { pace, at, shutUntil: null, tries: false });
  if (until === null) return null;
  const yields = lane === "marketing" && queue.isExpecting("transactional", { pace, at });
  return { until, reason: `${describeSender(sender)}${yields ? "; transactional ones go first" : ""}` };
}

function takeSender({ senders }: Gate, asker: Asking, at: number): void {
  const { sender } = asker;
  if (sender == null || sender.perSecond === null) return;
  senders.get(sender.sender)?.take(asker, { pace: { maxPerSecond: sender.perSecond, rampFrom: null }, at });
}

/** Says in plain words how fast a sender may be. */
export function describeSender({ sender, perSecond, unit }: Pick<SenderPace, "sender" | "perSecond" | "unit">): string {
  return `${sender} sends at most ${perSecond} ${perSecond === 1 ? unit.replace(/s$/, "") : unit} a second`;
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
