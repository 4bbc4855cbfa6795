import type { ApiDeps } from "../api-deps.js";
import {
  account,
  codeProof,
  factorOffer,
  passwordChange,
  passwordProof,
  recoveryCodes,
  toAccountView,
  toSessionView,
  userSession,
} from "../contract/access.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object } from "../contract/schema.js";
import { sessionIn } from "../credentials.js";
import { defineRoute, type Route } from "../route.js";
import { isSecure, seatOf } from "../session-cookie.js";
import { toSignedIn } from "./sign-in.js";

type AccountDeps = Pick<ApiDeps, "access" | "publicUrl" | "addressOf">;

const path = "/api/v1/account";
const proofErrors = ["ACCOUNT_NEEDED", "SIGN_IN_FAILED", "SIGN_INS_TOO_MANY", "USER_CHANGED"] as const;
const common = { tag: "Access", may: "account:change" } as const;

/** Who one is, and what one does about it. */
export function accountRoutes(deps: AccountDeps): Route[] {
  return [
    getAccount(deps),
    changePassword(deps),
    listSessions(deps),
    endSession(deps),
    beginFactor(deps),
    confirmFactor(deps),
    removeFactor(deps),
  ];
}

function getAccount({ access }: AccountDeps): Route {
  return defineRoute({
    ...{ id: "get-account", method: "GET", path, may: "account:read", tag: "Access" },
    summary: "See who this request comes from, and what that caller may do",
    answers: { 200: account },
    errors: [],
    async handle({ caller }) {
      return { status: 200, body: toAccountView(caller, await access.accounts.get(caller)) };
    },
  });
}

function changePassword({ access, publicUrl, addressOf }: AccountDeps): Route {
  return defineRoute({
    ...{ ...common, id: "change-password", method: "POST", path: `${path}/password` },
    summary: "Change one's own password: all other sessions end",
    body: passwordChange,
    answers: { 200: account },
    errors: proofErrors,
    async handle({ body, caller, request }) {
      const user = await access.accounts.require(caller);
      const signedIn = await access.signIn.changePassword(user, body, seatOf(request, addressOf));
      return { status: 200, ...toSignedIn(signedIn, isSecure(request, publicUrl)) };
    },
  });
}

function listSessions({ access, publicUrl }: AccountDeps): Route {
  return defineRoute({
    ...{ ...common, id: "list-sessions", method: "GET", path: `${path}/sessions` },
    summary: "List the browsers in which one is signed in",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(userSession) },
    errors: ["ACCOUNT_NEEDED"],
    async handle({ caller, query, request }) {
      const current = await access.accounts.sessionOf(sessionIn(request, isSecure(request, publicUrl)));
      const all = (await access.accounts.sessions(caller)).map((session) => ({ name: session.id, session }));
      const toView = ({ session }: (typeof all)[number]) => toSessionView(session, current?.id ?? null);
      return { status: 200, body: toPageView(cutPage(all, toPaging(query)), toView) };
    },
  });
}

function endSession({ access }: AccountDeps): Route {
  return defineRoute({
    ...{ ...common, id: "end-session", method: "POST", path: `${path}/sessions/{id}/end` },
    summary: "Sign one of one's own browsers out; nothing happens when it is",
    answers: { 204: null },
    errors: ["ACCOUNT_NEEDED"],
    async handle({ caller, params: { id } }) {
      await access.accounts.endSession(caller, id);
      return { status: 204, body: undefined };
    },
  });
}

function beginFactor({ access, addressOf }: AccountDeps): Route {
  return defineRoute({
    ...{ ...common, id: "begin-second-factor", method: "POST", path: `${path}/second-factor/begin` },
    summary: "Begin a second factor: put the secret into an authenticator app, then confirm it",
    body: passwordProof,
    answers: { 200: factorOffer },
    errors: [...proofErrors, "FACTOR_STATE"],
    async handle({ body: { password }, caller, request }) {
      const user = await access.accounts.require(caller);
      await access.signIn.requirePassword(user, password, seatOf(request, addressOf));
      return { status: 200, body: await access.accounts.beginFactor(caller) };
    },
  });
}

function confirmFactor({ access }: AccountDeps): Route {
  return defineRoute({
    ...{ ...common, id: "confirm-second-factor", method: "POST", path: `${path}/second-factor/confirm` },
    summary: "Confirm the second factor with a code; from then on it is asked for. Gives recovery codes, once",
    body: codeProof,
    answers: { 200: recoveryCodes },
    errors: [...proofErrors, "FACTOR_STATE"],
    async handle({ body: { code }, caller }) {
      return { status: 200, body: { recoveryCodes: await access.accounts.confirmFactor(caller, code) } };
    },
  });
}

function removeFactor({ access, addressOf }: AccountDeps): Route {
  return defineRoute({
    ...{ ...common, id: "remove-second-factor", method: "POST", path: `${path}/second-factor/remove` },
    summary: "Sign in with the password alone again",
    body: passwordProof,
    answers: { 204: null },
    errors: proofErrors,
    async handle({ body: { password }, caller, request }) {
      const user = await access.accounts.require(caller);
      await access.signIn.requirePassword(user, password, seatOf(request, addressOf));
      await access.accounts.removeFactor(caller);
      return { status: 204, body: undefined };
    },
  });
}
