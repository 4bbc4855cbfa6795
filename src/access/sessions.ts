import type { AccessChange } from "../core/access-store.js";
import type { NewId } from "../core/id.js";
import type { User, UserSession } from "../core/user.js";
import { hashOfToken, randomToken } from "./tokens.js";

const HOUR_MS = 3_600_000;

/** A session ends when nobody has used it for so long … */
export const IDLE_MS = 12 * HOUR_MS;
/** … and in any case so long after it began. */
export const LONGEST_MS = 7 * 24 * HOUR_MS;

/** Tells whether a session has ended by its age. */
export function isOver({ createdAt, seenAt }: Pick<UserSession, "createdAt" | "seenAt">, now: number): boolean {
  return now - seenAt.getTime() > IDLE_MS || now - createdAt.getTime() > LONGEST_MS;
}

/** Where a person sits. */
export interface Seat {
  readonly address: string;
  /** What is counted as one place: of an IPv6 address its first half. */
  readonly network: string;
  /** What the browser says it is. */
  readonly browser: string;
}

/** A session that has just begun; `token` is for the browser only. */
export interface Begun {
  readonly session: UserSession;
  readonly token: string;
  readonly changes: readonly AccessChange[];
}

/** Browsers of one user at most; the one not used for longest is signed out. */
const MOST_SESSIONS = 20;

/** Gives what begins a session, and ends those that are too old or too many. */
export function beginSession(
  user: Pick<User, "id">,
  { address, browser }: Seat,
  { now, newId, sessions }: { readonly now: number; readonly newId: NewId; readonly sessions: readonly UserSession[] },
): Begun {
  const token = randomToken();
  const at = new Date(now);
  const session: UserSession = {
    ...{ id: newId("ses"), hash: hashOfToken(token), userId: user.id, createdAt: at, seenAt: at },
    ...{ address: address.slice(0, 100), browser: browser.slice(0, 300) },
  };
  const others = sessions
    .filter(({ userId }) => userId === user.id)
    .sort((a, b) => b.seenAt.getTime() - a.seenAt.getTime());
  const ended = others.slice(MOST_SESSIONS - 1).map(({ id }): AccessChange => ({ kind: "session-ended", id }));
  const old: AccessChange = {
    kind: "sessions-forgotten",
    begunBefore: new Date(now - LONGEST_MS),
    seenBefore: new Date(now - IDLE_MS),
  };
  return { token, session, changes: [old, ...ended, { kind: "session-opened", session }] };
}
