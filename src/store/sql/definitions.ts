import type { Change } from "../../core/change.js";
import type { Collection, InstalledCollection, TrustedPublisher } from "../../core/collection.js";
import type { FlowVersion } from "../../core/flow.js";
import type { JsonObject } from "../../core/json.js";
import type { KeptAnswer } from "../../core/kept-answer.js";
import { columns, fromInstant } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const collectionColumns = [
  "name",
  "collection",
  "hash",
  "parameters",
  "sealed_secrets",
  "hook_secrets",
  "integrity",
  "installed_at",
] as const;
const answerColumns = ["key", "request_hash", "status", "body", "created_at"] as const;

const insertCollection = insertInto(
  "collections",
  collectionColumns,
  `ON CONFLICT (name) DO UPDATE SET collection = excluded.collection, hash = excluded.hash,
    parameters = excluded.parameters, sealed_secrets = excluded.sealed_secrets,
    hook_secrets = excluded.hook_secrets, integrity = excluded.integrity, installed_at = excluded.installed_at`,
);
const insertVersion = insertInto("flow_versions", ["hash", "version"], "ON CONFLICT (hash) DO NOTHING");
const insertFlow = insertInto(
  "flows",
  ["name", "active", "changed_at"],
  "ON CONFLICT (name) DO UPDATE SET active = excluded.active, changed_at = excluded.changed_at",
);
const insertPublisher = insertInto(
  "publishers",
  ["key", "name", "trusted_at"],
  "ON CONFLICT (key) DO UPDATE SET name = excluded.name, trusted_at = excluded.trusted_at",
);
const insertAnswer = insertInto("answers", answerColumns, "ON CONFLICT (key) DO NOTHING");
const selectCollection = `SELECT ${collectionColumns.join(", ")} FROM collections`;

export function collectionWrite({ collection, ...installed }: InstalledCollection): Write {
  const values = [
    collection.name,
    JSON.stringify(collection),
    installed.hash,
    JSON.stringify(installed.parameters),
    installed.sealedSecrets,
    JSON.stringify(installed.hookSecrets),
    installed.integrity,
    fromInstant(installed.installedAt),
  ];
  return { sql: insertCollection, values };
}

export function collectionRemoval(name: string): Write {
  return { sql: "DELETE FROM collections WHERE name = ?", values: [name] };
}

/** Two who saw the same write one row: the second finds that it is not what it saw. */
const changeDefinitions = insertInto(
  "definition_changes",
  ["name", "stamp"],
  "ON CONFLICT (name) DO UPDATE SET stamp = excluded.stamp WHERE definition_changes.stamp = ?",
);

export function definitionsChange({ from, name }: Extract<Change, { kind: "definitions-changed" }>): Write {
  const [seen = ""] = from.split("\n");
  const message = "Another process has installed or switched something meanwhile";
  return {
    sql: changeDefinitions,
    values: ["installed", name, seen],
    refusal: { code: "DEFINITIONS_CHANGED", message },
  };
}

export function flowVersionWrite(version: FlowVersion): Write {
  return { sql: insertVersion, values: [version.hash, JSON.stringify(version)] };
}

export function flowActivation({ flow, active, at }: Extract<Change, { kind: "flow-activated" }>): Write {
  return { sql: insertFlow, values: [flow, active ? 1 : 0, fromInstant(at)] };
}

export function publisherWrite({ key, name, trustedAt }: TrustedPublisher): Write {
  return { sql: insertPublisher, values: [key, name, fromInstant(trustedAt)] };
}

export function publisherRemoval(key: string): Write {
  return { sql: "DELETE FROM publishers WHERE key = ?", values: [key] };
}

export function answerWrite({ key, requestHash, status, body, createdAt }: KeptAnswer): Write {
  return { sql: insertAnswer, values: [key, requestHash, status, JSON.stringify(body), fromInstant(createdAt)] };
}

export function collectionStatement(name: string): Statement {
  return { sql: `${selectCollection} WHERE name = ?`, values: [name] };
}

export const collectionsStatement: Statement = { sql: `${selectCollection} ORDER BY name`, values: [] };
/** What the last change called itself; no row when there was none. */
export const lastChangeStatement: Statement = { sql: "SELECT stamp FROM definition_changes", values: [] };
/** Few rows: what is installed since when, and what was switched when; by processes too that do not say that they change it. */
export const definitionsStatement: Statement = {
  sql: `SELECT name, installed_at AS changed_at, 1 AS active FROM collections
    UNION ALL SELECT name, changed_at, active FROM flows
    UNION ALL SELECT connection, switched_at, active FROM connection_switches ORDER BY name, changed_at`,
  values: [],
};
export const activeFlowsStatement: Statement = { sql: "SELECT name FROM flows WHERE active = 1", values: [] };

export const publishersStatement: Statement = {
  sql: "SELECT key, name, trusted_at FROM publishers ORDER BY key",
  values: [],
};

export function flowVersionStatement(hash: string): Statement {
  return { sql: "SELECT version FROM flow_versions WHERE hash = ?", values: [hash] };
}

export function answerStatement(key: string): Statement {
  return { sql: `SELECT ${answerColumns.join(", ")} FROM answers WHERE key = ?`, values: [key] };
}

export function toInstalledCollection(row: Row): InstalledCollection {
  const { text, textOrNull, instant, json } = columns(row);
  return {
    collection: json<Collection>("collection"),
    hash: text("hash"),
    parameters: json<JsonObject>("parameters"),
    sealedSecrets: textOrNull("sealed_secrets"),
    hookSecrets: json<Record<string, string>>("hook_secrets"),
    integrity: textOrNull("integrity"),
    installedAt: instant("installed_at"),
  };
}

export function toPublisher(row: Row): TrustedPublisher {
  const { text, instant } = columns(row);
  return { key: text("key"), name: text("name"), trustedAt: instant("trusted_at") };
}

export function toFlowVersion(row: Row): FlowVersion {
  return columns(row).json<FlowVersion>("version");
}

export function toAnswer(row: Row): KeptAnswer {
  const { text, number, instant, json } = columns(row);
  return {
    key: text("key"),
    requestHash: text("request_hash"),
    status: number("status"),
    body: json<JsonObject>("body"),
    createdAt: instant("created_at"),
  };
}
