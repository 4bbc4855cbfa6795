import type { IncomingMessage, ServerResponse } from "node:http";
import type { NewId } from "../core/id.js";
import { requestIdOf } from "./request-id.js";
import type { Route } from "./route.js";
import type { createServe } from "./serve.js";

/** Answers a request for one of some routes; false when it is for none of them. */
export type Direct = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Makes what answers routes without a framework in front: where a path has names, names of letters, digits, `-` and `_`, as nearly all
 * are. Any other spelling of an address is for none of the routes.
 */
export function createDirect(
  routes: readonly Route[],
  { serve, newId }: { serve: ReturnType<typeof createServe>; newId: NewId },
): Direct {
  const doors = routes.map((route) => ({ method: route.method, address: addressOf(route), answer: serve(route) }));
  return (request, response) => {
    for (const { method, address, answer } of doors) {
      const found = method === request.method ? address.exec(request.url ?? "") : null;
      if (found === null) continue;
      const exchange = { request, response, requestId: requestIdOf(request, newId) };
      answer(exchange, { ...found.groups }).catch(() => response.destroy());
      return true;
    }
    return false;
  };
}

function addressOf({ path }: Route): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[\\w-]+)")}(?:\\?|$)`);
}
