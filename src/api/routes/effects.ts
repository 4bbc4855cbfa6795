import type { ApiDeps } from "../api-deps.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { effect, effectStateWord, settlementRequest, toEffectView } from "../contract/run.js";
import { described, object } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

/** The ledger: calls that change the world outside. */
export function effectRoutes({ engine, store }: Pick<ApiDeps, "engine" | "store">): Route[] {
  const list = defineRoute({
    id: "list-effects",
    method: "GET",
    path: "/api/v1/effects",
    may: "effects:read",
    tag: "Effects",
    summary: "List the calls of the ledger, newest first",
    query: object(
      {},
      { ...pagingMembers, state: described("`unknown`: those that a person may have to decide.", effectStateWord) },
    ),
    answers: { 200: pageOf(effect) },
    errors: [],
    async handle({ query }) {
      const page = await store.effects.list({ state: query.state }, toPaging(query));
      return { status: 200, body: toPageView(page, toEffectView) };
    },
  });
  const settle = defineRoute({
    id: "settle-effect",
    method: "POST",
    path: "/api/v1/effects/{id}/settle",
    may: "effects:settle",
    tag: "Effects",
    summary: "Say what became of a call whose outcome nobody knows",
    body: settlementRequest,
    answers: { 200: effect },
    errors: ["EFFECT_UNKNOWN", "EFFECT_SETTLED"],
    async handle({ params: { id }, body: { settlement } }) {
      return { status: 200, body: toEffectView(await engine.settle(id, settlement)) };
    },
  });
  return [list, settle];
}
