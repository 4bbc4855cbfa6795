/** How one call came out for the breaker. */
export type BreakerOutcome = "answered" | "silent";

/** A breaker that has opened. */
export interface OpenBreaker {
  readonly since: number;
  /** When the next call is let through to see whether the vendor answers. */
  readonly until: number;
  /** When this process lets one through: later than the one that found the vendor silent. */
  readonly triedFrom: number;
  readonly reason: string;
}

/** Keeps calls from a vendor that does not answer, and finds out when it does again. Instants are milliseconds since 1970. */
export interface Breaker {
  /** Null when it is closed. */
  open(): OpenBreaker | null;
  /** When the call that tries the vendor was let through, and whose it is; null when none is under way. */
  probe(at: number): { readonly caller: string | undefined; readonly at: number } | null;
  /** Takes the next call as the one that tries the vendor. */
  startProbe(caller: string | undefined, at: number): void;
  /**
   * Takes over that another process has found the vendor silent, which is then to try it first; or, with null, that it
   * answers again. @returns Whether it has closed just now.
   */
  adopt(other: Omit<OpenBreaker, "triedFrom"> | null): boolean;
  /** Takes what came of a call. @returns Whether it has closed just now: the vendor answers again. */
  report(outcome: BreakerOutcome, caller: string | undefined, at: number): boolean;
}

/** Silences in a row that open it. */
const MAX_SILENCES = 5;

/** Or this share of at least so many calls of the last seconds. */
const SILENT_SHARE = 0.5;
const MIN_CALLS = 20;
const WINDOW_SECONDS = 10;

/** How long it stays open, at first and at most; doubles with every probe that is met with silence. */
const OPEN_MS = 5_000;
const MAX_OPEN_MS = 60_000;

/** How much later than the process that found it silent the others try a vendor. */
const ADOPTED_MS = 2_000;

/** A probe that nobody reports on is given up after this. */
const PROBE_MS = 60_000;

interface Second {
  readonly second: number;
  calls: number;
  silent: number;
}

/** Counts how the calls of the last seconds came out. */
function createTally() {
  let seconds: Second[] = [];
  return {
    add: (outcome: BreakerOutcome, at: number): { readonly calls: number; readonly silent: number } => {
      const second = Math.floor(at / 1_000);
      seconds = seconds.filter((known) => known.second > second - WINDOW_SECONDS);
      let current = seconds.at(-1);
      if (current?.second !== second) {
        current = { second, calls: 0, silent: 0 };
        seconds.push(current);
      }
      current.calls++;
      if (outcome === "silent") current.silent++;
      return seconds.reduce((sum, { calls, silent }) => ({ calls: sum.calls + calls, silent: sum.silent + silent }), {
        calls: 0,
        silent: 0,
      });
    },
    clear: () => {
      seconds = [];
    },
  };
}

/**
 * Makes a closed breaker. Open, it lets nobody through until its time is over, and then one caller at a time; what is
 * reported of calls that began before it opened changes nothing.
 *
 * @param connection For the reason it gives.
 */
export function createBreaker(connection: string): Breaker {
  const tally = createTally();
  let inARow = 0;
  let opened: OpenBreaker | null = null;
  let openMs = OPEN_MS;
  let probe: { readonly caller: string | undefined; readonly at: number } | null = null;

  function countClosed(outcome: BreakerOutcome, at: number): void {
    inARow = outcome === "silent" ? inARow + 1 : 0;
    const { calls, silent } = tally.add(outcome, at);
    if (outcome === "answered") return;
    const often = calls >= MIN_CALLS && silent >= calls * SILENT_SHARE;
    if (inARow < MAX_SILENCES && !often) return;
    const what = inARow >= MAX_SILENCES ? `${inARow} calls in a row` : `${silent} of the last ${calls} calls`;
    opened = {
      since: at,
      until: at + openMs,
      triedFrom: at + openMs,
      reason: `${connection} did not answer ${what}; calls wait until it does`,
    };
  }

  function endProbe(outcome: BreakerOutcome, { since, reason }: OpenBreaker, at: number): void {
    probe = null;
    if (outcome === "silent") {
      openMs = Math.min(MAX_OPEN_MS, openMs * 2);
      opened = { since, until: at + openMs, triedFrom: at + openMs, reason };
      return;
    }
    close();
  }

  function close(): void {
    opened = null;
    openMs = OPEN_MS;
    inARow = 0;
    tally.clear();
  }

  return {
    open: () => opened,
    probe: (at) => (probe !== null && at - probe.at < PROBE_MS ? probe : null),
    startProbe: (caller, at) => {
      probe = { caller, at };
    },
    adopt: (other) => {
      if (other !== null) {
        opened = { ...other, triedFrom: other.until + ADOPTED_MS };
        return false;
      }
      const wasOpen = opened !== null;
      probe = null;
      close();
      return wasOpen;
    },
    report: (outcome, caller, at) => {
      if (opened === null) {
        countClosed(outcome, at);
        return false;
      }
      if (probe === null || (caller !== undefined && caller !== probe.caller)) return false;
      endProbe(outcome, opened, at);
      return outcome === "answered";
    },
  };
}
