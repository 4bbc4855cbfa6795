/** What became of a request to call. */
export type Entry =
  | { readonly admitted: true }
  /** `comeBackAt` is in milliseconds since 1970, spread so that those who wait come back one by one. */
  | { readonly admitted: false; readonly comeBackAt: number; readonly reason: string };

/** What stands between the engine and its connections: their pace, and a circuit breaker for each. */
export interface ConnectionGate {
  /** Asks to make one call now. @param maxPerSecond The connection's pace; null for none. */
  admit(connection: string, maxPerSecond: number | null): Entry;
  /** Tells how an admitted call came out: a vendor that refuses has answered. */
  report(connection: string, outcome: "answered" | "silent" | { readonly pauseMs: number }): void;
  /** The connections that take no calls now. */
  closed(): readonly { readonly connection: string; readonly until: number; readonly reason: string }[];
}

/** Silences in a row after which a connection takes no calls. */
const MAX_SILENCES = 5;

/** How long it takes none, at first and at most; doubles with every probe that is met with silence. */
const OPEN_MS = 5_000;
const MAX_OPEN_MS = 60_000;

/** A probe that nobody reports on is given up after this. */
const PROBE_MS = 60_000;

/** Calls a second right after a connection answers again; doubles every second, and ends after so many. */
const RAMP_PER_SECOND = 5;
const RAMP_SECONDS = 10;

interface Gate {
  silences: number;
  openMs: number;
  /** Takes no calls until then; 0 when it does. */
  closedUntil: number;
  reason: string;
  /** When the one call was admitted that tries whether the vendor answers again; null when none is out. */
  probedAt: number | null;
  /** Whether the breaker has opened and no probe was answered since. */
  broken: boolean;
  /** When it closed again; null when long ago. */
  answeredAt: number | null;
  /** When the next call is due by the pace. */
  nextAt: number;
  /** When the last of those who wait was told to come back. */
  queuedUntil: number;
}

/**
 * Makes the gates of one process.
 *
 * The pace is a virtual schedule: each call takes the next slot, and a slot that was not used is gone, so no second has
 * more calls than the pace and one. Those who have to wait are told slots one behind the other; they ask again when
 * theirs has come. While a vendor is silent one caller at a time tries, and when it answers the calls come back ever faster.
 *
 * @param now Milliseconds since 1970.
 * @param random From 0 up to 1; spreads those who come back after a silence.
 */
export function createConnectionGate({ now, random }: { now: () => number; random: () => number }): ConnectionGate {
  const gates = new Map<string, Gate>();

  function gateOf(connection: string): Gate {
    const known = gates.get(connection);
    if (known !== undefined) return known;
    const gate: Gate = {
      ...{ silences: 0, openMs: OPEN_MS, closedUntil: 0, reason: "", probedAt: null, broken: false },
      ...{ answeredAt: null, nextAt: 0, queuedUntil: 0 },
    };
    gates.set(connection, gate);
    return gate;
  }

  return {
    admit: (connection, maxPerSecond) => {
      const gate = gateOf(connection);
      const at = now();
      if (gate.closedUntil > at) {
        const comeBackAt = Math.ceil(gate.closedUntil + random() * 1_000);
        return { admitted: false, comeBackAt, reason: gate.reason };
      }
      if (gate.broken && gate.probedAt !== null && at - gate.probedAt < PROBE_MS) {
        return { admitted: false, comeBackAt: Math.ceil(at + 1_000 + random() * 1_000), reason: gate.reason };
      }
      const entry = takeSlot(gate, at, paceOf(gate, at, maxPerSecond));
      if (entry.admitted && gate.broken) gate.probedAt = at;
      return entry;
    },
    report: (connection, outcome) => {
      const gate = gateOf(connection);
      if (outcome === "silent") return fallSilent(gate, now(), connection);
      gate.silences = 0;
      if (gate.broken) {
        Object.assign(gate, { broken: false, probedAt: null, openMs: OPEN_MS, answeredAt: now(), queuedUntil: 0 });
      }
      if (outcome === "answered") return;
      gate.closedUntil = Math.max(gate.closedUntil, now() + outcome.pauseMs);
      gate.reason = `${connection} asked for a pause`;
    },
    closed: () =>
      [...gates]
        .filter(([, { closedUntil, broken }]) => broken || closedUntil > now())
        .map(([connection, { closedUntil, reason }]) => ({ connection, until: closedUntil, reason })),
  };
}

/** Calls a second that may be made now; null for any number. */
function paceOf(gate: Gate, at: number, maxPerSecond: number | null): number | null {
  if (gate.answeredAt === null) return maxPerSecond;
  const seconds = Math.floor((at - gate.answeredAt) / 1_000);
  if (seconds >= RAMP_SECONDS) {
    gate.answeredAt = null;
    return maxPerSecond;
  }
  return Math.min(maxPerSecond ?? Number.POSITIVE_INFINITY, RAMP_PER_SECOND * 2 ** seconds);
}

function takeSlot(gate: Gate, at: number, perSecond: number | null): Entry {
  if (perSecond === null) return { admitted: true };
  const slotMs = 1_000 / perSecond;
  if (gate.nextAt <= at) {
    gate.nextAt = Math.max(gate.nextAt + slotMs, at);
    return { admitted: true };
  }
  gate.queuedUntil = Math.max(gate.queuedUntil, gate.nextAt) + slotMs;
  return {
    admitted: false,
    comeBackAt: Math.ceil(gate.queuedUntil),
    reason: `the connection's pace is ${perSecond} calls a second`,
  };
}

function fallSilent(gate: Gate, at: number, connection: string): void {
  gate.silences++;
  const probeFailed = gate.broken && gate.probedAt !== null;
  if (!probeFailed && (gate.broken || gate.silences < MAX_SILENCES)) return;
  if (probeFailed) gate.openMs = Math.min(MAX_OPEN_MS, gate.openMs * 2);
  gate.broken = true;
  gate.probedAt = null;
  gate.closedUntil = at + gate.openMs;
  gate.reason = `${connection} did not answer ${gate.silences} times in a row; calls wait until it does`;
}
