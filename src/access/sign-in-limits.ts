import type { AccessStore } from "../core/access-store.js";
import { PatchbayError } from "../core/errors.js";

/** How many attempts may fail in a row, and how long until there is one more. */
const paces = {
  account: { most: 8, everyMs: 30_000 },
  network: { most: 30, everyMs: 6_000 },
} as const;

type Pace = (typeof paces)[keyof typeof paces];

/** Places that are remembered at most; the oldest are forgotten. */
const MOST_PLACES = 20_000;

/** How often rows that count for nothing are dropped. */
const FORGET_EVERY_MS = 60_000;

/** By what an attempt is counted. */
export interface Attempt {
  /** Null where nobody has said yet who it is. */
  readonly account: string | null;
  readonly network: string;
}

/** An attempt that was counted. */
export interface BegunAttempt {
  /** Counts it where all processes do; asked right before the password is looked at. @throws SIGN_INS_TOO_MANY */
  admit(): Promise<void>;
  /** It did not fail, or was not made: takes it back wherever it was counted. */
  takeBack(): Promise<void>;
}

/** Counts failed attempts to sign in. */
export interface SignInLimits {
  /**
   * Counts an attempt before it is made, so that many at once are counted too.
   * @throws SIGN_INS_TOO_MANY with the time to wait
   */
  begin(attempt: Attempt): BegunAttempt;
}

/** What several processes share; null for a process that is alone with its store. */
export interface SharedAttempts {
  readonly attempts: AccessStore["attempts"];
  /** Milliseconds since 1970, the same in all processes. */
  readonly now: () => number;
  /** Gives a name of a place that says nothing about it. */
  readonly pseudonym: (text: string) => string;
}

/**
 * Limits guessing, by account and by network: first by what this process knows, which costs nothing, then, for an attempt that is about to
 * be made, by what all processes have counted. So a flood writes no more rows than passwords are looked at.
 *
 * @param elapsed Milliseconds that only go forward.
 */
export function createSignInLimits(
  shared: SharedAttempts | null,
  elapsed: () => number = () => performance.now(),
): SignInLimits {
  const own = createOwnCount(elapsed);
  const together = shared === null ? null : createSharedCount(shared, elapsed);
  return {
    begin({ account, network }) {
      const places: (readonly [string, Pace])[] = [[`network ${network}`, paces.network]];
      if (account !== null) places.push([`account ${account}`, paces.account]);
      for (const [place, pace] of places) refuseEarly(own.count(place, pace));
      const counted: (readonly [string, Pace])[] = [];
      return {
        async admit() {
          if (together === null) return;
          for (const [place, pace] of places) {
            refuseEarly(await together.count(place, pace));
            counted.push([place, pace]);
          }
        },
        async takeBack() {
          for (const [place, pace] of places) own.takeBack(place, pace);
          for (const [place, pace] of counted.splice(0)) await together?.takeBack(place, pace);
        },
      };
    },
  };
}

function refuseEarly(retryAfterMs: number): void {
  if (retryAfterMs === 0) return;
  throw new PatchbayError("SIGN_INS_TOO_MANY", "There were too many failed attempts", { retryAfterMs });
}

/** A process's own count. */
function createOwnCount(elapsed: () => number) {
  /** Place to the instant at which nothing of it counts any more. */
  const busyUntil = new Map<string, number>();
  return {
    /** Gives 0, or how many milliseconds too early it comes: then it is not counted. */
    count(place: string, { most, everyMs }: Pace): number {
      const at = elapsed();
      const until = Math.max(at, busyUntil.get(place) ?? 0) + everyMs;
      const wait = until - at - most * everyMs;
      if (wait > 0) return wait;
      busyUntil.delete(place);
      busyUntil.set(place, until);
      if (busyUntil.size > MOST_PLACES) {
        for (const oldest of busyUntil.keys()) {
          busyUntil.delete(oldest);
          break;
        }
      }
      return 0;
    },
    takeBack(place: string, { everyMs }: Pace): void {
      const until = busyUntil.get(place);
      if (until !== undefined) busyUntil.set(place, until - everyMs);
    },
  };
}

/** The count of all processes. */
function createSharedCount({ attempts, now, pseudonym }: SharedAttempts, elapsed: () => number) {
  let forgetAt = elapsed() + FORGET_EVERY_MS;
  return {
    async count(place: string, pace: Pace): Promise<number> {
      if (elapsed() >= forgetAt) {
        forgetAt = elapsed() + FORGET_EVERY_MS;
        await attempts.forget(new Date(now()));
      }
      return attempts.count({ place: pseudonym(place), ...pace, now: new Date(now()) });
    },
    takeBack: (place: string, { everyMs }: Pace): Promise<void> =>
      attempts.takeBack({ place: pseudonym(place), everyMs }),
  };
}
