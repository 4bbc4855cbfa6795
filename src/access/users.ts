import type { Role } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import type { User } from "../core/user.js";
import type { AccessParts } from "./access-parts.js";
import { type Passwords, requireGoodPassword } from "./passwords.js";
import type { Snapshot } from "./snapshots.js";

/** What an owner does with users. Whatever takes something away ends the user's sessions. */
export interface Users {
  list(): Promise<readonly User[]>;
  /** When a session of a user was last used, to the minute; null when there is none. */
  seenAt(user: User): Promise<Date | null>;
  /** @throws USER_KNOWN, REQUEST_INVALID */
  add(wish: { readonly name: string; readonly role: Role; readonly password: string }): Promise<User>;
  /** @throws USER_UNKNOWN, USER_CHANGED, OWNER_NEEDED when nobody would be an owner */
  setRole(name: string, role: Role): Promise<User>;
  /** @throws as `setRole` */
  setEnabled(name: string, enabled: boolean): Promise<User>;
  /**
   * @param keepsFactor Whether the second factor stays; without it, who has lost the phone signs in.
   * @throws USER_UNKNOWN, USER_CHANGED, REQUEST_INVALID
   */
  resetPassword(name: string, password: string, keepsFactor: boolean): Promise<User>;
}

export function createUsers(parts: AccessParts & { readonly passwords: Passwords }): Users {
  const { snapshots, passwords } = parts;
  const change = async (user: User, members: Partial<User>): Promise<User> => {
    const changed = { ...user, ...members, revision: user.revision + 1 };
    await snapshots.commit([
      { kind: "user-changed", user: changed },
      { kind: "sessions-ended", userId: user.id, but: null },
    ]);
    return changed;
  };
  return {
    list: async () => (await snapshots.now()).users,
    async seenAt({ id }) {
      const seen = (await snapshots.now()).sessions.filter(({ userId }) => userId === id).map(({ seenAt }) => seenAt);
      return seen.toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null;
    },
    async add({ name, role, password }) {
      const user = await newUser(parts, { name, role, password });
      await snapshots.commit([{ kind: "user-added", user }]);
      return user;
    },
    async setRole(name, role) {
      const { user, snapshot } = await requireUser(parts, name);
      if (user.role === role) return user;
      if (role !== "owner") requireOtherOwner(snapshot, user);
      return change(user, { role });
    },
    async setEnabled(name, enabled) {
      const { user, snapshot } = await requireUser(parts, name);
      if ((user.disabledAt === null) === enabled) return user;
      if (!enabled) requireOtherOwner(snapshot, user);
      return change(user, { disabledAt: enabled ? null : new Date(parts.now()) });
    },
    async resetPassword(name, password, keepsFactor) {
      const { user } = await requireUser(parts, name);
      requireGoodPassword(password, user.name);
      const hash = await passwords.hash(password);
      return change(user, { password: hash, subject: null, ...(keepsFactor ? {} : { factor: null }) });
    },
  };
}

/** Gives a user that is not kept yet. @throws REQUEST_INVALID, USER_KNOWN */
export async function newUser(
  { newId, now, passwords, snapshots }: AccessParts & { readonly passwords: Passwords },
  { name: typed, role, password }: { readonly name: string; readonly role: Role; readonly password: string },
): Promise<User> {
  const name = toUserName(typed);
  requireGoodPassword(password, name);
  if ((await snapshots.now()).userByName.has(name)) {
    throw new PatchbayError("USER_KNOWN", `There is a user ${name} already`);
  }
  return {
    ...{ id: newId("usr"), name, role, password: await passwords.hash(password), subject: null, factor: null },
    ...{ revision: 1, createdAt: new Date(now()), disabledAt: null },
  };
}

/** Gives a name as it is kept. @throws REQUEST_INVALID */
export function toUserName(typed: string): string {
  const name = typed.trim().normalize("NFKC").toLowerCase();
  if (/^[\p{L}\p{N}][\p{L}\p{N}._+@-]{1,99}$/u.test(name)) return name;
  throw new PatchbayError(
    "REQUEST_INVALID",
    "A user's name is 2 to 100 letters, digits and . _ + @ -, such as an e-mail address",
  );
}

/** Tells whether there is somebody who may do everything. */
export function hasOwner({ users }: Pick<Snapshot, "users">): boolean {
  return users.some(({ role, disabledAt }) => role === "owner" && disabledAt === null);
}

async function requireUser({ snapshots }: AccessParts, name: string): Promise<{ user: User; snapshot: Snapshot }> {
  const snapshot = await snapshots.now();
  const user = snapshot.userByName.get(name.trim().toLowerCase());
  if (user !== undefined) return { user, snapshot };
  throw new PatchbayError("USER_UNKNOWN", `There is no user ${name.slice(0, 100)}`);
}

function requireOtherOwner({ users }: Snapshot, user: User): void {
  if (user.role !== "owner" || hasOwner({ users: users.filter(({ id }) => id !== user.id) })) return;
  throw new PatchbayError("OWNER_NEEDED", `${user.name} is the only owner`);
}
