import { PatchbayError } from "../core/errors.js";
import type { User } from "../core/user.js";
import type { AccessParts } from "./access-parts.js";
import type { Identity } from "./sign-in-provider.js";
import { toUserName } from "./users.js";

/**
 * Gives the user whom a provider has named: known by the subject, never by the name, which others may take. The role is what the
 * provider says today; sessions that were begun with another one end.
 *
 * @throws SIGN_IN_FAILED for who is disabled, USER_KNOWN when somebody else has the name, USER_CHANGED, REQUEST_INVALID
 */
export async function providedUser(
  { snapshots, newId, now }: AccessParts,
  { subject, name, role }: Identity,
): Promise<User> {
  const { users } = await snapshots.now();
  const known = users.find((user) => user.subject === subject);
  if (known === undefined) {
    const user: User = {
      ...{ id: newId("usr"), name: toUserName(name), role, password: null, subject, factor: null },
      ...{ revision: 1, createdAt: new Date(now()), disabledAt: null },
    };
    await snapshots.commit([{ kind: "user-added", user }]);
    return user;
  }
  if (known.disabledAt !== null) throw new PatchbayError("SIGN_IN_FAILED", `${known.name} is disabled`);
  if (known.role === role) return known;
  const changed = { ...known, role, revision: known.revision + 1 };
  await snapshots.commit([
    { kind: "user-changed", user: changed },
    { kind: "sessions-ended", userId: known.id, but: null },
  ]);
  return changed;
}
