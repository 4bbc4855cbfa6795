import type { OpenConnection } from "../core/catalog.js";
import type { KnownTemplates } from "../core/connector.js";
import { PatchbayError } from "../core/errors.js";
import type { JsonObject } from "../core/json.js";
import type { Draft } from "./draft.js";
import type { RunPlanning } from "./planning.js";
import type { Rest } from "./rest.js";

/** How long runs wait for templates that were never fetched, in milliseconds, and how often they look. */
const PATIENCE_MS = 15 * 60_000;
const LOOK_MS = 2_000;

/** What a call asks a connection's templates for. */
export interface TemplateQuestion {
  readonly open: OpenConnection;
  /** Without its connector. */
  readonly endpoint: string;
  readonly payload: JsonObject;
}

/**
 * Gives what is known of the template that a payload asks for: undefined when it asks for none, and what the run waits for
 * while nobody has fetched the templates yet.
 *
 * @throws TEMPLATES_NOT_FETCHED
 */
export async function findTemplates(
  draft: Draft,
  { open, endpoint, payload }: TemplateQuestion,
  { parts, preview }: RunPlanning,
): Promise<KnownTemplates | { readonly rest: Rest } | undefined> {
  const wish = open.connection.templates?.wish(endpoint, payload) ?? null;
  if (wish === null) return undefined;
  const { store, now } = parts;
  const connection = open.name;
  const matching = await store.templates.matching(connection, wish);
  if (matching.length > 0) return { matching, names: [], fetchedAt: new Date(now()) };
  const list = await store.templates.listOf(connection);
  if (list === null && !preview) draft.changes.push({ kind: "templates-wanted", connection, at: new Date(now()) });
  if (list !== null && list.fetchedAt !== null) {
    const known = await store.templates.list(connection);
    return { matching, names: [...new Set(known.map(({ name }) => name))], fetchedAt: list.fetchedAt };
  }
  // A vendor's id needs nobody who knows what it means.
  if (wish.id !== null) return { matching, names: [], fetchedAt: null };
  if (!preview && (list === null || now() - list.wantedAt.getTime() < PATIENCE_MS))
    return { rest: restFor(open, now()) };
  const why = list === null || list.failure === null ? "nobody has fetched them yet" : list.failure.message;
  throw new PatchbayError("TEMPLATES_NOT_FETCHED", `The templates of ${connection} are not known: ${why}`);
}

function restFor({ name }: OpenConnection, now: number): Rest {
  const reason = "its templates are being fetched";
  return {
    wait: { kind: "connection", connection: name, reason, placeAt: null },
    dueAt: new Date(now + LOOK_MS),
  };
}
