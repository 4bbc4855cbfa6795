import type { Effect } from "../core/effect.js";
import { topics } from "../core/topic.js";
import type { CallToPlan, RunPlanning } from "./planning.js";
import type { Rest } from "./rest.js";

/** How often a run looks by itself whether its connection is switched on again, in milliseconds; it is woken, as a rule. */
const LOOK_MS = 600_000;

/**
 * Keeps a call back while its connection is switched off. The call stays in the ledger as intended, so that the order of a
 * recipient's messages is kept, and its deadline goes on. The catalog knows it: nothing is asked of the store.
 */
export function switchedOff(
  _draft: unknown,
  { open, effect }: CallToPlan & { readonly effect: Effect },
  { parts }: RunPlanning,
): Rest | null {
  const off = open.off ?? null;
  if (off === null) return null;
  const { name } = open;
  const why = off.reason === null ? "" : `: ${off.reason}`;
  const reason = `it was deactivated at ${off.at.toISOString()}${off.by === null ? "" : ` by ${off.by}`}${why}`;
  const look = parts.now() + LOOK_MS + Math.floor(parts.random() * LOOK_MS);
  const dueAt = new Date(Math.min(look, effect.expiresAt?.getTime() ?? look));
  return {
    wait: { kind: "connection", connection: name, reason, placeAt: null, off: true },
    dueAt,
    topics: [topics.connection(name)],
  };
}
