import { PatchbayError } from "../core/errors.js";
import type { User } from "../core/user.js";
import type { AccessParts } from "./access-parts.js";
import { type Guess, type Passwords, requireGoodPassword } from "./passwords.js";
import { useCode } from "./second-factor.js";
import { type Begun, beginSession, type Seat } from "./sessions.js";
import type { BegunAttempt, SignInLimits } from "./sign-in-limits.js";
import type { Snapshot } from "./snapshots.js";

/** What a person types to sign in. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Of the authenticator app, or a recovery code. */
  readonly code: string | null;
}

export type SignedIn = Pick<Begun, "session" | "token"> & { readonly user: User };

/** Lets people in and out. */
export interface SignIn {
  /**
   * Begins a session. Whoever does not exist, is disabled or types something wrong gets the same answer, after the same time.
   * @throws SIGN_IN_FAILED, SECOND_FACTOR_NEEDED, SIGN_INS_TOO_MANY
   */
  signIn(credentials: Credentials, seat: Seat): Promise<SignedIn>;
  /** Begins a session for somebody who has proved elsewhere who it is. */
  begin(user: User, seat: Seat): Promise<SignedIn>;
  signOut(sessionId: string): Promise<void>;
  /** Changes one's own password: all other sessions end, and this one gets a new token. @throws as `signIn`, REQUEST_INVALID */
  changePassword(
    user: User,
    change: { readonly current: string; readonly next: string },
    seat: Seat,
  ): Promise<SignedIn>;
  /** Asks a signed-in user for the password again. @throws SIGN_IN_FAILED, SIGN_INS_TOO_MANY */
  requirePassword(user: User, password: string, seat: Seat): Promise<void>;
}

type SignInParts = AccessParts & { readonly passwords: Passwords; readonly limits: SignInLimits };

export function createSignIn(parts: SignInParts): SignIn {
  const { snapshots, passwords, limits, newId, now } = parts;
  const begin = async (user: User, seat: Seat): Promise<SignedIn> => {
    const { sessions } = await snapshots.now();
    const { session, token, changes } = beginSession(user, seat, { now: now(), newId, sessions });
    await snapshots.commit(changes);
    return { session, token, user };
  };
  const requirePassword = async (user: User, password: string, seat: Seat): Promise<void> => {
    const attempt = limits.begin({ account: user.name, network: seat.network });
    if (!(await isRight(parts, attempt, { password, kept: user.password, known: true }))) throw failed();
    await attempt.takeBack();
  };
  return {
    begin,
    requirePassword,
    async signIn({ name, password, code }, seat) {
      const snapshot = await snapshots.now();
      const typed = name.trim().normalize("NFKC").toLowerCase().slice(0, 100);
      const user = snapshot.userByName.get(typed);
      const known = isKnown(snapshot, { user, seat });
      const account = known ? `${typed} at ${seat.address}` : typed;
      const attempt = limits.begin({ account, network: seat.network });
      const right = await isRight(parts, attempt, { password, kept: user?.password ?? null, known });
      if (user === undefined || !right || user.disabledAt !== null) throw failed();
      if (user.factor?.confirmed === true && code === null) {
        await attempt.takeBack();
        throw new PatchbayError("SECOND_FACTOR_NEEDED", "The password is right; a code is needed as well");
      }
      const coded = await requireCode(parts, user, code);
      await attempt.takeBack();
      return begin(coded, seat);
    },
    async signOut(id) {
      await snapshots.commit([{ kind: "session-ended", id }]);
    },
    async changePassword(user, { current, next }, seat) {
      await requirePassword(user, current, seat);
      requireGoodPassword(next, user.name);
      const changed = { ...user, password: await passwords.hash(next), revision: user.revision + 1 };
      await snapshots.commit([
        { kind: "user-changed", user: changed },
        { kind: "sessions-ended", userId: user.id, but: null },
      ]);
      return begin(changed, seat);
    },
  };
}

/** An attempt for which there was no time is not one that failed. */
async function isRight(
  { passwords }: SignInParts,
  attempt: BegunAttempt,
  guess: Omit<Guess, "admit">,
): Promise<boolean> {
  let admitted = false;
  const admit = async (): Promise<void> => {
    admitted = true;
    await attempt.admit();
  };
  try {
    return await passwords.isRight({ ...guess, admit });
  } catch (error) {
    if (!admitted) await attempt.takeBack();
    throw error;
  }
}

/**
 * Where a user has signed in before, attempts are counted for themselves and go first: somebody who guesses elsewhere does not lock the
 * user out.
 */
function isKnown(
  { sessions }: Snapshot,
  { user, seat }: { readonly user: User | undefined; readonly seat: Seat },
): boolean {
  return sessions.some(({ userId, address }) => userId === user?.id && address === seat.address);
}

/** A code is used up before it lets anybody in: of two who send it at once, one is let in. */
async function requireCode({ snapshots, sealer, now }: SignInParts, user: User, code: string | null): Promise<User> {
  if (user.factor?.confirmed !== true) return user;
  const factor = useCode(user.factor, code ?? "", { sealer, now: now() });
  if (factor === null) throw failed();
  const used = { ...user, factor, revision: user.revision + 1 };
  await snapshots.commit([{ kind: "user-changed", user: used }]);
  return used;
}

function failed(): PatchbayError {
  return new PatchbayError("SIGN_IN_FAILED", "The name, the password or the code is wrong");
}
