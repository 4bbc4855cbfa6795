import type { RequestListener } from "node:http";
import { nobody } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import type { ApiDeps } from "./api-deps.js";
import { createChecks } from "./checks.js";
import { createDirect } from "./direct.js";
import { toProblemAnswer } from "./problem.js";
import { requestIdOf } from "./request-id.js";
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
  const direct = createDirect([hookRoute(deps)], { serve, newId: deps.newId });
  return (request, response) => {
    if (direct(request, response)) return;
    const exchange = { request, response, requestId: requestIdOf(request, deps.newId) };
    const error = new PatchbayError("ROUTE_UNKNOWN", "No webhook has this address");
    send(exchange, toProblemAnswer(error, exchange.requestId));
  };
}
