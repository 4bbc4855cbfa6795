import type { NewId } from "../core/id.js";
import type { Store } from "../core/store.js";
import type { Sealer } from "../secrets/sealer.js";
import type { Doors } from "./doors.js";
import { createFactorSeals, type FactorSeals } from "./factor-seals.js";
import { createKeys, type Keys } from "./keys.js";
import { type GivenKeys, openDoors } from "./open-doors.js";
import { createSnapshots } from "./snapshots.js";

/** Who may come in, and everything that is done about it. */
export interface Access {
  readonly doors: Doors;
  readonly keys: Keys;
  readonly factorSeals: FactorSeals;
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
  const parts = {
    ...{ snapshots, newId, sealer, now: () => store.now() },
    note: (changes: Parameters<typeof snapshots.commit>[0]) => void snapshots.commit(changes).catch(missed),
  };
  return { doors: openDoors(parts, given), keys: createKeys(parts), factorSeals: createFactorSeals(parts) };
}
