import { PatchbayError } from "../core/errors.js";

/** How many attempts may fail in a row, and how long until there is one more. */
const paces = {
  account: { most: 8, everyMs: 30_000 },
  network: { most: 30, everyMs: 6_000 },
} as const;

/** Places that are remembered at most; the oldest are forgotten. */
const MOST_PLACES = 20_000;

/** Counts failed attempts to sign in. */
export interface SignInLimits {
  /**
   * Counts an attempt before it is made, so that many at once are counted too.
   * @returns Takes it back: it did not fail.
   * @throws SIGN_INS_TOO_MANY with the time to wait
   */
  begin(attempt: { readonly account: string; readonly network: string }): () => void;
}

/**
 * Limits guessing, by account and by network. It is each process's own: of several processes each takes so many.
 *
 * @param now Milliseconds that only go forward.
 */
export function createSignInLimits(now: () => number = () => performance.now()): SignInLimits {
  /** Place to the instant at which nothing of it counts any more. */
  const busyUntil = new Map<string, number>();
  const begin = (place: string, { most, everyMs }: { readonly most: number; readonly everyMs: number }): void => {
    const at = now();
    const until = Math.max(at, busyUntil.get(place) ?? 0) + everyMs;
    const wait = until - at - most * everyMs;
    if (wait > 0) {
      throw new PatchbayError("SIGN_INS_TOO_MANY", "There were too many failed attempts", { retryAfterMs: wait });
    }
    busyUntil.delete(place);
    busyUntil.set(place, until);
    if (busyUntil.size > MOST_PLACES) {
      for (const oldest of busyUntil.keys()) {
        busyUntil.delete(oldest);
        break;
      }
    }
  };
  const takeBack = (place: string, everyMs: number): void => {
    const until = busyUntil.get(place);
    if (until !== undefined) busyUntil.set(place, until - everyMs);
  };
  return {
    begin({ account, network }) {
      const [one, other] = [`account ${account}`, `network ${network}`];
      begin(other, paces.network);
      begin(one, paces.account);
      return () => {
        takeBack(one, paces.account.everyMs);
        takeBack(other, paces.network.everyMs);
      };
    },
  };
}
