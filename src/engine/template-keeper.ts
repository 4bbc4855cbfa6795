import type { OpenConnection } from "../core/catalog.js";
import type { TemplateSource } from "../core/connector.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import type { TemplateList } from "../core/template.js";
import { toFailure } from "./end-run.js";
import type { EngineParts } from "./engine-parts.js";
import type { Planning } from "./planning.js";

/** How often it is looked whether templates are to be fetched, in milliseconds. */
const LOOK_MS = 2_000;
/** How long fetched templates are taken for true, and how soon a failed try is repeated, in milliseconds. */
const DAY_MS = 24 * 60 * 60_000;
const AGAIN_MS = 60_000;

/** Keeps what is known of the vendors' templates up to date. */
export interface TemplateKeeper {
  /** Begins to fetch what is due. */
  tick(planning: Planning): Promise<void>;
  /** Resolves when nothing is being fetched. */
  idle(): Promise<void>;
}

/**
 * Makes the keeper of one process. Templates are fetched when somebody needs them who has none, and every day from then on;
 * those of a connection that says so, from the beginning.
 */
export function createTemplateKeeper({ store, now }: EngineParts): TemplateKeeper {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<unknown> | null = null;
  return {
    tick: async (planning) => {
      if (fetching !== null || Math.abs(now() - lookedAt) < LOOK_MS) return;
      lookedAt = now();
      const sources = planning.catalog.connections().filter(({ connection }) => connection.templates !== undefined);
      if (sources.length === 0) return;
      const lists = new Map((await store.templates.lists()).map((list) => [list.connection, list]));
      const due = sources.filter((open) => isDue(open, lists.get(open.name), now()));
      if (due.length === 0) return;
      // In the background: a vendor that takes long must not hold up the clock.
      fetching = fetchAll(due, planning).finally(() => {
        fetching = null;
      });
    },
    idle: async () => {
      await fetching;
    },
  };
}

function isDue({ connection }: OpenConnection, list: TemplateList | undefined, now: number): boolean {
  if (list === undefined) return connection.templates?.wanted === true;
  const { fetchedAt, triedAt, failure } = list;
  if (triedAt === null) return true;
  if (failure !== null) return now - triedAt.getTime() >= (fetchedAt === null ? AGAIN_MS : DAY_MS / 24);
  return now - triedAt.getTime() >= DAY_MS;
}

async function fetchAll(due: readonly OpenConnection[], planning: Planning): Promise<void> {
  for (const open of due) {
    try {
      await fetchTemplates(open.name, planning);
    } catch (thrown) {
      const { code, message } = toPatchbayError(thrown);
      planning.parts.log.warn({ connection: open.name, code, problem: message }, "templates could not be fetched");
    }
  }
}

/**
 * Fetches a connection's templates and keeps them; when that fails, why it did.
 *
 * @throws CONNECTION_UNKNOWN, TEMPLATES_UNSUPPORTED and what the vendor answers
 */
export async function fetchTemplates(connection: string, planning: Planning): Promise<TemplateList> {
  const { store, now } = planning.parts;
  const source = requireSource(connection, planning);
  try {
    const templates = await source.fetch();
    await store.commit([{ kind: "templates-fetched", connection, templates, at: new Date(now()) }]);
  } catch (thrown) {
    const failure = toFailure(toPatchbayError(thrown));
    await store.commit([{ kind: "templates-missed", connection, failure, at: new Date(now()) }]);
    throw thrown;
  }
  const list = await store.templates.listOf(connection);
  if (list === null) throw new Error(`the list of templates of ${connection} is missing`);
  return list;
}

function requireSource(connection: string, { catalog }: Planning): TemplateSource {
  const open = catalog.connection(connection);
  if (open === null) {
    throw new PatchbayError("CONNECTION_UNKNOWN", `There is no connection ${connection.slice(0, 200)}`);
  }
  const { templates } = open.connection;
  if (templates !== undefined) return templates;
  throw new PatchbayError("TEMPLATES_UNSUPPORTED", `${connection} is a connection of ${open.connector.key}`);
}
