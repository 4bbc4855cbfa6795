import { PatchbayError } from "../../core/errors.js";
import { notificationLevels, notificationStates } from "../../core/notification.js";
import type { ApiDeps } from "../api-deps.js";
import { issue, toIssueView } from "../contract/issue.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object, oneOf } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

type IssueDeps = Pick<ApiDeps, "store">;

const issuePath = "/api/v1/issues/{fingerprint}";

/** Equal warnings and errors, counted as one. */
export function issueRoutes(deps: IssueDeps): Route[] {
  return [
    listIssues(deps),
    getIssue(deps),
    move(deps, { verb: "acknowledge", state: "acknowledged", summary: "Say that somebody looks after it" }),
    move(deps, { verb: "resolve", state: "resolved", summary: "Say that it is done with" }),
  ];
}

function listIssues({ store }: IssueDeps): Route {
  return defineRoute({
    id: "list-issues",
    method: "GET",
    path: "/api/v1/issues",
    may: "notifications:read",
    tag: "Issues",
    summary: "List issues, last seen first",
    query: object({}, { ...pagingMembers, level: oneOf(notificationLevels), state: oneOf(notificationStates) }),
    answers: { 200: pageOf(issue) },
    errors: [],
    async handle({ query }) {
      const { state, level } = query;
      const page = await store.issues.list({ state, level }, toPaging(query));
      return { status: 200, body: toPageView(page, toIssueView) };
    },
  });
}

function getIssue(deps: IssueDeps): Route {
  return defineRoute({
    id: "get-issue",
    method: "GET",
    path: issuePath,
    may: "notifications:read",
    tag: "Issues",
    summary: "Get an issue",
    answers: { 200: issue },
    errors: ["ISSUE_UNKNOWN"],
    async handle({ params: { fingerprint } }) {
      return { status: 200, body: toIssueView(await requireIssue(deps, fingerprint)) };
    },
  });
}

interface Move {
  readonly verb: "acknowledge" | "resolve";
  readonly state: "acknowledged" | "resolved";
  readonly summary: string;
}

function move(deps: IssueDeps, { verb, state, summary }: Move): Route {
  return defineRoute({
    id: `${verb}-issue`,
    method: "POST",
    path: `${issuePath}/${verb}`,
    may: "notifications:change",
    tag: "Issues",
    summary: `${summary}, with its open notifications; nothing changes when it is that far already`,
    answers: { 200: issue },
    errors: ["ISSUE_UNKNOWN"],
    async handle({ params: { fingerprint } }) {
      const before = await requireIssue(deps, fingerprint);
      if (notificationStates.indexOf(before.state) >= notificationStates.indexOf(state)) {
        return { status: 200, body: toIssueView(before) };
      }
      await deps.store.commit([{ kind: "issue-moved", fingerprint, state, at: new Date() }]);
      return { status: 200, body: toIssueView(await requireIssue(deps, fingerprint)) };
    },
  });
}

async function requireIssue({ store }: IssueDeps, fingerprint: string) {
  const found = await store.issues.get(fingerprint);
  if (found !== null) return found;
  throw new PatchbayError("ISSUE_UNKNOWN", `There is no issue ${fingerprint.slice(0, 200)}`);
}
