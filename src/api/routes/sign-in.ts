import type { SignedIn } from "../../access/sign-in.js";
import type { ApiDeps } from "../api-deps.js";
import { account, credentials, setupRequest, toAccountView } from "../contract/access.js";
import { sessionIn } from "../credentials.js";
import { defineRoute, type Route } from "../route.js";
import { cookieHeader, isSecure, seatOf } from "../session-cookie.js";

type SignInDeps = Pick<ApiDeps, "access" | "publicUrl" | "addressOf">;

const limits = ["SIGN_INS_TOO_MANY"] as const;

/** How the first owner is made, and how people go. */
export function signInRoutes(deps: SignInDeps): Route[] {
  return [setUp(deps), signOut(deps)];
}

/** Gives what a browser is told of the session that has just begun. */
export function toSignedIn({ user, token }: SignedIn, secure: boolean) {
  const { id, name, role } = user;
  return { body: toAccountView({ kind: "user", id, name, role }, user), headers: cookieHeader(token, secure) };
}

function setUp({ access, publicUrl, addressOf }: SignInDeps): Route {
  return defineRoute({
    id: "set-up",
    method: "POST",
    path: "/api/v1/setup",
    may: "anyone",
    tag: "Access",
    summary: "Make the first owner, with the token that the server printed when it started",
    body: setupRequest,
    answers: { 201: account },
    errors: ["SETUP_TOKEN_INVALID", "USER_KNOWN", ...limits],
    async handle({ body, request }) {
      const signedIn = await access.setup.complete(body, seatOf(request, addressOf));
      return { status: 201, ...toSignedIn(signedIn, isSecure(request, publicUrl)) };
    },
  });
}

/** How people come in by name and password. */
export function signInRoute({ access, publicUrl, addressOf }: SignInDeps): Route {
  return defineRoute({
    id: "sign-in",
    method: "POST",
    path: "/api/v1/sign-in",
    may: "anyone",
    tag: "Access",
    summary: "Sign in: the answer sets a cookie that stands for the user",
    body: credentials,
    answers: { 200: account },
    errors: ["SIGN_IN_FAILED", "SECOND_FACTOR_NEEDED", "USER_CHANGED", ...limits],
    async handle({ body: { name, password, code = null }, request }) {
      const signedIn = await access.signIn.signIn({ name, password, code }, seatOf(request, addressOf));
      return { status: 200, ...toSignedIn(signedIn, isSecure(request, publicUrl)) };
    },
  });
}

function signOut({ access, publicUrl }: SignInDeps): Route {
  return defineRoute({
    id: "sign-out",
    method: "POST",
    path: "/api/v1/sign-out",
    may: "account:read",
    tag: "Access",
    summary: "End this browser's session",
    answers: { 204: null },
    errors: [],
    async handle({ request }) {
      const secure = isSecure(request, publicUrl);
      const session = await access.accounts.sessionOf(sessionIn(request, secure));
      if (session !== null) await access.signIn.signOut(session.id);
      return { status: 204, body: undefined, headers: cookieHeader(null, secure) };
    },
  });
}
