import { isThere } from "../../core/crew.js";
import type { ApiDeps } from "../api-deps.js";
import { cutPage, pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { seenProcess, toProcessView } from "../contract/process.js";
import { object } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";

/** The processes that share the store. */
export function processRoute({ store }: Pick<ApiDeps, "store">): Route {
  return defineRoute({
    id: "list-processes",
    method: "GET",
    path: "/api/v1/processes",
    may: "processes:read",
    tag: "Operation",
    summary: "The processes that share the database and are there now; none when this one is alone on its file",
    query: object({}, pagingMembers),
    answers: { 200: pageOf(seenProcess) },
    errors: ["STORE_UNAVAILABLE"],
    async handle({ query }) {
      const there = (await store.processes.list()).filter((one) => isThere(one, Date.now()));
      return { status: 200, body: toPageView(cutPage(there, toPaging(query)), toProcessView) };
    },
  });
}
