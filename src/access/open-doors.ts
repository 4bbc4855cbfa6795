import { isLive } from "../core/api-key.js";
import { type Caller, environmentKey, thisMachine } from "../core/caller.js";
import { after } from "../core/eventual.js";
import type { UserSession } from "../core/user.js";
import type { AccessParts } from "./access-parts.js";
import type { Doors } from "./doors.js";
import { isOver } from "./sessions.js";
import type { Snapshot } from "./snapshots.js";
import { hashOfToken } from "./tokens.js";

/** That something was used is written at most this often. */
const NOTED_MS = 60_000;

/** What opens doors without being in the store. */
export interface GivenKeys {
  /** Of the environment; null when it names none. */
  readonly apiKey: string | null;
  /** What this machine's command line reads in the data folder. */
  readonly localToken: string;
  /** Whether people can sign in at another system. */
  readonly provided: boolean;
}

/** Opens the doors of a server: looks up in memory who holds what. */
export function openDoors({ snapshots, now, note }: AccessParts, { apiKey, localToken, provided }: GivenKeys): Doors {
  const environmentHash = apiKey === null ? null : hashOfToken(apiKey);
  const localHash = hashOfToken(localToken);
  const noted = new Map<string, number>();
  /** Whether a use is to be written, here and now. */
  const isDue = (id: string, last: Date | null, at: number): boolean => {
    const before = Math.max(last?.getTime() ?? 0, noted.get(id) ?? 0);
    if (at - before < NOTED_MS) return false;
    noted.set(id, at);
    return true;
  };
  const holderOfHash = (snapshot: Snapshot, hash: string): Caller | null => {
    const key = snapshot.keyByHash.get(hash);
    const at = now();
    if (key === undefined || !isLive(key, at)) return null;
    if (isDue(key.id, key.usedAt, at)) note([{ kind: "key-used", id: key.id, at: new Date(at) }]);
    const { id, name, role, dataTypes } = key;
    return dataTypes === null ? { kind: "key", id, name, role } : { kind: "key", id, name, role, dataTypes };
  };
  return {
    holderOfKey(text, nearby) {
      const hash = hashOfToken(text);
      if (hash === environmentHash) return environmentKey;
      if (hash === localHash) return nearby ? thisMachine : null;
      return after(snapshots.now(), (snapshot) => holderOfHash(snapshot, hash));
    },
    holderOfSession: (text) =>
      after(snapshots.now(), (snapshot) => {
        const session = snapshot.sessionByHash.get(hashOfToken(text));
        const at = now();
        if (session === undefined || isOver(session, at)) return null;
        if (isDue(session.id, session.seenAt, at)) note([{ kind: "session-seen", id: session.id, at: new Date(at) }]);
        return callerOf(snapshot, session);
      }),
    isGuarded: () =>
      after(snapshots.now(), ({ users, keys }) => {
        if (provided || environmentHash !== null || users.length > 0) return true;
        const at = now();
        return keys.some((key) => isLive(key, at));
      }),
  };
}

function callerOf({ userById }: Snapshot, { userId }: UserSession): Caller | null {
  const user = userById.get(userId);
  if (user === undefined || user.disabledAt !== null) return null;
  const { id, name, role } = user;
  return { kind: "user", id, name, role };
}
