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

/** A call that nobody reports on is given up after this. */
const FORGOTTEN_MS = 60_000;

/** Calls a second right after a connection answers again; doubles every second, and ends after so many. */
const RAMP_PER_SECOND = 5;
const RAMP_SECONDS = 10;

interface Gate {
  silences: number;
  openMs: number;
  /** Whether the breaker has opened and no probe was answered since. */
  broken: boolean;
  /** No probe before this, while it is broken. */
  brokenUntil: number;
  /** The vendor has asked not to be called before this. */
  pausedUntil: number;
  reason: string;
  /** Calls that were admitted and not reported on, and when the last of them was admitted. */
  underWay: number;
  admittedAt: number;
  /** Whether the call under way is the one that tries whether the vendor answers again. */
  probing: boolean;
  /** When it answered again; null when long ago. */
  answeredAt: number | null;
  /** When the next call is due by the pace. */
  nextAt: number;
  /** The slot behind the last one that somebody was told to come back for. */
  queuedUntil: number;
}

const freshGate: Readonly<Gate> = {
  silences: 0,
  openMs: OPEN_MS,
  broken: false,
  brokenUntil: 0,
  pausedUntil: 0,
  reason: "",
  underWay: 0,
  admittedAt: 0,
  probing: false,
  answeredAt: null,
  nextAt: 0,
  queuedUntil: 0,
};

/**
 * Makes the gates of one process.
 *
 * The pace is a virtual schedule: each call takes the next slot and may be late by one; a slot that was not used by then
 * is gone, so no second has more calls than the pace and one. Those who have to wait are told slots one behind the other, by the pace there
 * will be then; they ask again when theirs has come. While a vendor is silent one caller at a time tries, once every call
 * from before has come to an end, and when it answers the calls come back ever faster.
 *
 * @param now Milliseconds since 1970.
 * @param random From 0 up to 1; spreads those who come back after a silence.
 */
export function createConnectionGate({ now, random }: { now: () => number; random: () => number }): ConnectionGate {
  const gates = new Map<string, Gate>();

  function gateOf(connection: string): Gate {
    const gate = gates.get(connection) ?? { ...freshGate };
    gates.set(connection, gate);
    return gate;
  }

  return {
    admit: (connection, maxPerSecond) => {
      const gate = gateOf(connection);
      const at = now();
      if (at - gate.admittedAt >= FORGOTTEN_MS) Object.assign(gate, { underWay: 0, probing: false });
      const closedUntil = Math.max(gate.pausedUntil, gate.broken ? gate.brokenUntil : 0);
      if (closedUntil > at) return comeBack(gate, closedUntil + random() * 1_000);
      if (gate.broken && gate.underWay > 0) {
        // The longer it has taken already, the longer they wait: thousands must not ask every second.
        return comeBack(gate, at + Math.max(1_000, at - gate.admittedAt) * (1 + random()));
      }
      const entry = takeSlot(gate, at, maxPerSecond);
      if (entry.admitted) Object.assign(gate, { underWay: gate.underWay + 1, admittedAt: at, probing: gate.broken });
      return entry;
    },
    report: (connection, outcome) => {
      const gate = gateOf(connection);
      gate.underWay = Math.max(0, gate.underWay - 1);
      if (outcome === "silent") return fallSilent(gate, now(), connection);
      gate.silences = 0;
      if (gate.broken) Object.assign(gate, { broken: false, openMs: OPEN_MS, answeredAt: now(), queuedUntil: 0 });
      if (outcome === "answered") return;
      gate.pausedUntil = Math.max(gate.pausedUntil, now() + outcome.pauseMs);
      gate.reason = `${connection} asked for a pause`;
    },
    closed: () =>
      [...gates]
        .filter(([, { pausedUntil, broken }]) => broken || pausedUntil > now())
        .map(([connection, { pausedUntil, broken, brokenUntil, reason }]) => {
          return { connection, until: Math.max(pausedUntil, broken ? brokenUntil : 0), reason };
        }),
  };
}

function comeBack({ reason }: Gate, at: number): Entry {
  return { admitted: false, comeBackAt: Math.ceil(at), reason };
}

/** Calls a second that may be made at an instant; null for any number. */
function paceAt({ answeredAt }: Gate, at: number, maxPerSecond: number | null): number | null {
  const seconds = answeredAt === null ? RAMP_SECONDS : Math.max(0, Math.floor((at - answeredAt) / 1_000));
  if (seconds >= RAMP_SECONDS) return maxPerSecond;
  return Math.min(maxPerSecond ?? Number.POSITIVE_INFINITY, RAMP_PER_SECOND * 2 ** seconds);
}

/** Time that a call at this instant takes for itself, in milliseconds. */
function slotMs(gate: Gate, at: number, maxPerSecond: number | null): number {
  const pace = paceAt(gate, at, maxPerSecond);
  return pace === null ? 0 : 1_000 / pace;
}

function takeSlot(gate: Gate, at: number, maxPerSecond: number | null): Entry {
  if (gate.nextAt <= at) {
    gate.nextAt = Math.max(gate.nextAt + slotMs(gate, at, maxPerSecond), at);
    return { admitted: true };
  }
  const slotAt = Math.max(gate.queuedUntil, gate.nextAt);
  gate.queuedUntil = slotAt + slotMs(gate, slotAt, maxPerSecond);
  const pace = paceAt(gate, at, maxPerSecond);
  return { admitted: false, comeBackAt: Math.ceil(slotAt), reason: `the connection's pace is ${pace} calls a second` };
}

/** What was under way when the breaker opened says nothing new: only the probe does. */
function fallSilent(gate: Gate, at: number, connection: string): void {
  gate.silences++;
  const probeFailed = gate.broken && gate.probing;
  if (!probeFailed && (gate.broken || gate.silences < MAX_SILENCES)) return;
  if (probeFailed) gate.openMs = Math.min(MAX_OPEN_MS, gate.openMs * 2);
  gate.broken = true;
  gate.probing = false;
  gate.brokenUntil = at + gate.openMs;
  gate.reason = `${connection} did not answer ${gate.silences} times in a row; calls wait until it does`;
}
