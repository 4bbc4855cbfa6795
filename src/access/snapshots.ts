import type { AccessChange, AccessState, AccessStore } from "../core/access-store.js";
import type { ApiKey } from "../core/api-key.js";
import type { Eventual } from "../core/eventual.js";
import type { Store } from "../core/store.js";
import type { User, UserSession } from "../core/user.js";

/** Who may come in, as it was a moment ago. */
export interface Snapshot extends AccessState {
  readonly keyByHash: ReadonlyMap<string, ApiKey>;
  readonly userById: ReadonlyMap<string, User>;
  readonly userByName: ReadonlyMap<string, User>;
  readonly sessionByHash: ReadonlyMap<string, UserSession>;
}

/** Reads and changes who may come in. */
export interface Snapshots {
  /** At once when it is fresh: asked for with every request. */
  now(): Eventual<Snapshot>;
  /** Changes something; what is read after it, in this process, has it. */
  commit(changes: readonly AccessChange[]): Promise<Snapshot>;
}

/** How long another process may go on with what was changed: a second, less the time to read. */
const FRESH_MS = 800;

/**
 * Keeps who may come in in memory. Alone with its store, a process knows of every change; where several share one, it is read anew
 * when it is asked for after 0.8 s, so that what one process revokes is closed everywhere within a second.
 *
 * @param elapsed Milliseconds that only go forward.
 */
export function createSnapshots(
  store: Pick<Store, "commit" | "exclusive"> & { readonly access: Pick<AccessStore, "all"> },
  elapsed: () => number = () => performance.now(),
): Snapshots {
  let known: Snapshot | null = null;
  let readAt = 0;
  let reading: Promise<Snapshot> | null = null;
  const read = async (): Promise<Snapshot> => {
    const begun = elapsed();
    const snapshot = toSnapshot(await store.access.all());
    if (begun >= readAt) {
      known = snapshot;
      readAt = begun;
    }
    return snapshot;
  };
  const refresh = (): Promise<Snapshot> => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  return {
    now() {
      if (known !== null && (store.exclusive || elapsed() - readAt < FRESH_MS)) return known;
      return refresh();
    },
    async commit(changes) {
      await store.commit(changes);
      // Not the reading under way: it may have begun before.
      return read();
    },
  };
}

function toSnapshot(state: AccessState): Snapshot {
  return {
    ...state,
    keyByHash: new Map(state.keys.map((key) => [key.hash, key])),
    userById: new Map(state.users.map((user) => [user.id, user])),
    userByName: new Map(state.users.map((user) => [user.name, user])),
    sessionByHash: new Map(state.sessions.map((session) => [session.hash, session])),
  };
}
