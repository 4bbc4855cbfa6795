import type { Event } from "../core/event.js";
import type { JsonObject } from "../core/json.js";
import type { Scope } from "../translation/translation.js";

/** What happened, with the version of the record before it. */
export interface Occasion {
  readonly event: Omit<Event, "decisions">;
  /** Null for a new record and for events that are not about a record's change. */
  readonly previous: JsonObject | null;
}

/** Gives what a flow's expressions see: paths start at the record; `$event`, `$record`, `$previous`, `$steps`, `$params`. */
export function scopeOf(
  { event, previous }: Occasion,
  { params, steps }: { params: JsonObject; steps: JsonObject },
): Scope {
  const about: JsonObject = {
    id: event.id,
    kind: event.kind,
    dataType: event.dataType,
    key: event.key,
    version: event.version,
    createdAt: event.createdAt.toISOString(),
  };
  const bindings: JsonObject = { event: about, record: event.payload, params, steps };
  if (previous !== null) bindings.previous = previous;
  return { input: event.payload, bindings };
}
