import type { User } from "../../core/user.js";
import type { ApiDeps } from "../api-deps.js";
import { passwordReset, roleRequest, toUserView, user, userRequest } from "../contract/access.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

type UserDeps = Pick<ApiDeps, "access">;

const path = "/api/v1/users/{name}";
const changeErrors = ["USER_UNKNOWN", "USER_CHANGED", "OWNER_NEEDED"] as const;

/** People who sign in, as owners see them. */
export function userRoutes(deps: UserDeps): Route[] {
  return [
    listUsers(deps),
    addUser(deps),
    setRole(deps),
    setEnabled(deps, {
      verb: "disable",
      enabled: false,
      summary: "Sign a user out everywhere, and let the user in no more",
    }),
    setEnabled(deps, { verb: "enable", enabled: true, summary: "Let a user in again" }),
    resetPassword(deps),
  ];
}

async function view({ access }: UserDeps, one: User) {
  return toUserView(one, await access.users.seenAt(one));
}

function listUsers(deps: UserDeps): Route {
  return defineRoute({
    id: "list-users",
    method: "GET",
    path: "/api/v1/users",
    may: "users:manage",
    tag: "Access",
    summary: "List users by name",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(user) },
    errors: [],
    async handle({ query }) {
      const { items, next } = cutPage(await deps.access.users.list(), toPaging(query));
      const views = await Promise.all(items.map((one) => view(deps, one)));
      return { status: 200, body: toPageView({ items: views, next }, (one) => one) };
    },
  });
}

function addUser(deps: UserDeps): Route {
  return defineRoute({
    id: "add-user",
    method: "POST",
    path: "/api/v1/users",
    may: "users:manage",
    tag: "Access",
    summary: "Add a user with a first password",
    body: userRequest,
    answers: { 201: user },
    errors: ["USER_KNOWN", "SIGN_INS_TOO_MANY"],
    handle: async ({ body }) => ({ status: 201, body: await view(deps, await deps.access.users.add(body)) }),
  });
}

function setRole(deps: UserDeps): Route {
  return defineRoute({
    id: "set-user-role",
    method: "POST",
    path: `${path}/role`,
    may: "users:manage",
    tag: "Access",
    summary: "Give a user another role; the user's sessions end",
    body: roleRequest,
    answers: { 200: user },
    errors: changeErrors,
    async handle({ params: { name }, body: { role } }) {
      return { status: 200, body: await view(deps, await deps.access.users.setRole(name, role)) };
    },
  });
}

function setEnabled(
  deps: UserDeps,
  { verb, enabled, summary }: { readonly verb: string; readonly enabled: boolean; readonly summary: string },
): Route {
  return defineRoute({
    id: `${verb}-user`,
    method: "POST",
    path: `${path}/${verb}`,
    may: "users:manage",
    tag: "Access",
    summary,
    answers: { 200: user },
    errors: changeErrors,
    async handle({ params: { name } }) {
      return { status: 200, body: await view(deps, await deps.access.users.setEnabled(name, enabled)) };
    },
  });
}

function resetPassword(deps: UserDeps): Route {
  return defineRoute({
    id: "reset-user-password",
    method: "POST",
    path: `${path}/reset-password`,
    may: "users:manage",
    tag: "Access",
    summary: "Give a user a new password; the user's sessions end",
    body: passwordReset,
    answers: { 200: user },
    errors: ["USER_UNKNOWN", "USER_CHANGED", "SIGN_INS_TOO_MANY"],
    async handle({ params: { name }, body: { password, removeSecondFactor = false } }) {
      const changed = await deps.access.users.resetPassword(name, password, !removeSecondFactor);
      return { status: 200, body: await view(deps, changed) };
    },
  });
}
