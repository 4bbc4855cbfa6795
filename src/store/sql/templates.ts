import type { Change } from "../../core/change.js";
import type { Failure } from "../../core/run.js";
import type { Approval, Template, TemplateList, TemplateWish } from "../../core/template.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const templateColumns = [
  "connection",
  "id",
  "name",
  "language",
  "form",
  "body",
  "variables",
  "approval",
  "opens_conversations",
] as const;
const listColumns = ["connection", "wanted_at", "fetched_at", "tried_at", "failure"] as const;
const insertTemplate = insertInto("templates", templateColumns, "ON CONFLICT (connection, id) DO NOTHING");
const wantTemplates = insertInto("template_lists", ["connection", "wanted_at"], "ON CONFLICT (connection) DO NOTHING");
const keepList = insertInto(
  "template_lists",
  ["connection", "wanted_at", "fetched_at", "tried_at", "failure"],
  `ON CONFLICT (connection) DO UPDATE SET fetched_at = COALESCE(excluded.fetched_at, template_lists.fetched_at),
    tried_at = excluded.tried_at, failure = excluded.failure`,
);
const selectTemplates = `SELECT ${templateColumns.join(", ")} FROM templates WHERE connection = ?`;
const selectLists = `SELECT ${listColumns.join(", ")} FROM template_lists`;

export function templatesWanted({ connection, at }: Extract<Change, { kind: "templates-wanted" }>): Write {
  return { sql: wantTemplates, values: [connection, fromInstant(at)] };
}

/** What the vendor does not have any more goes; the rest is written anew. */
export function templatesReplacement(change: Extract<Change, { kind: "templates-fetched" }>): readonly Write[] {
  const { connection, templates, at } = change;
  const instant = fromInstant(at);
  return [
    { sql: keepList, values: [connection, instant, instant, instant, null] },
    { sql: "DELETE FROM templates WHERE connection = ?", values: [connection] },
    ...templates.map((template) => creation(connection, template)),
  ];
}

export function templatesMissed({ connection, failure, at }: Extract<Change, { kind: "templates-missed" }>): Write {
  return { sql: keepList, values: [connection, fromInstant(at), null, fromInstant(at), fromJson(failure)] };
}

function creation(connection: string, template: Template): Write {
  const { id, name, language, form, body, variables, approval, opensConversations } = template;
  return {
    sql: insertTemplate,
    values: [
      ...[connection, id, name, language, form, body],
      ...[fromJson(variables), fromJson(approval), opensConversations ? 1 : 0],
    ],
  };
}

export function templatesStatement(connection: string): Statement {
  return { sql: `${selectTemplates} ORDER BY name, language, id`, values: [connection] };
}

export function matchingStatement(connection: string, { id, name }: TemplateWish): Statement {
  if (id !== null) return { sql: `${selectTemplates} AND id = ?`, values: [connection, id] };
  return { sql: `${selectTemplates} AND name = ? ORDER BY language, id`, values: [connection, name] };
}

export const templateListsStatement: Statement = { sql: `${selectLists} ORDER BY connection`, values: [] };

export function templateListStatement(connection: string): Statement {
  return { sql: `${selectLists} WHERE connection = ?`, values: [connection] };
}

export function toTemplate(row: Row): Template {
  const { text, textOrNull, number, json } = columns(row);
  return {
    id: text("id"),
    name: text("name"),
    language: text("language"),
    form: text("form"),
    body: textOrNull("body"),
    variables: json<Record<string, string>>("variables"),
    approval: json<Approval>("approval"),
    opensConversations: number("opens_conversations") === 1,
  };
}

export function toTemplateList(row: Row): TemplateList {
  const { text, instant, instantOrNull, jsonOrNull } = columns(row);
  return {
    connection: text("connection"),
    wantedAt: instant("wanted_at"),
    fetchedAt: instantOrNull("fetched_at"),
    triedAt: instantOrNull("tried_at"),
    failure: jsonOrNull<Failure>("failure"),
  };
}
