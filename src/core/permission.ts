import type { Caller, Role } from "./caller.js";

const work = ["owner", "integrator", "operator"] as const;
const build = ["owner", "integrator"] as const;
const look = [...work, "read"] as const;
const talk = [...look, "agent"] as const;
const all = [...talk, "push"] as const;

/**
 * Who may do what: each permission and the roles that have it. Nothing is allowed that is not here. A route names one of these, and
 * the API asks in one place (api/gate.ts).
 */
export const permissions = {
  "records:push": [...work, "push"],
  "records:read": look,
  "records:change": work,
  "quarantine:read": look,
  "quarantine:change": work,
  "events:read": look,
  "events:replay": work,
  "runs:read": look,
  "runs:change": work,
  "effects:read": look,
  "effects:settle": work,
  "messages:read": look,
  "messages:cancel": work,
  "messages:test": work,
  "messages:estimate": look,
  "conversations:read": talk,
  "conversations:change": [...work, "agent"],
  // Files and lists to take away cannot be masked: who may not see people gets none.
  "attachments:read": [...work, "agent"],
  "attachments:fetch": [...work, "agent"],
  "consent:read": look,
  "consent:export": work,
  "consent:change": work,
  "contacts:erase": ["owner"],
  "timeline:read": look,
  "notifications:read": look,
  "notifications:change": work,
  "operations:read": look,
  "operations:run": work,
  "broadcasts:read": look,
  "broadcasts:run": work,
  "flows:read": look,
  "flows:run": work,
  "flows:switch": build,
  "flows:change": build,
  "translators:read": look,
  "translators:try": build,
  "translators:change": build,
  "data-types:read": [...look, "push"],
  "templates:read": look,
  "templates:fetch": work,
  "connections:read": look,
  "connections:check": work,
  "connections:switch": work,
  "webhooks:read": build,
  "webhooks:change": build,
  "collections:read": look,
  "collections:export": build,
  "collections:make": build,
  "collections:change": build,
  "publishers:read": build,
  "publishers:change": build,
  "processes:read": look,
  "stream:read": talk,
  "simulator:read": look,
  "simulator:use": work,
  "account:read": all,
  "account:change": all,
  /** To see what says something about customers: others get it masked. */
  "people:read": [...work, "agent"],
  "secrets:read": build,
  "secrets:change": build,
  "secrets:rotate": ["owner"],
  "audit:read": ["owner"],
  "audit:trim": ["owner"],
  "keys:manage": ["owner"],
  "users:manage": ["owner"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof permissions;

/**
 * What a route asks of its callers: a permission; `visitor` nothing, once somebody can sign in, and until then a call from this
 * machine; `anyone` nothing ever (health, webhooks with proofs of their own, signing in).
 */
export type May = Permission | "visitor" | "anyone";

/** Tells whether a caller has a permission; somebody without a role has none. */
export function has({ role }: Pick<Caller, "role">, permission: Permission): boolean {
  const allowed: readonly Role[] = Object.hasOwn(permissions, permission) ? permissions[permission] : [];
  return role !== null && allowed.includes(role);
}

/** Gives everything that somebody with a role may do. */
export function permissionsOf(role: Role | null): readonly Permission[] {
  return (Object.keys(permissions) as Permission[]).filter((permission) => has({ role }, permission));
}
