import type { AccessChange } from "../core/access-store.js";
import type { NewId } from "../core/id.js";
import type { Sealer } from "../secrets/sealer.js";
import type { Snapshots } from "./snapshots.js";

/** What everything about coming in works with. */
export interface AccessParts {
  readonly snapshots: Snapshots;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: NewId;
  readonly sealer: Sealer;
  /** Writes what may get lost, such as when something was last used. */
  readonly note: (changes: readonly AccessChange[]) => void;
}
