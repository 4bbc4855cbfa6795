/** Between two signals of one process, in milliseconds: one signal wakes for all that became due before it. */
export const SIGNAL_PAUSE_MS = 20;

/** Whose turn it is to look for work. */
export interface SignalTurns {
  /** Notes by which numbers those show who take work, and by which this process does. */
  know(takers: readonly number[], mine: number): void;
  /** Hears the signal that another process, known by its number, has sent as its so-manieth. */
  hear(count: number, sender: number): void;
  /** Looks now, whosever turn it is. */
  look(): void;
  stop(): void;
}

/**
 * Lets one process look at once for what a signal tells of, another for each signal; the rest look a little later, unless their
 * own turn has come by then. So a signal costs one look and not one for each process, and what is due is taken in groups as large
 * as they come; what the one whose turn it was had no room for, or did not live to take, is found by the next. It
 * matters little that a process that has just come or gone is not known to all: a signal is then heard twice, or late.
 *
 * @param look Looks for work; looking in vain does no harm.
 */
export function createSignalTurns(look: () => void): SignalTurns {
  let known: readonly number[] = [];
  let me = Number.NaN;
  let late: NodeJS.Timeout | null = null;

  function lookNow(): void {
    if (late !== null) clearTimeout(late);
    late = null;
    look();
  }

  return {
    know: (takers, mine) => {
      known = [...new Set(takers)].sort((a, b) => a - b);
      me = mine;
    },
    hear: (count, sender) => {
      const others = known.filter((one) => one !== sender);
      const chosen = others[count % others.length] ?? me;
      if (chosen === me || !others.includes(me)) lookNow();
      // Longer than until one's own turn while signals come one behind the other.
      else late ??= setTimeout(lookNow, SIGNAL_PAUSE_MS * (others.length + 1));
    },
    look: lookNow,
    stop: () => {
      if (late !== null) clearTimeout(late);
    },
  };
}
