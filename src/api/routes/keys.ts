import type { ApiDeps } from "../api-deps.js";
import { apiKey, keyRequest, newApiKey, toKeyView } from "../contract/access.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object } from "../contract/schema.js";
import { parseInstant } from "../instant.js";
import { defineRoute, type Route } from "../route.js";

type KeyDeps = Pick<ApiDeps, "access" | "store">;

/** What programs call with. */
export function keyRoutes(deps: KeyDeps): Route[] {
  return [listKeys(deps), createKey(deps), revokeKey(deps)];
}

function listKeys({ access, store }: KeyDeps): Route {
  return defineRoute({
    id: "list-keys",
    method: "GET",
    path: "/api/v1/keys",
    may: "keys:manage",
    tag: "Access",
    summary: "List API keys, those that open nothing any more too",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(apiKey) },
    errors: [],
    async handle({ query }) {
      // Pages are cut by name; what tells keys apart is their id.
      const keys = (await access.keys.list()).map((key) => ({ name: key.id, key }));
      const toView = ({ key }: (typeof keys)[number]) => toKeyView(key, store.now());
      return { status: 200, body: toPageView(cutPage(keys, toPaging(query)), toView) };
    },
  });
}

function createKey({ access, store }: KeyDeps): Route {
  return defineRoute({
    id: "create-key",
    method: "POST",
    path: "/api/v1/keys",
    may: "keys:manage",
    tag: "Access",
    summary: "Make an API key; it is shown once",
    body: keyRequest,
    answers: { 201: newApiKey },
    errors: [],
    async handle({ body: { name, role, dataTypes = null, expiresAt }, caller }) {
      const expires = expiresAt === undefined ? null : parseInstant("expiresAt", expiresAt);
      const { key, text } = await access.keys.create({ name, role, dataTypes, expiresAt: expires }, caller);
      return { status: 201, body: { key: toKeyView(key, store.now()), text } };
    },
  });
}

function revokeKey({ access, store }: KeyDeps): Route {
  return defineRoute({
    id: "revoke-key",
    method: "POST",
    path: "/api/v1/keys/{id}/revoke",
    may: "keys:manage",
    tag: "Access",
    summary: "Take an API key back: within a second it opens nothing, for good",
    answers: { 200: apiKey },
    errors: ["KEY_UNKNOWN"],
    async handle({ params: { id } }) {
      return { status: 200, body: toKeyView(await access.keys.revoke(id), store.now()) };
    },
  });
}
