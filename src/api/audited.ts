import type { AuditEntry } from "../core/audit.js";
import { toPatchbayError } from "../core/errors.js";
import type { Permission } from "../core/permission.js";
import type { ApiDeps } from "./api-deps.js";
import type { Call, Route } from "./route.js";

type AnyCall = Call<Readonly<Record<string, string>>, unknown, unknown>;
type Handle = Route["handle"];

/** Permissions whose routes change nothing, or are what programs do all day: pushes leave their own trace. */
const ordinary: readonly Permission[] = ["records:push", "messages:estimate", "translators:try", "simulator:use"];

/** Names in addresses that name definitions and nobody's person. */
const definitions: readonly string[] = ["ns", "name", "collection", "parameter", "connection", "Type", "integrity"];

/** Ids that we make ourselves. */
const ownId = /^[a-z]{2,4}_[0-9a-z]{20,40}$/;

/**
 * Gives a route's handler as it is, or, for what must leave a trace, one that writes down who asks for what before it is done: no
 * such act is without its entry, and where none can be written nothing is done. What is refused then gets a second entry.
 *
 * Every route that is not a GET leaves a trace unless it is among the ordinary ones or says that it changes nothing, so that a new one
 * cannot forget it; of the others those that say `audited`. What a program with a key changes of records is its daily work, and leaves none.
 */
export function audited(
  route: Route,
  { trail, pseudonym, addressOf }: Pick<ApiDeps, "trail" | "pseudonym" | "addressOf">,
): Handle {
  if (!leavesTrace(route)) return (call) => route.handle(call);
  return async (call) => {
    const { caller } = call;
    if (route.may === "records:change" && caller.kind === "key") return route.handle(call);
    const draft = {
      actor: { kind: caller.kind, id: caller.id, role: caller.role },
      action: route.id,
      target: { ...targetOf(call, pseudonym), ...namedIn(route, call) },
      facts: factsOf(route, call),
      address: addressOf(call.request),
      requestId: call.requestId,
    };
    await trail.record({ ...draft, outcome: "asked", code: null });
    try {
      return await route.handle(call);
    } catch (thrown) {
      const { code } = toPatchbayError(thrown);
      await trail.record({ ...draft, outcome: "refused", code }).catch(() => undefined);
      throw thrown;
    }
  };
}

/** Tells whether what a route does is written down. */
export function leavesTrace({ method, may, audited: wanted }: Route): boolean {
  if (may === "anyone" || may === "visitor") return false;
  return wanted ?? (method !== "GET" && !ordinary.includes(may));
}

function targetOf({ params }: AnyCall, pseudonym: (text: string) => string): AuditEntry["target"] {
  const shown = ([name, value]: [string, string]): [string, string] =>
    definitions.includes(name) || ownId.test(value) ? [name, value.slice(0, 200)] : [name, pseudonym(value)];
  return Object.fromEntries(Object.entries(params).map(shown));
}

const collectionName = /^[a-z][a-z0-9-]{0,80}$/;

/** What is installed or published is named in the body. */
function namedIn({ may }: Route, { body }: AnyCall): AuditEntry["target"] {
  if (!may.startsWith("collections:") || typeof body !== "object" || body === null || !("name" in body)) return {};
  return typeof body.name === "string" && collectionName.test(body.name) ? { name: body.name } : {};
}

/** Of a body only what is a yes, a no, or a word that the route knows: neither secrets nor anything about a person can be that. */
function factsOf({ body: schema }: Route, { body }: AnyCall): AuditEntry["facts"] {
  if (schema === undefined || typeof body !== "object" || body === null) return {};
  const { properties = {} } = schema.json as { properties?: Readonly<Record<string, { enum?: readonly unknown[] }>> };
  return Object.fromEntries(
    Object.entries(body).filter(
      ([name, value]) => typeof value === "boolean" || properties[name]?.enum?.includes(value) === true,
    ),
  );
}
