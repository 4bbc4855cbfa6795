import { verifyChain } from "../../audit/chain.js";
import { PatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import {
  auditEntry,
  auditTrim,
  auditTrimmed,
  auditVerdict,
  toAuditEntryView,
  toAuditVerdictView,
} from "../contract/audit.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { described, object, text } from "../contract/schema.js";
import { parseInstant } from "../instant.js";
import { defineRoute, type Route } from "../route.js";

type AuditDeps = Pick<ApiDeps, "store" | "trail">;

/** Who did what to which thing, from where, when. */
export function auditRoutes(deps: AuditDeps): Route[] {
  return [listAudit(deps), verifyAudit(deps), trimAudit(deps)];
}

function listAudit({ store }: AuditDeps): Route {
  return defineRoute({
    id: "list-audit",
    method: "GET",
    path: "/api/v1/audit",
    may: "audit:read",
    tag: "Audit",
    summary: "Who did what to which thing, from where, when; newest first",
    query: object(
      {},
      {
        ...pagingMembers,
        actor: described("Of this user or key only, by its id.", text({ maxLength: 100 })),
        action: described(
          "Only these acts: the id of a route, such as retry-run, or sign-in.",
          text({ maxLength: 100 }),
        ),
      },
    ),
    answers: { 200: pageOf(auditEntry) },
    errors: [],
    async handle({ query }) {
      const { actor, action } = query;
      return {
        status: 200,
        body: toPageView(await store.audit.list({ actor, action }, toPaging(query)), toAuditEntryView),
      };
    },
  });
}

function verifyAudit({ store }: AuditDeps): Route {
  return defineRoute({
    id: "verify-audit",
    method: "GET",
    path: "/api/v1/audit/verify",
    may: "audit:read",
    tag: "Audit",
    summary: "Walk over the chain of hashes, and name the first entry that is not as it was written",
    query: object(
      {},
      { head: described("The head of an earlier look, `<id>:<hash>`: it must still be in the chain.", text()) },
    ),
    answers: { 200: auditVerdict },
    errors: ["REQUEST_INVALID"],
    async handle({ query: { head } }) {
      return {
        status: 200,
        body: toAuditVerdictView(await verifyChain(store, head === undefined ? null : toPlace(head))),
      };
    },
  });
}

function toPlace(head: string): { readonly id: string; readonly hash: string } {
  const [, id, hash] = /^(aud_\d{15}):([0-9a-f]{64})$/.exec(head) ?? [];
  if (id !== undefined && hash !== undefined) return { id, hash };
  throw new PatchbayError("REQUEST_INVALID", "head is not written <id>:<hash>, as an earlier look has given it");
}

function trimAudit({ trail }: AuditDeps): Route {
  return defineRoute({
    id: "trim-audit",
    method: "POST",
    path: "/api/v1/audit/trim",
    may: "audit:trim",
    tag: "Audit",
    summary: "Take entries away that are older than an instant; the chain can be verified from there on",
    body: auditTrim,
    answers: { 200: auditTrimmed },
    errors: ["REQUEST_INVALID"],
    async handle({ body }) {
      return { status: 200, body: { trimmed: await trail.trim(parseInstant("before", body.before)) } };
    },
  });
}
