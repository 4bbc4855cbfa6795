import type { ApiDeps } from "../api-deps.js";
import { health } from "../contract/health.js";
import { defineRoute, type Route } from "../route.js";

/** What supervisors and load balancers ask. */
export function healthRoutes({ store, version }: Pick<ApiDeps, "store" | "version">): Route[] {
  const alive = defineRoute({
    id: "healthz",
    method: "GET",
    path: "/healthz",
    may: "anyone",
    tag: "Operation",
    summary: "Whether the process answers",
    answers: { 200: health },
    errors: [],
    handle: () => ({ status: 200, body: { status: "alive", version } }),
  });
  const ready = defineRoute({
    id: "readyz",
    method: "GET",
    path: "/readyz",
    may: "anyone",
    tag: "Operation",
    summary: "Whether records can be stored now",
    answers: { 200: health },
    errors: ["STORE_UNAVAILABLE"],
    async handle() {
      await store.check();
      return { status: 200, body: { status: "ready", version } };
    },
  });
  return [alive, ready];
}
