import type { CollectionSignature, CollectionVersion, KeptVersion, Origin } from "../../core/collection.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const keptColumns = ["name", "integrity", "version", "origin", "installed_at"] as const;

/** The files of one integrity are always the same. */
const insertVersion = insertInto(
  "collection_versions",
  [...keptColumns, "files", "signature"],
  `ON CONFLICT (name, integrity) DO UPDATE SET origin = excluded.origin,
    signature = excluded.signature, installed_at = excluded.installed_at`,
);
const selectKept = `SELECT ${keptColumns.join(", ")} FROM collection_versions WHERE name = ?`;
const selectWhole = `SELECT ${keptColumns.join(", ")}, files, signature FROM collection_versions WHERE name = ? AND integrity = ?`;

export function collectionVersionWrite({ files, signature, ...kept }: CollectionVersion): Write {
  const { name, version, origin, installedAt } = kept;
  const known = [name, origin.integrity, version, fromJson(origin), fromInstant(installedAt)];
  return { sql: insertVersion, values: [...known, fromJson(files), fromJson(signature)] };
}

export function collectionVersionRemoval({
  name,
  integrity,
}: {
  readonly name: string;
  readonly integrity: string;
}): Write {
  return { sql: "DELETE FROM collection_versions WHERE name = ? AND integrity = ?", values: [name, integrity] };
}

/** Without the files, last installed first. */
export function collectionVersionsStatement(name: string): Statement {
  return { sql: `${selectKept} ORDER BY installed_at DESC, integrity`, values: [name] };
}

export function collectionVersionStatement(name: string, integrity: string): Statement {
  return { sql: selectWhole, values: [name, integrity] };
}

export function toKeptVersion(row: Row): KeptVersion {
  const { text, instant, json } = columns(row);
  return {
    name: text("name"),
    version: text("version"),
    origin: json<Origin>("origin"),
    installedAt: instant("installed_at"),
  };
}

export function toCollectionVersion(row: Row): CollectionVersion {
  const { json, jsonOrNull } = columns(row);
  const files = json<Record<string, string>>("files");
  return { ...toKeptVersion(row), files, signature: jsonOrNull<CollectionSignature>("signature") };
}
