import { PatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { array, object } from "../contract/schema.js";
import { templateList, templatesOf, toTemplateListView, toTemplatesView } from "../contract/template.js";
import { defineRoute, type Route } from "../route.js";

type TemplateDeps = Pick<ApiDeps, "store" | "engine" | "installer">;

const path = "/api/v1/connections/{ns}/{name}/templates";

/** Texts with placeholders that vendors keep, and WhatsApp approves. */
export function templateRoutes(deps: TemplateDeps): Route[] {
  return [listLists(deps), listTemplates(deps), fetchTemplates(deps)];
}

function listLists({ store, installer }: TemplateDeps): Route {
  return defineRoute({
    id: "list-template-lists",
    method: "GET",
    path: "/api/v1/templates",
    may: "templates:read",
    tag: "Templates",
    summary: "List the connections that have templates, with when they were fetched",
    answers: { 200: object({ items: array(templateList) }) },
    errors: [],
    async handle() {
      const lists = new Map((await store.templates.lists()).map((list) => [list.connection, list]));
      const open = installer.catalog().connections();
      const names = open.filter(({ connection }) => connection.templates !== undefined).map(({ name }) => name);
      return {
        status: 200,
        body: { items: names.sort().map((name) => toTemplateListView(name, lists.get(name) ?? null)) },
      };
    },
  });
}

function listTemplates({ store, installer }: TemplateDeps): Route {
  return defineRoute({
    id: "list-templates",
    method: "GET",
    path,
    may: "templates:read",
    tag: "Templates",
    summary: "List a connection's templates as they were last fetched, by name and language",
    answers: { 200: templatesOf },
    errors: ["CONNECTION_UNKNOWN"],
    async handle({ params: { ns, name } }) {
      const connection = `${ns}/${name}`;
      if (installer.catalog().connection(connection) === null) {
        throw new PatchbayError("CONNECTION_UNKNOWN", `There is no connection ${connection.slice(0, 200)}`);
      }
      const [list, templates] = await Promise.all([
        store.templates.listOf(connection),
        store.templates.list(connection),
      ]);
      return { status: 200, body: toTemplatesView(connection, { list, templates }) };
    },
  });
}

function fetchTemplates({ store, engine }: TemplateDeps): Route {
  return defineRoute({
    id: "sync-templates",
    method: "POST",
    path: `${path}/sync`,
    may: "templates:fetch",
    tag: "Templates",
    summary: "Fetch a connection's templates from the vendor, with their approval",
    answers: { 200: templatesOf },
    errors: [
      ...(["CONNECTION_UNKNOWN", "TEMPLATES_UNSUPPORTED", "ENDPOINT_MISCONFIGURED", "ENDPOINT_REFUSED"] as const),
      ...(["ENDPOINT_BUSY", "ENDPOINT_UNREACHABLE", "HOST_FORBIDDEN"] as const),
    ],
    async handle({ params: { ns, name } }) {
      const connection = `${ns}/${name}`;
      const list = await engine.fetchTemplates(connection);
      return {
        status: 200,
        body: toTemplatesView(connection, { list, templates: await store.templates.list(connection) }),
      };
    },
  });
}
