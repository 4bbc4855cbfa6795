import type { Overlay } from "../../core/overlay.js";
import { columns, fromInstant } from "./columns.js";
import { insertInto, type Row, type Statement, type Write } from "./statement.js";

const overlayColumns = ["collection", "file", "base", "mine", "changed_at"] as const;

const insertOverlay = insertInto(
  "overlays",
  overlayColumns,
  `ON CONFLICT (collection, file) DO UPDATE SET base = excluded.base, mine = excluded.mine, changed_at = excluded.changed_at`,
);
const selectOverlays = `SELECT ${overlayColumns.join(", ")} FROM overlays`;

export function overlayWrite({ collection, file, base, mine, changedAt }: Overlay): Write {
  return { sql: insertOverlay, values: [collection, file, base, mine, fromInstant(changedAt)] };
}

export function overlayRemoval({ collection, file }: Pick<Overlay, "collection" | "file">): Write {
  return { sql: "DELETE FROM overlays WHERE collection = ? AND file = ?", values: [collection, file] };
}

/** @param name Of a collection; all when null. */
export function overlaysStatement(name: string | null): Statement {
  if (name === null) return { sql: `${selectOverlays} ORDER BY collection, file`, values: [] };
  return { sql: `${selectOverlays} WHERE collection = ? ORDER BY file`, values: [name] };
}

export function toOverlay(row: Row): Overlay {
  const { text, textOrNull, instant } = columns(row);
  return {
    ...{ collection: text("collection"), file: text("file"), base: textOrNull("base"), mine: text("mine") },
    changedAt: instant("changed_at"),
  };
}
