import type { RequestListener } from "node:http";
import { nobody } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import type { ApiDeps } from "./api-deps.js";
import { createChecks } from "./checks.js";
import { toProblemAnswer } from "./problem.js";
import { requestIdOf } from "./request-id.js";
import type { Route } from "./route.js";
import { type HookDeps, hookRoute } from "./routes/hooks.js";
import { send } from "./send.js";
import { createServe } from "./serve.js";

/**
 * Gives the handler of what vendors call, and of nothing else: a hundredth of the time that the whole API takes to be made,
 * which is what golden tests start one of these with each.
 */
export function createHooks(deps: HookDeps & Pick<ApiDeps, "newId">): RequestListener {
  // What vendors call carries its own proof.
  const serve = createServe({ ...deps, gate: () => nobody, checks: createChecks(), audit: null });
  const routes = [hookRoute(deps)].map((route) => ({
    method: route.method,
    pattern: patternOf(route),
    serve: serve(route),
  }));
  return (request, response) => {
    const exchange = { request, response, requestId: requestIdOf(request, deps.newId) };
    const [path = ""] = (request.url ?? "").split("?");
    for (const { method, pattern, serve: answer } of routes) {
      const found = method === request.method ? pattern.exec(path) : null;
      if (found === null) continue;
      const params = Object.entries(found.groups ?? {}).map(([name, part]) => [name, decodeURIComponent(part)]);
      answer(exchange, Object.fromEntries(params)).catch(() => response.destroy());
      return;
    }
    const error = new PatchbayError("ROUTE_UNKNOWN", "No webhook has this address");
    send(exchange, toProblemAnswer(error, exchange.requestId));
  };
}

function patternOf({ path }: Route): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}
