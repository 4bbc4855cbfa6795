import type { NewId } from "../core/id.js";
import type { Store } from "../core/store.js";
import type { Sealer } from "../secrets/sealer.js";
import type { AccessParts } from "./access-parts.js";
import { type Accounts, createAccounts } from "./accounts.js";
import type { Doors } from "./doors.js";
import { createFactorSeals, type FactorSeals } from "./factor-seals.js";
import { createKeys, type Keys } from "./keys.js";
import { type GivenKeys, openDoors } from "./open-doors.js";
import { createPasswords, type PasswordCost } from "./passwords.js";
import { providedUser } from "./provided-users.js";
import type { Seat } from "./sessions.js";
import { createSetup, type Setup } from "./setup.js";
import { createSignIn, type SignedIn, type SignIn } from "./sign-in.js";
import { createSignInLimits } from "./sign-in-limits.js";
import type { SignInProvider } from "./sign-in-provider.js";
import { createSnapshots } from "./snapshots.js";
import { createUsers, type Users } from "./users.js";

/** Who may come in, and everything that is done about it. */
export interface Access {
  readonly doors: Doors;
  readonly keys: Keys;
  readonly factorSeals: FactorSeals;
  readonly users: Users;
  readonly signIn: SignIn;
  readonly accounts: Accounts;
  readonly setup: Setup;
  /** Null where people sign in here only. */
  readonly provider: ProviderSignIn | null;
}

/** Signing in at another system, to the session here. */
export interface ProviderSignIn extends Pick<SignInProvider, "title" | "begin"> {
  /** @throws as the provider's `finish`, SIGN_IN_FAILED, SIGN_INS_TOO_MANY, USER_KNOWN */
  finish(search: string, kept: string, seat: Seat): Promise<SignedIn>;
}

export interface AccessOptions extends Omit<GivenKeys, "provided"> {
  readonly store: Pick<Store, "access" | "commit" | "exclusive" | "now">;
  readonly newId: NewId;
  readonly sealer: Sealer;
  /** Told when something that may get lost could not be written. */
  readonly missed: (error: unknown) => void;
  readonly provider?: SignInProvider | null;
  /** What one guess at a password costs; tests may make it cheap. */
  readonly passwordCost?: PasswordCost | undefined;
}

/** Opens what lets people and programs in. */
export function openAccess(options: AccessOptions): Access {
  const { store, newId, sealer, missed, provider = null, passwordCost, ...given } = options;
  const snapshots = createSnapshots(store);
  const parts: AccessParts = {
    ...{ snapshots, newId, sealer, now: () => store.now() },
    note: (changes) => void snapshots.commit(changes).catch(missed),
  };
  const passwords = createPasswords(passwordCost);
  const { pseudonym } = sealer;
  const shared = store.exclusive ? null : { attempts: store.access.attempts, now: () => store.now(), pseudonym };
  const limits = createSignInLimits(shared);
  const signIn = createSignIn({ ...parts, passwords, limits });
  return {
    doors: openDoors(parts, { ...given, provided: provider !== null }),
    keys: createKeys(parts),
    factorSeals: createFactorSeals(parts),
    users: createUsers({ ...parts, passwords }),
    signIn,
    accounts: createAccounts(parts),
    setup: createSetup({ ...parts, passwords, signIn }),
    provider: provider && {
      ...{ title: provider.title, begin: provider.begin },
      finish: async (search, kept, seat) => {
        // Each asks the provider: whoever makes codes up shall not have us ask it for ever.
        const attempt = limits.begin({ account: null, network: seat.network });
        await attempt.admit();
        const user = await providedUser(parts, await provider.finish(search, kept));
        await attempt.takeBack();
        return signIn.begin(user, seat);
      },
    },
  };
}
