import type { NewId } from "../core/id.js";
import type { Store } from "../core/store.js";
import type { Sealer } from "../secrets/sealer.js";
import type { AccessParts } from "./access-parts.js";
import { type Accounts, createAccounts } from "./accounts.js";
import type { Doors } from "./doors.js";
import { createFactorSeals, type FactorSeals } from "./factor-seals.js";
import { createKeys, type Keys } from "./keys.js";
import { type GivenKeys, openDoors } from "./open-doors.js";
import { createPasswords } from "./passwords.js";
import { createSetup, type Setup } from "./setup.js";
import { createSignIn, type SignIn } from "./sign-in.js";
import { createSignInLimits } from "./sign-in-limits.js";
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
}

export interface AccessOptions extends GivenKeys {
  readonly store: Pick<Store, "access" | "commit" | "exclusive" | "now">;
  readonly newId: NewId;
  readonly sealer: Sealer;
  /** Told when something that may get lost could not be written. */
  readonly missed: (error: unknown) => void;
}

/** Opens what lets people and programs in. */
export function openAccess({ store, newId, sealer, missed, ...given }: AccessOptions): Access {
  const snapshots = createSnapshots(store);
  const parts: AccessParts = {
    ...{ snapshots, newId, sealer, now: () => store.now() },
    note: (changes) => void snapshots.commit(changes).catch(missed),
  };
  const passwords = createPasswords();
  const signIn = createSignIn({ ...parts, passwords, limits: createSignInLimits() });
  return {
    doors: openDoors(parts, given),
    keys: createKeys(parts),
    factorSeals: createFactorSeals(parts),
    users: createUsers({ ...parts, passwords }),
    signIn,
    accounts: createAccounts(parts),
    setup: createSetup({ ...parts, passwords, signIn }),
  };
}
